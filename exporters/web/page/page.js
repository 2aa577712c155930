// SPDX-License-Identifier: Apache-2.0
// Asks the daemon once a tick and hands what it says to the parts of the page.
import {Explanation} from "./explanation.js";
import {History} from "./history.js";
import {barBytes, legend, PlacesBar} from "./places.js";
import {Table} from "./table.js";

const at = (id) => document.getElementById(id);
const TIMEOUT_MS = 5000;
const MEASURES_KEPT = 100;

const explanation = new Explanation(at("explanation"), at("explanation-text"), ask);
const history = new History(at("history"), at("history-legend"), at("history-summary"));
let scaleBytes = 0;

const services = new Table(at("services"), {
  keyOf: (row) => `${row.service}|${row.port}|${row.role}`,
  sort: {key: "held_bytes", descending: true},
  searched: ["service", "port", "role", "worst_verdict", "worst_locus"],
  badge: {key: "worst_verdict", locus: "worst_locus"},
  hidden: ["worst_locus"],
  bar: {
    after: "role",
    header: "WHERE",
    help: "The five places, in proportion to the fullest service",
    make: (cell) => new PlacesBar(cell),
    draw: (bar, row) => bar.draw(row, scaleBytes),
  },
});
const connections = new Table(at("connections"), {
  keyOf: (row) => `${row.local}-${row.peer}`,
  sort: {key: "held_byte_seconds", descending: true},
  searched: ["service", "local", "peer", "verdict", "locus", "reason", "owner.name"],
  badge: {key: "verdict", locus: "locus"},
  hidden: ["locus"],
  open: (row, key) => {
    explanation.open(key, () => connections.focus(key)).catch((error) => complain(error.message));
  },
});

let paused = false;
let asking = false;
let picture = null;
let timer = 0;

function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Writes only what differs: screen readers announce what is written. */
function write(id, text) {
  const element = at(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/** "20 of 31", and a button for the others. none: what is said where there is none. */
function tellShown(id, table, {shown, chosen}, {all, word, none}) {
  write(`${id}-count`, chosen === all ? `(${all})` : `(${chosen} of ${all})`);
  const nothing = all === 0 ? none : `No ${word} has these words; Esc clears the filter.`;
  write(`${id}-none`, chosen === 0 ? nothing : "");
  const others = table.all ? `Show the first ${table.most}` : `Show ${plural(chosen - shown, `more ${word}`)}`;
  write(`${id}-more`, chosen > table.most ? others : "");
}

function show() {
  const {snapshot, version} = picture;
  const seconds = snapshot.taken_unix_seconds;
  write("status", `${new Date(seconds * 1000).toLocaleTimeString()}, back end ${snapshot.backend}, version ${version}` +
    (paused ? ", paused" : ""));
  at("status").title = snapshot.backend_reason;
  history.draw(picture.history);
  const all = picture.services;
  scaleBytes = all.rows.reduce((most, row) => Math.max(most, barBytes(row)), 0);
  tellShown("services", services, services.update(all.columns, all.rows),
    {all: all.rows.length, word: "service", none: "No service yet."});
  write("withheld", picture.withheld ? `Not shown: ${picture.withheld}.` : "");
  const listed = picture.connections ?? {columns: [], rows: [], truncated: false};
  const none = picture.withheld ? "" : "No connection holds bytes now.";
  tellShown("connections", connections, connections.update(listed.columns, listed.rows),
    {all: listed.rows.length, word: "connection", none});
  write("connections-truncated", listed.truncated ? "There are more, which the daemon did not list." : "");
}

function complain(problem) {
  write("problem", problem);
}

/** Draws a document; how long that takes is a measure named "tick" (User Timing). */
function take(text) {
  const begin = performance.now();
  const next = JSON.parse(text);
  if (picture && next.version !== picture.version) location.reload(); // another daemon has another page
  picture = next;
  show();
  document.documentElement.dataset.sequence = picture.snapshot.sequence;
  performance.measure("tick", {start: begin});
  if (performance.getEntriesByName("tick").length > MEASURES_KEPT) performance.clearMeasures("tick");
}

/** path: below the page's own, which may lie under that of a proxy. A user in the URL is the browser's to send. */
async function ask(path) {
  const url = new URL(path, location.origin + location.pathname);
  const response = await fetch(url, {signal: AbortSignal.timeout(TIMEOUT_MS)});
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim() || `HTTP status ${response.status}`);
  return text;
}

async function look() {
  try {
    const text = await ask("api/v1/overview");
    if (paused) return;
    take(text);
    await explanation.refresh();
    complain("");
  } catch (error) {
    const since = picture ? `; shown is ${at("status").textContent}` : "";
    complain(`wiregapd does not answer: ${error.message}${since}. Asking again.`);
  }
}

async function tick() {
  if (asking) return;
  asking = true;
  const begin = performance.now();
  await look();
  asking = false;
  const every = (picture?.snapshot.tick_interval_seconds ?? 1) * 1000;
  plan(Math.max(200, every - (performance.now() - begin)));
}

/** The next tick; none while nobody looks. */
function plan(ms) {
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(tick, ms);
}

function setPaused(on) {
  paused = on;
  at("pause").setAttribute("aria-pressed", String(on));
  if (picture) show();
  plan(0);
}

function setFilter(text) {
  at("filter").value = text;
  services.filter = connections.filter = text;
  if (picture) show();
}

/** Pages may be forbidden to keep anything; the theme is then that of the system each time. */
const kept = {
  get theme() { try { return localStorage.getItem("wiregap.theme"); } catch { return null; } },
  set theme(name) { try { localStorage.setItem("wiregap.theme", name); } catch { /* so it is not kept */ } },
};

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  at("theme").textContent = `Theme: ${name}`;
}

function key(event) {
  if (event.defaultPrevented) return;
  const typing = event.target === at("filter");
  if (event.key === "Escape") {
    if (explanation.isOpen) explanation.close();
    else if (at("filter").value) setFilter("");
    else if (typing) at("filter").blur();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") at("filter").focus();
  else if (event.key === " " && !event.target.closest("button, a")) setPaused(!paused);
  else return;
  event.preventDefault();
}

const THEMES = ["system", "dark", "light"];
setTheme(THEMES.includes(kept.theme) ? kept.theme : "system");
legend(at("places-legend"));
at("filter").addEventListener("input", () => setFilter(at("filter").value));
at("pause").addEventListener("click", () => setPaused(!paused));
at("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  kept.theme = next;
  setTheme(next);
});
for (const [id, table] of [["services", services], ["connections", connections]]) {
  at(`${id}-more`).addEventListener("click", () => {
    table.all = !table.all;
    show();
  });
}
at("explanation-close").addEventListener("click", () => explanation.close());
document.addEventListener("keydown", key);
document.addEventListener("visibilitychange", () => plan(0));
tick();
