// SPDX-License-Identifier: Apache-2.0
// Held bytes by whose problem they are, for the last ten minutes, as stacked areas.
import {add} from "./dom.js";
import {humanBytes, UNKNOWN} from "./units.js";

/** Bottom first: what is somebody's problem stands above what flows. */
const LOCI = [
  {name: "none", label: "nobody's: it flows"},
  {name: "unlisted", label: "of connections beyond the list"},
  {name: "app", label: "application"},
  {name: "host", label: "this host"},
  {name: "network", label: "network"},
  {name: "peer", label: "peer"},
];
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;

function svg(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

/** The power of two that all fits below, at least a KiB. */
function niceScale(bytes) {
  let scale = 1024;
  while (scale < bytes) scale *= 2;
  return scale;
}

export class History {
  constructor(chart, list, summary) {
    this.chart = chart;
    this.summary = summary;
    this.cursor = null;
    this.values = new Map();
    const drawing = svg("svg", {preserveAspectRatio: "none", "aria-hidden": "true"}, chart);
    this.drawing = drawing;
    this.areas = LOCI.map(({name}) => svg("path", {class: `area area-${name}`}, drawing));
    this.gap = svg("path", {class: "area area-gap"}, drawing);
    this.line = svg("line", {class: "cursor", y1: 0, y2: HEIGHT}, drawing);
    this.top = add(chart, "span", {className: "axis axis-top"});
    this.begin = add(chart, "span", {className: "axis axis-begin"});
    add(chart, "span", {className: "axis axis-end", text: "now"});
    for (const {name, label} of [...LOCI].reverse()) this.#item(list, name, label);
    chart.addEventListener("pointermove", (event) => this.#point(event));
    chart.addEventListener("pointerleave", () => this.#moveTo(null));
    chart.addEventListener("keydown", (event) => this.#key(event));
  }

  #item(list, name, label) {
    const item = add(list, "li");
    item.dataset.locus = name;
    add(item, "span", {className: `swatch area-${name}`});
    item.append(`${label} `);
    this.values.set(name, {item, value: add(item, "b")});
  }

  /** history: of the document. */
  draw(history) {
    this.history = history;
    const held = history.held_bytes;
    const count = held.none.length;
    const first = history.steps - count;
    const sums = new Array(count).fill(0);
    for (const {name} of LOCI) held[name].forEach((bytes, i) => { sums[i] += bytes ?? 0; });
    const scale = niceScale(Math.max(1, ...sums));
    const y = (bytes) => Math.round(HEIGHT * 100 * (1 - bytes / scale)) / 100;
    const below = new Array(count).fill(0);
    LOCI.forEach(({name}, area) => {
      let upper = "";
      let lower = "";
      for (let i = 0; i < count; i++) {
        const top = below[i] + (held[name][i] ?? 0);
        upper += `V${y(top)}H${first + i + 1}`;
        lower = `V${y(below[i])}H${first + i}${lower}`;
        below[i] = top;
      }
      this.areas[area].setAttribute("d", `M${first} ${HEIGHT}${upper}${lower}Z`);
    });
    // A time in which nobody looked is no time in which nothing was held.
    const gaps = held.none.map((bytes, i) => (bytes === null ? `M${first + i} 0h1V${HEIGHT}h-1Z` : "")).join("");
    this.gap.setAttribute("d", gaps);
    this.drawing.setAttribute("viewBox", `0 0 ${history.steps} ${HEIGHT}`);
    this.top.textContent = humanBytes(scale);
    this.begin.textContent = `${Math.round((history.steps * history.step_seconds) / 60)} minutes ago`;
    this.#tell();
  }

  #point(event) {
    const box = this.chart.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const steps = this.history?.steps ?? 0;
    this.#moveTo(Math.min(Math.floor(share * steps), steps - 1));
  }

  #key(event) {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!this.history || (!by && !(event.key === "Escape" && this.cursor !== null))) return;
    const last = this.history.steps - 1;
    this.#moveTo(by ? Math.min(last, Math.max(0, (this.cursor ?? last) + by)) : null);
    event.preventDefault();
  }

  #moveTo(step) {
    this.cursor = step;
    if (this.history) this.#tell();
  }

  /** The figures of the moment that the cursor is on, else of now. */
  #tell() {
    const {held_bytes: held, now_bytes: now, steps, step_seconds: stepSeconds} = this.history;
    const count = held.none.length;
    const at = (this.cursor ?? steps - 1) - (steps - count);
    const isNow = this.cursor === null;
    const known = isNow || (at >= 0 && held.none[at] !== null);
    const bytesOf = (name) => (!known ? 0 : isNow ? now[name] : held[name][at]);
    this.line.setAttribute("visibility", isNow ? "hidden" : "visible");
    this.line.setAttribute("x1", (this.cursor ?? 0) + 0.5);
    this.line.setAttribute("x2", (this.cursor ?? 0) + 0.5);
    const parts = [];
    let sum = 0;
    for (const {name, label} of [...LOCI].reverse()) {
      const bytes = bytesOf(name);
      const {item, value} = this.values.get(name);
      value.textContent = known ? humanBytes(bytes) : UNKNOWN;
      item.classList.toggle("some", bytes > 0);
      item.hidden = name === "unlisted" && !held.unlisted.some((held) => held > 0);
      if (bytes > 0) parts.push(`${label} ${humanBytes(bytes)}`);
      sum += bytes;
    }
    const when = isNow ? "Now" : `${Math.round((steps - 1 - this.cursor) * stepSeconds)} seconds ago`;
    const said = `${when}: ${[known ? `${humanBytes(sum)} held` : "the daemon did not look", ...parts].join(", ")}.`;
    this.summary.textContent = said;
    for (const [name, value] of [["min", 0], ["max", steps - 1], ["now", this.cursor ?? steps - 1], ["text", said]])
      this.chart.setAttribute(`aria-value${name}`, value);
  }
}
