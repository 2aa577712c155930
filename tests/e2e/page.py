#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: page.py URL SCREENSHOT_DIR PAGE_DIR: the page in a real Chromium.

With the wiregapd at URL: a stall that this program makes, bytes as the kernel tells them, who may see what. Then with
documents that it makes itself (256 services, 1,000 connections): bars against what was sent, order, filter, keyboard,
the time a tick takes, three widths. Prints one line for each check; the last says how many failed.
"""
import fcntl
import http.server
import json
import pathlib
import random
import socket
import statistics
import struct
import sys
import threading
import time
import urllib.request

from browser import Browser

SIOCOUTQNSD = 0x894B
SCRIPT_MS = 16
KEEP_PICTURE = """
const original = window.fetch;
window.fetch = async (...what) => {
  const response = await original(...what);
  if (String(what[0]).includes("overview")) response.clone().text().then((text) => { window.lastText = text; });
  return response;
};
"""
# What is drawn, and the document that it was drawn from; null between the two.
DRAWN = """(() => {
  const picture = JSON.parse(window.lastText ?? "null");
  if (!picture || String(picture.snapshot.sequence) !== document.documentElement.dataset.sequence) return null;
  const widths = (row) => Object.fromEntries([...row.querySelectorAll(".bar-waits .place")].map((part) =>
    [part.className.match(/place-(\\w+)/)[1], parseFloat(part.style.width)]));
  const rows = [...document.querySelectorAll("#services tbody tr")].map((row) =>
    ({key: row.dataset.row, widths: widths(row), label: row.querySelector(".bar").getAttribute("aria-label"),
      cells: Object.fromEntries([...row.cells].map((cell) => [cell.dataset.key, cell.textContent]))}));
  return {picture, rows};
})()"""
# What a reader can't reach: wider than the window, or beyond its edge where nothing scrolls.
OVERFLOW = """(() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) return `the page is ${document.documentElement.scrollWidth} wide`;
  for (const part of document.querySelectorAll("body *:not(.scroll *):not(svg *)")) {
    const box = part.getBoundingClientRect();
    if (box.width > 1 && (box.right > wide + 0.5 || box.left < -0.5)) return `${part.tagName} ${part.id} ${box.right}`;
  }
  const texts = [...document.querySelectorAll("h1, h2, #status, button, .legend li, label")]
    .filter((part) => part.checkVisibility());
  const boxes = texts.map((part) => part.getBoundingClientRect());
  for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) {
    const a = boxes[i], b = boxes[j];
    if (texts[i].contains(texts[j]) || texts[j].contains(texts[i])) continue;
    if (texts[i].closest("aside") || texts[j].closest("aside")) continue;
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
      return `"${texts[i].textContent}" lies on "${texts[j].textContent}"`;
  }
  return "";
})()"""

failures = []


def check(what, truth, said):
    good = said == truth
    print(f"ok   {what}" if good else f"FAIL {what}: the page says {said!r}, the truth is {truth!r}")
    if not good:
        failures.append(what)


def human_bytes(count):
    """As daemon/model/units.h says it, written once more."""
    units = ["B", "KiB", "MiB", "GiB", "TiB"]
    if count < 1024:
        return f"{count}B" if count else "0"
    value = float(count)
    while units and value >= 1023.5:
        value, units = value / 1024, units[1:]
    return (f"{value:.1f}" if value < 9.95 else f"{value:.0f}") + units[0]


def parts_of(row):
    """The bytes of the four places that wait, by the design's definition: egress is a part of unacked."""
    egress = min(row.get("egress_payload_bytes", 0), row["unacked_bytes"])
    return {"backlog": row.get("reply_backlog_bytes", 0), "notsent": row["notsent_bytes"], "egress": egress,
            "flight": row["unacked_bytes"] - egress}


def check_bars(what, drawn):
    """Each row against the document it was drawn from."""
    services = drawn["picture"]["services"]["rows"]
    scale = max((sum(parts_of(row).values()) for row in services), default=0)
    by_key = {f"{row['service']}|{row['port']}|{row['role']}": row for row in services}
    faults = []
    for row in drawn["rows"]:
        for place, count in parts_of(by_key[row["key"]]).items():
            share = 100 * count / scale if scale else 0
            if abs(row["widths"][place] - share) > 0.001:
                faults.append(f"{row['key']} {place}: {row['widths'][place]} %, not {share} %")
        if row["cells"]["notsent_bytes"] != human_bytes(by_key[row["key"]]["notsent_bytes"]):
            faults.append(f"{row['key']}: {row['cells']['notsent_bytes']}")
    check(what, [], faults)


def drawn_now(browser):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        drawn = browser.run(DRAWN)
        if drawn:
            return drawn
        time.sleep(0.02)
    raise RuntimeError("nothing was drawn within 20 s")


class Stall:
    """A server in this process whose client does not read: its bytes are known to the kernel's own ioctl."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.client = socket.create_connection(("127.0.0.1", self.port))
        self.server, _ = self.listener.accept()

    def begin(self):
        """Writes until nothing more is taken; returns the bytes that have not been sent."""
        self.server.setblocking(False)
        while True:
            try:
                while True:
                    self.server.send(b"x" * 65536)
            except BlockingIOError:
                pass
            before = self.notsent_bytes()
            time.sleep(0.5)
            if before == self.notsent_bytes():
                try:
                    self.server.send(b"x")
                except BlockingIOError:
                    return before

    def notsent_bytes(self):
        return struct.unpack("i", fcntl.ioctl(self.server, SIOCOUTQNSD, struct.pack("i", 0)))[0]


def with_daemon(browser, url, pictures):
    stall = Stall()
    browser.before_each_page(KEEP_PICTURE)
    browser.size(1280, 900)
    browser.open(url)
    check("the page draws what the daemon says", True, browser.becomes("!!document.documentElement.dataset.sequence"))
    notsent = stall.begin()
    first = json.load(urllib.request.urlopen(f"{url}/api/v1/self"))["snapshot"]["sequence"]
    wanted = f"+document.documentElement.dataset.sequence >= {first + 2}"
    check("it goes on with each tick", True, browser.becomes(wanted))
    drawn = drawn_now(browser)
    mine = [row for row in drawn["rows"] if f"|{stall.port}|server" in row["key"]]
    check("a stall is shown two ticks later", 1, len(mine))
    check("with the kernel's own count of bytes", [human_bytes(notsent)],
          [row["cells"]["notsent_bytes"] for row in mine])
    check("and to the byte in its document", notsent,
          sum(row["notsent_bytes"] for row in drawn["picture"]["services"]["rows"] if row["port"] == stall.port))
    history = drawn["picture"]["history"]
    check("and in the history", True, sum(history["now_bytes"].values()) >= notsent)
    check("which is drawn", True,
          browser.run("[...document.querySelectorAll('#history path')].some((area) => area.getBBox().height > 0)"))
    check_bars("each bar is its document's bytes", drawn)
    row = f'#connections tr[data-row^="127.0.0.1:{stall.port}-"]'
    check("the connection is peer_stalled", True,
          browser.becomes(f"""document.querySelector('{row} [data-key="verdict"]')?.textContent === "peer_stalled" """))
    browser.run(f"document.querySelector('{row}').focus()")
    browser.key("Enter", "\r")
    said = "document.getElementById('explanation-text').textContent"
    check("Enter explains it", True, browser.becomes(f"{said}.includes('has stopped reading')"))
    check("the explanation has the focus", "explanation", browser.run("document.activeElement.id"))
    browser.screenshot(f"{pictures}/explained.png")
    browser.key("Escape")
    check("Esc closes it", True, browser.run("document.getElementById('explanation').hidden"))
    check("and the row has the focus again", True, browser.run(f"document.activeElement.matches('{row}')"))
    check("a screen reader is told the places", True,
          any(f"notsent {human_bytes(notsent)}, egress (qdisc, driver) 0" in name
              for name in browser.names_of("image")))
    browser.open(url.replace("127.0.0.1", "elsewhere.test"))
    check("who comes by a foreign name sees services", True,
          browser.becomes("document.querySelectorAll('#services tbody tr').length > 0"))
    check("and no connection", 0, browser.run("document.querySelectorAll('#connections tbody tr').length"))
    check("and is told why", True,
          browser.run("document.getElementById('withheld').textContent.includes('for this host')"))
    browser.open(url.replace("http://", "http://user:password@"))
    check("a user in the URL is no obstacle", True,
          browser.becomes("document.querySelectorAll('#services tbody tr').length > 0"))
    check("no complaint in the console", [], browser.complaints)


class Documents:
    """256 services and 1,000 connections, other numbers at each question; the columns are the daemon's own. Who is the
    worst stays so, as on a host; the services change places each time."""

    def __init__(self, url, page_dir):
        self.columns = json.load(urllib.request.urlopen(f"{url}/api/v1/overview"))
        self.policy = urllib.request.urlopen(url).headers["Content-Security-Policy"]
        self.page_dir = pathlib.Path(page_dir)
        self.random = random.Random(1)
        self.sequence = 0
        self.broken = False

    def service(self, i):
        number = self.random.randrange
        return {"service": f"service-{i:03}", "port": 1000 + i, "role": "server",
                "reply_backlog_bytes": number(1 << 20), "notsent_bytes": number(1 << 22),
                "egress_payload_bytes": number(1 << 16),
                "unacked_bytes": (1 << 16) + number(1 << 18), "acked_bytes_per_second": number(1 << 30),
                "undelivered_all_bytes": number(1 << 10), "held_bytes": number(1 << 22),
                "oldest_notsent_seconds": self.random.random(), "open_connections": number(100),
                "worst_verdict": "peer_slow", "worst_locus": "peer"}

    def connection(self, i):
        number = self.random.randrange
        return {"verdict": "peer_slow", "reason": "rwnd", "locus": "peer", "service": f"service-{i % 256:03}",
                "local": f"192.0.2.2:{1000 + i % 256}", "peer": f"192.0.2.1:{10000 + i}",
                "held_bytes": number(1 << 20), "unacked_bytes": number(1 << 18), "notsent_bytes": number(1 << 20),
                "reply_backlog_bytes": number(1 << 16), "egress_payload_bytes": 0,
                "oldest_notsent_seconds": self.random.random(), "verdict_seconds": self.random.random() * 100,
                "held_byte_seconds": (1000 - i) * 1e6 + number(1000000), "srtt_seconds": 0.01,
                "owner": {"name": f"program/{i}"}}

    def overview(self):
        self.sequence += 1
        held = {name: [self.random.randrange(1 << 24) for _ in range(300)]
                for name in ("peer", "network", "host", "app", "none")}
        snapshot = {"sequence": self.sequence, "taken_unix_seconds": time.time(), "tick_interval_seconds": 0.5,
                    "backend": "fentry", "backend_reason": ""}
        services = {"columns": self.columns["services"]["columns"], "rows": [self.service(i) for i in range(256)]}
        connections = {"columns": self.columns["connections"]["columns"], "truncated": False,
                       "rows": [self.connection(i) for i in range(1000)]}
        history = {"step_seconds": 2, "steps": 300, "held_bytes": held | {"unlisted": [0] * 300},
                   "now_bytes": {name: lists[-1] for name, lists in held.items()} | {"unlisted": 0}}
        return {"snapshot": snapshot, "version": "0", "history": history, "services": services,
                "connections": connections}

    def answer(self, path):
        """(status, type, bytes), as the daemon answers."""
        if path.startswith("/api/v1/overview"):
            if self.broken:
                return 503, "text/plain", b"the kernel has not been read yet; try again after one tick\n"
            return 200, "application/json", json.dumps(self.overview()).encode()
        name = "index.html" if path == "/" else path.removeprefix("/page/")
        kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
        file = self.page_dir / name
        return 200, kinds[file.suffix], file.read_bytes()


def serve(documents):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            status, kind, body = documents.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", documents.policy)
            self.end_headers()
            try:
                self.wfile.write(body)
            except BrokenPipeError:
                pass  # the browser has ended

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def column(browser, table, key):
    cells = f"document.querySelectorAll('#{table} tbody [data-key=\"{key}\"]')"
    return browser.run(f"[...{cells}].map((cell) => cell.textContent)")


def with_documents(browser, url, pictures, page_dir):
    documents = Documents(url, page_dir)
    browser.before_each_page(KEEP_PICTURE)
    browser.size(1280, 900)
    browser.open(serve(documents))
    ticks = "performance.getEntriesByName('tick')"
    check("25 ticks are drawn", True, browser.becomes(f"{ticks}.length >= 25", 60))
    times = browser.run(f"{ticks}.map((entry) => entry.duration)")[5:]
    print(f"     a tick's script with 256 services and 1,000 connections: median {statistics.median(times):.1f} ms, "
          f"{min(times):.1f} to {max(times):.1f} ms of {len(times)}")
    # The one that was disturbed least: what else the machine does is no cost of the page.
    check(f"a tick's script takes less than {SCRIPT_MS} ms", True, min(times) < SCRIPT_MS)
    browser.run("document.getElementById('pause').click()")
    time.sleep(1)  # what was asked for arrives
    drawn = drawn_now(browser)
    check_bars("bars of 50 services are the document's bytes", drawn)
    check("so many rows, and a button for the others", [50, 50],
          [len(column(browser, name, "service")) for name in ("services", "connections")])
    browser.run("document.getElementById('connections-more').click()")
    check("which shows them", 1000, len(column(browser, "connections", "service")))
    header = "document.querySelector('#services [data-key=\"service\"]')"
    browser.run(f"{header}.querySelector('button').click()")
    names = column(browser, "services", "service")
    check("a click on a header sorts", [f"service-{i:03}" for i in range(50)], names)
    check("and says so", "ascending", browser.run(f"{header}.getAttribute('aria-sort')"))
    browser.key("/", "/")
    for letter in "service-007":
        browser.key(letter, letter)
    check("a filter is typed after /", ["service-007"], column(browser, "services", "service"))
    check("it holds for connections too", {"service-007"}, set(column(browser, "connections", "service")))
    browser.key("Escape")
    check("Esc clears it", 50, len(column(browser, "services", "service")))
    browser.run("document.activeElement.blur()")
    for width, height in ((360, 740), (1024, 768), (2560, 1440)):
        browser.size(width, height)
        browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
        check(f"nothing is cut off or overlaps at {width} pixels", "", browser.run(OVERFLOW))
        browser.screenshot(f"{pictures}/{width}.png")
    browser.theme("dark")
    browser.screenshot(f"{pictures}/dark.png")
    check("no complaint in the console", [], browser.complaints)
    documents.broken = True
    browser.run("document.getElementById('pause').click()")
    check("a daemon that does not answer is named, with its reason", True,
          browser.becomes("document.getElementById('problem').textContent.includes('has not been read yet')"))
    documents.broken = False
    check("until it does again", True, browser.becomes("document.getElementById('problem').hidden"))


def main():
    url, pictures, page_dir = sys.argv[1:]
    pathlib.Path(pictures).mkdir(parents=True, exist_ok=True)
    with Browser("--host-resolver-rules=MAP elsewhere.test 127.0.0.1") as browser:
        with_daemon(browser, url, pictures)
    with Browser() as browser:
        with_documents(browser, url, pictures, page_dir)
    print(f"{len(failures)} failed; screenshots are in {pictures}")
    sys.exit(1 if failures else 0)


main()
