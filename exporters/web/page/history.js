// SPDX-License-Identifier: Apache-2.0
// Held bytes by whose problem they are, for the last ten minutes, as stacked areas.
import {humanBytes} from "./units.js";

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
    const drawing = svg("svg", {viewBox: `0 0 300 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true"}, chart);
    this.areas = LOCI.map(({name}) => svg("path", {class: `area area-${name}`}, drawing));
    this.line = svg("line", {class: "cursor", y1: 0, y2: HEIGHT}, drawing);
    for (const name of ["top", "begin", "end"]) {
      this[name] = document.createElement("span");
      this[name].className = `axis axis-${name}`;
      chart.append(this[name]);
    }
    this.end.textContent = "now";
    for (const {name, label} of [...LOCI].reverse()) this.#item(list, name, label);
    chart.addEventListener("pointermove", (event) => this.#point(event));
    chart.addEventListener("pointerleave", () => this.#moveTo(null));
    chart.addEventListener("keydown", (event) => this.#key(event));
  }

  #item(list, name, label) {
    const item = document.createElement("li");
    item.dataset.locus = name;
    const swatch = document.createElement("span");
    swatch.className = `swatch area-${name}`;
    const value = document.createElement("b");
    item.append(swatch, `${label} `, value);
    list.append(item);
    this.values.set(name, {item, value});
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
    this.top.textContent = humanBytes(scale);
    this.begin.textContent = `${Math.round((history.steps * history.step_seconds) / 60)} minutes ago`;
    this.sums = sums;
    this.#tell();
  }

  #point(event) {
    const box = this.chart.getBoundingClientRect();
    this.#moveTo(Math.floor(((event.clientX - box.left) / box.width) * (this.history?.steps ?? 0)));
  }

  #key(event) {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!this.history || (!by && event.key !== "Escape")) return;
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
    const held = this.history.held_bytes;
    const count = held.none.length;
    const at = this.cursor === null ? count - 1 : this.cursor - (this.history.steps - count);
    const known = at >= 0 && at < count && held.none[at] !== null;
    this.line.setAttribute("visibility", this.cursor === null ? "hidden" : "visible");
    this.line.setAttribute("x1", (this.cursor ?? 0) + 0.5);
    this.line.setAttribute("x2", (this.cursor ?? 0) + 0.5);
    const parts = [];
    for (const {name, label} of [...LOCI].reverse()) {
      const bytes = known ? held[name][at] : 0;
      const {item, value} = this.values.get(name);
      value.textContent = humanBytes(bytes);
      item.classList.toggle("some", bytes > 0);
      item.hidden = name === "unlisted" && !held.unlisted.some((held) => held > 0);
      if (bytes > 0) parts.push(`${label} ${humanBytes(bytes)}`);
    }
    const seconds = Math.round((count - 1 - at) * this.history.step_seconds);
    const when = this.cursor === null ? "Now" : `${seconds} seconds ago`;
    const sum = known ? `${humanBytes(this.sums[at])} held` : "the daemon did not look";
    this.summary.textContent = `${when}: ${[sum, ...parts].join(", ")}.`;
  }
}
