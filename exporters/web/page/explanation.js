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

function describe(found, parent) {
  element("p", found.subject, parent).className = "subject";
  const verdict = element("p", `${found.verdict} (${found.locus})`, parent);
  verdict.className = "verdict";
  verdict.dataset.locus = found.locus;
  const list = element("dl", "", parent);
  const notes = (found.notes ?? []).map((note) => ["Note", note]);
  for (const [label, text] of [...PARTS.map(([label, key]) => [label, found[key]]), ...notes]) {
    element("dt", label, list);
    element("dd", text ?? "-", list);
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
    this.panel.hidden = false;
    this.text.replaceChildren();
    this.panel.focus();
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
    const parts = document.createDocumentFragment();
    for (const found of answer.explanations) describe(found, parts);
    if (answer.explanations.length === 0) element("p", `Nothing is held by ${what} any more.`, parts);
    this.text.replaceChildren(parts);
  }
}
