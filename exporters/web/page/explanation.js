// SPDX-License-Identifier: Apache-2.0
// The daemon's sentences about one connection, for as long as somebody reads them.

/** The same as `wiregap explain` prints, in its order. */
const PARTS = [["Held", "held"], ["Where", "where"], ["Why", "why"], ["Whose", "whose"], ["To do", "advice"]];

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

/** What is said of one thing, as pairs of a label and a text; the first two stand alone. */
function linesOf(found) {
  const notes = (found.notes ?? []).map((note) => ["Note", note]);
  return [["subject", found.subject], ["verdict", `${found.verdict} (${found.locus})`],
    ...PARTS.map(([label, key]) => [label, found[key] ?? "-"]), ...notes];
}

function describe(found, parent) {
  const [[, subject], [, verdict], ...lines] = linesOf(found);
  element("p", subject, parent).className = "subject";
  const word = element("p", verdict, parent);
  word.className = "verdict";
  word.dataset.locus = found.locus;
  const list = element("dl", "", parent);
  for (const [label, text] of lines) {
    element("dt", label, list);
    element("dd", text, list);
  }
}

export class Explanation {
  constructor(panel, text) {
    this.panel = panel;
    this.text = text;
    this.what = null;
    this.onOpen = () => {};
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
    this.onOpen();
  }

  close() {
    this.what = null;
    this.panel.hidden = true;
    this.giveBack();
  }

  /** Throws what ask() throws. */
  async refresh(ask) {
    const what = this.what;
    if (what === null) return;
    const answer = JSON.parse(await ask(`api/v1/explain?what=${encodeURIComponent(what)}`));
    if (what !== this.what) return;
    this.#show(answer.explanations);
  }

  /** Where the same lines are there as before only their texts are written, so that a selection and a reader's place
   * stay. */
  #show(explanations) {
    const shape = explanations.map((found) => linesOf(found).map(([label]) => label).join()).join(";");
    const isFirst = this.shape === null;
    if (shape === this.shape) {
      this.#rewrite(explanations);
      return;
    }
    this.shape = shape;
    const parts = document.createDocumentFragment();
    for (const found of explanations) describe(found, parts);
    if (explanations.length === 0) element("p", `Nothing is held by ${this.what} any more.`, parts);
    this.text.replaceChildren(parts);
    if (isFirst) this.panel.focus();
  }

  #rewrite(explanations) {
    const texts = explanations.flatMap((found) => linesOf(found).map(([, text]) => text));
    const places = this.text.querySelectorAll(".subject, .verdict, dd");
    texts.forEach((text, i) => {
      if (places[i].textContent !== text) places[i].textContent = text;
    });
    this.text.querySelectorAll(".verdict").forEach((word, i) => { word.dataset.locus = explanations[i].locus; });
  }
}
