// SPDX-License-Identifier: Apache-2.0
// The five places of a service's bytes as one bar: what waits in four of them, each in proportion, and at the end the
// fifth, where they arrive.
import {add} from "./dom.js";
import {humanBytes} from "./units.js";

const egress = (row) => Math.min(row.egress_payload_bytes ?? 0, row.unacked_bytes ?? 0);

/** In the order of the way; bytes: of a row. */
export const PLACES = [
  {name: "backlog", label: "reply backlog", bytes: (row) => row.reply_backlog_bytes ?? 0},
  {name: "notsent", label: "notsent", bytes: (row) => row.notsent_bytes ?? 0},
  {name: "egress", label: "egress (qdisc, driver)", bytes: egress},
  {name: "flight", label: "in flight", bytes: (row) => (row.unacked_bytes ?? 0) - egress(row)},
];

/** All bytes that a bar shows. */
export function barBytes(row) {
  return PLACES.reduce((sum, place) => sum + place.bytes(row), 0);
}

/** The bar in a table's cell; draw() again with each tick. */
export class PlacesBar {
  constructor(cell) {
    this.bar = add(cell, "div", {className: "bar"});
    this.bar.setAttribute("role", "img");
    const waits = add(this.bar, "div", {className: "bar-waits"});
    this.parts = PLACES.map((place) => add(waits, "span", {className: `place place-${place.name}`}));
    this.end = add(this.bar, "span", {className: "place place-delivered"});
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
    const item = add(list, "li");
    add(item, "span", {className: `swatch place-${place.name}`});
    item.append(place.label);
  }
}
