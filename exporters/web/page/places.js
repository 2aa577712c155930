// SPDX-License-Identifier: Apache-2.0
// The five places of a service's bytes as one bar: what waits in four of them, each in proportion, and at the end the
// fifth, where they arrive.
import {humanBytes} from "./units.js";

const egress = (row) => Math.min(row.egress_payload_bytes ?? 0, row.unacked_bytes ?? 0);

/** In the order of the way; bytes: of a row. The letter is that of `wiregap top`. */
export const PLACES = [
  {name: "backlog", letter: "b", label: "reply backlog", bytes: (row) => row.reply_backlog_bytes ?? 0},
  {name: "notsent", letter: "n", label: "notsent", bytes: (row) => row.notsent_bytes ?? 0},
  {name: "egress", letter: "e", label: "egress (qdisc, driver)", bytes: egress},
  {name: "flight", letter: "f", label: "in flight", bytes: (row) => (row.unacked_bytes ?? 0) - egress(row)},
];

/** All bytes that a bar shows. */
export function barBytes(row) {
  return PLACES.reduce((sum, place) => sum + place.bytes(row), 0);
}

function element(name, className, parent) {
  const made = document.createElement(name);
  made.className = className;
  parent.append(made);
  return made;
}

/** The bar in a table's cell; draw() again with each tick. */
export class PlacesBar {
  constructor(cell) {
    this.bar = element("div", "bar", cell);
    this.bar.setAttribute("role", "img");
    const waits = element("div", "bar-waits", this.bar);
    this.parts = PLACES.map((place) => element("span", `place place-${place.name}`, waits));
    this.end = element("span", "place place-delivered", this.bar);
  }

  /** scaleBytes: what fills the bar; of the fullest service, so that bars compare. */
  draw(row, scaleBytes) {
    const words = [];
    PLACES.forEach((place, i) => {
      const bytes = place.bytes(row);
      this.parts[i].style.width = scaleBytes > 0 ? `${(100 * bytes) / scaleBytes}%` : "0%";
      this.parts[i].classList.toggle("some", bytes > 0);
      words.push(`${place.label} ${humanBytes(bytes)}`);
    });
    const delivered = row.acked_bytes_per_second ?? 0;
    this.end.classList.toggle("moves", delivered > 0);
    words.push(`delivered ${humanBytes(delivered)} a second`);
    const said = words.join(", ");
    if (said === this.said) return;
    this.said = said;
    this.bar.setAttribute("aria-label", said);
    this.bar.title = said;
  }
}

/** What the colours mean, for a list. */
export function legend(list) {
  for (const place of [...PLACES, {name: "delivered", label: "delivered (lit while bytes arrive)"}]) {
    const item = element("li", "", list);
    element("span", `swatch place-${place.name}`, item);
    item.append(place.label);
  }
}
