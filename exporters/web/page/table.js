// SPDX-License-Identifier: Apache-2.0
// A table of rows that are there again with each tick: sorted, filtered, at most so many; only what changed is written.
import {add} from "./dom.js";
import {fieldOf, written} from "./units.js";

const isText = (column) => column.unit === "text";

/** undefined, which is not known, is below all. */
function compare(a, b) {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

export class Table {
  /**
   * keyOf(row): what makes two rows the same, a text; sort: {key, descending}; searched: keys of what the filter looks
   * at; badge: {key, locus}, the column whose word has the colour of another's; bar: {after, header, help, make(cell),
   * draw(made, row)}, a column that is drawn; hidden: keys of columns that are not shown; open(row, key): Enter or a
   * click.
   */
  constructor(table, options) {
    Object.assign(this, {hidden: [], most: 50, filter: ""}, options);
    this.head = table.createTHead();
    this.body = table.createTBody();
    this.lines = [];
    // A name that is cut off is whole where the pointer rests.
    table.addEventListener("pointerover", ({target}) => {
      if (target.matches("td.words:not([data-key='bar'])")) target.title = target.textContent;
    });
    this.all = false;
  }

  /** rows: of the document; columns: what the daemon says of them. Returns {shown, chosen}. */
  update(columns, rows) {
    this.rows = rows;
    if (columns.length > 0) this.columns ??= this.#begin(columns);
    return this.refresh();
  }

  /** The same rows under another filter or order. */
  refresh() {
    if (!this.columns) return {shown: 0, chosen: 0};
    const chosen = this.#chosen();
    const shown = this.all ? chosen : chosen.slice(0, this.most);
    // Rows are written where they stand: moving a row costs the browser more than writing all of its cells.
    const focused = this.#focused()?.key;
    while (this.lines.length < shown.length) this.lines.push(this.#line());
    for (const line of this.lines.splice(shown.length)) line.element.remove();
    shown.forEach((row, i) => this.#write(this.lines[i], row));
    if (focused !== undefined && this.#focused()?.key !== focused) this.focus(focused);
    return {shown: shown.length, chosen: chosen.length};
  }

  /** The row of this key gets the focus, wherever it stands now. */
  focus(key) {
    const line = this.lines.find((one) => one.key === key);
    line?.element.focus({preventScroll: true});
  }

  #focused() {
    return this.lines.find((line) => line.element === document.activeElement);
  }

  #begin(columns) {
    const visible = columns.filter((column) => !this.hidden.includes(column.key))
      .map((column) => ({...column, className: isText(column) ? "words" : "number", of: fieldOf(column.key)}));
    if (this.bar) {
      const at = visible.findIndex((column) => column.key === this.bar.after) + 1;
      visible.splice(at, 0, {...this.bar, key: "bar", className: "words"});
    }
    const line = this.head.insertRow();
    for (const column of visible) this.#addHeader(line, column);
    this.#markSorted();
    return visible;
  }

  #addHeader(line, column) {
    const header = add(line, "th", {className: column.className});
    header.scope = "col";
    header.dataset.key = column.key;
    header.title = column.help;
    if (column.make) {
      header.textContent = column.header;
      return;
    }
    const button = add(header, "button", {text: column.header});
    button.type = "button";
    button.addEventListener("click", () => this.#sortBy(column));
  }

  #sortBy(column) {
    const same = this.sort.key === column.key;
    this.sort = {key: column.key, descending: same ? !this.sort.descending : !isText(column)};
    this.#markSorted();
    this.refresh();
  }

  #markSorted() {
    for (const header of this.head.querySelectorAll("th")) {
      const sorted = header.dataset.key === this.sort.key;
      if (sorted) header.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
  }

  #chosen() {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = this.searched.map(fieldOf).map((of) => (row) => String(of(row) ?? "").toLowerCase());
    const matches = (row) => words.every((word) => texts.some((text) => text(row).includes(word)));
    const chosen = words.length > 0 ? this.rows.filter(matches) : [...this.rows];
    const {key, descending} = this.sort;
    const sign = descending ? -1 : 1;
    const of = fieldOf(key);
    return chosen.sort((a, b) => sign * compare(of(a), of(b)));
  }

  #line() {
    const element = this.body.insertRow();
    const line = {element, cells: []};
    for (const column of this.columns) {
      const cell = element.insertCell();
      cell.dataset.key = column.key;
      cell.dataset.header = column.header;
      cell.className = column.className;
      const made = column.make?.(cell);
      line.cells.push({cell, made, text: made ? null : cell.appendChild(new Text())});
    }
    if (this.open) this.#makeOpenable(line);
    return line;
  }

  #makeOpenable(line) {
    line.element.tabIndex = 0;
    line.element.addEventListener("click", () => this.open(line.row, line.key));
    line.element.addEventListener("keydown", (event) => this.#key(event, line));
  }

  #key(event, line) {
    const next = {ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling"}[event.key];
    if (event.key === "Enter") this.open(line.row, line.key);
    else if (next) line.element[next]?.focus();
    else return;
    event.preventDefault();
  }

  #write(line, row) {
    line.row = row;
    const key = this.keyOf(row);
    if (line.key !== key) line.element.dataset.row = line.key = key;
    this.columns.forEach((column, i) => {
      const slot = line.cells[i];
      if (slot.made) {
        column.draw(slot.made, row);
        return;
      }
      const text = written(column.of(row), column.unit);
      if (text === slot.text.data) return;
      slot.text.data = text;
      if (column.key === this.badge.key) slot.cell.dataset.locus = row[this.badge.locus] ?? "none";
    });
  }
}
