// SPDX-License-Identifier: Apache-2.0
// Values as people read them: the same words as daemon/model/units.cpp and view/layout.cpp.

/** What is shown for a value that is not known. */
export const UNKNOWN = "-";

const BYTE_UNITS = [[1, "B"], [2 ** 10, "KiB"], [2 ** 20, "MiB"], [2 ** 30, "GiB"], [2 ** 40, "TiB"], [2 ** 50, "PiB"]];
const TIME_UNITS = [[1e-9, "ns"], [1e-6, "us"], [1e-3, "ms"], [1, "s"], [60, "min"], [3600, "h"]];

/** One decimal below ten, none above. */
function shortNumber(value) {
  return value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

/** The largest unit of which there is at least one, after rounding. */
function inUnits(value, units) {
  let at = 0;
  while (at + 1 < units.length && Math.round(value / units[at][0]) * units[at][0] >= units[at + 1][0]) at++;
  return shortNumber(value / units[at][0]) + units[at][1];
}

export function humanBytes(bytes) {
  if (bytes <= 0) return "0";
  return bytes < 1023.5 ? `${Math.round(bytes)}B` : inUnits(bytes, BYTE_UNITS);
}

export function humanSeconds(seconds) {
  return seconds <= 0 ? "0" : inUnits(seconds, TIME_UNITS);
}

const WRITTEN = {
  bytes: humanBytes,
  byte_seconds: humanBytes,
  bytes_per_second: humanBytes,
  seconds: humanSeconds,
};

/** Takes the field with this key, which may have dots, out of a row; undefined if it is not known. */
export function fieldOf(key) {
  if (!key.includes(".")) return (row) => row[key];
  const levels = key.split(".");
  return (row) => levels.reduce((part, level) => part?.[level], row);
}

/** A value in its unit, as text. */
export function written(value, unit) {
  if (value === undefined || value === "") return UNKNOWN;
  return WRITTEN[unit] ? WRITTEN[unit](value) : String(value);
}
