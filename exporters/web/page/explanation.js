// SPDX-License-Identifier: Apache-2.0
// The daemon's sentences about one connection, for as long as somebody reads them.
import {add} from "./dom.js";
import {UNKNOWN} from "./units.js";

/** The same as `wiregap explain` prints, in its order. */
const PARTS = [["Held", "held"], ["Where", "where"], ["Why", "why"], ["Whose", "whose"], ["To do", "advice"]];

/** What is said of one thing, as pairs of a label and a text; the first two stand alone. */
function linesOf(found) {
  const notes = (found.notes ?? []).map((note) => ["Note", note]);
  return [["subject", found.subject], ["verdict", `${found.verdict} (${found.locus})`],
    ...PARTS.map(([label, key]) => [label, found[key] ?? UNKNOWN]), ...notes];
}

function describe([[, subject], [, verdict], ...lines], parent) {
  add(parent, "p", {className: "subject", text: subject});
  add(parent, "p", {className: "verdict", text: verdict});
  const list = add(parent, "dl");
  for (const [label, text] of lines) {
    add(list, "dt", {text: label});
    add(list, "dd", {text});
  }
}

export class Explanation {
  /** ask(path): the daemon's answer; what it throws refresh() and open() throw. */
  constructor(panel, text, ask) {
    this.panel = panel;
    this.text = text;
    this.ask = ask;
    this.what = null;
  }

  get isOpen() {
    return this.what !== null;
  }

  /** what: as /api/v1/explain takes it; giveBack(): puts the focus where it was. */
  open(what, giveBack) {
    this.what = what;
    this.giveBack = giveBack;
    this.shape = null;
    this.text.replaceChildren();
    this.panel.hidden = false;
    return this.refresh();
  }

  close() {
    this.what = null;
    this.panel.hidden = true;
    this.giveBack();
  }

  async refresh() {
    const what = this.what;
    if (what === null) return;
    const answer = JSON.parse(await this.ask(`api/v1/explain?what=${encodeURIComponent(what)}`));
    if (what !== this.what) return;
    const found = answer.explanations;
    this.#show(found.map(linesOf));
    this.text.querySelectorAll(".verdict").forEach((word, i) => { word.dataset.locus = found[i].locus; });
  }

  /** Where the same lines are there as before only their texts are written, so that a selection and a reader's place
   * stay. */
  #show(explanations) {
    const shape = explanations.map((lines) => lines.map(([label]) => label).join()).join(";");
    const isFirst = this.shape === null;
    if (shape === this.shape) {
      this.#rewrite(explanations.flat());
      return;
    }
    this.shape = shape;
    const parts = document.createDocumentFragment();
    for (const lines of explanations) describe(lines, parts);
    if (explanations.length === 0) add(parts, "p", {text: `Nothing is held by ${this.what} any more.`});
    this.text.replaceChildren(parts);
    if (isFirst) this.panel.focus();
  }

  #rewrite(lines) {
    const places = this.text.querySelectorAll(".subject, .verdict, dd");
    lines.forEach(([, text], i) => {
      if (places[i].textContent !== text) places[i].textContent = text;
    });
  }
}
