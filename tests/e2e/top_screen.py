#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: top_screen.py WIREGAP URL NAME
Runs `wiregap top` in a pseudo-terminal of 80x24, reads the screen as a terminal would (pyte), types,
resizes it and quits. NAME is a service that must be on the screen. Exits 1 at the first thing that is not as it must
be."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

import pyte

TIMEOUT_SECONDS = 30


class Terminal:
    def __init__(self, command, columns, rows, locale):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "linux"  # what pyte emulates
            os.environ["LC_ALL"] = locale
            os.execv(command[0], command)
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        if select.select([self.fd], [], [], 0.1)[0]:
            try:
                self.stream.feed(os.read(self.fd, 65536))
            except OSError:  # EIO: the other side is gone
                pass

    def text(self):
        return "\n".join(self.screen.display)

    def until(self, what, condition):
        end = time.monotonic() + TIMEOUT_SECONDS
        while not condition(self.text()):
            if time.monotonic() > end:
                sys.exit(f"FAIL {what}; the screen is:\n{self.text()}")
            self.read()
        print(f"ok   {what}")

    def has_blocks(self, name, color):
        """A line that begins with the name has three blocks or more, all of this colour."""
        for row, line in enumerate(self.screen.display):
            if line.startswith(name):
                found = [self.screen.buffer[row][column].fg for column, sign in enumerate(line) if sign == "\u2588"]
                return len(found) >= 3 and set(found) == {color}
        return False

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def exit_status(self):
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            self.read()
        os.kill(self.pid, 9)
        sys.exit("FAIL q did not quit")


def main():
    wiregap, url, name = sys.argv[1:]
    command = [wiregap, "top", "--url", url]
    shown = name[:8]
    letters = Terminal(command, 80, 24, "C")
    letters.until("without Unicode the bar is letters",
                  lambda s: any(shown in line and "n" * 3 in line for line in s.split("\n")))
    letters.type("q")
    letters.exit_status()
    terminal = Terminal(command, 80, 24, "C.UTF-8")
    terminal.until("the first line says what this is", lambda s: s.startswith("wiregap top "))
    terminal.until("the service is there, with its bar of blocks", lambda s: terminal.has_blocks(shown, "brown"))
    terminal.until("the held connection, with its verdict", lambda s: "peer_stalled" in s)
    terminal.until("the keys are in the last line", lambda s: "q quit" in s.split("\n")[23])
    terminal.type("\r")
    terminal.until("Enter explains the selected connection", lambda s: "Verdict: peer_stalled" in s and "To do:" in s)
    terminal.type("\x1b")
    terminal.until("Esc goes back", lambda s: "To do:" not in s and shown in s)
    terminal.type("?")
    terminal.until("? explains the places", lambda s: "Each byte is in one of five places" in s)
    terminal.type("?/no-such-name\r")
    terminal.until("/ filters", lambda s: shown not in s and "No connection holds bytes" in s)
    terminal.type("\x1b")
    terminal.until("Esc clears the filter", lambda s: shown in s)
    terminal.type("p")
    terminal.until("p pauses", lambda s: "PAUSED" in s)
    terminal.type("p")
    terminal.resize(120, 40)
    terminal.until("it follows a new size", lambda s: "q quit" in s.split("\n")[39] and shown in s)
    terminal.resize(40, 10)
    terminal.until("also a small one", lambda s: s.split("\n")[9].startswith("q quit"))
    terminal.type("q")
    status = terminal.exit_status()
    if status != 0:
        sys.exit(f"FAIL q ends it with status {status}")
    print("ok   q quits")


main()
