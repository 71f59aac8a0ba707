#!/usr/bin/env python3
"""What a person at a terminal sees, and what happens when they press Ctrl-C."""
import os
import pathlib
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["WHFBSCAN"]
MAKE_SAMPLES = os.environ["WHFB_MAKE_SAMPLES"]
SCAN = [PROGRAM, "scan", "contoso/devices", "--environment", "contoso/environment", "--as-of",
        "2026-11-20T12:00:00Z"]
ESCAPE = b"\x1b["
COPIES = 80  # of the sample fleet's healthy device: a scan that lasts long enough to interrupt


def read_all(terminal):
    """Everything until the other end of the terminal is closed."""
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody writes any more
            return text
        if not piece:
            return text
        text += piece


class Terminal(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="whfb-terminal-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run([MAKE_SAMPLES, "contoso"], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)

    def open_terminal(self):
        try:
            return pty.openpty()
        except OSError as error:
            self.skipTest(f"this machine has no terminals to give: {error}")

    def on_terminal(self, arguments, stream, **variables):
        """Runs with one stream on a terminal; what was written there, and on the other one."""
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        environment.update({"TERM": "xterm", **variables})
        ours, theirs = self.open_terminal()
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: theirs}
        child = subprocess.Popen(arguments, cwd=self.root, env=environment,
                                 stdin=subprocess.DEVNULL, **streams)
        os.close(theirs)
        shown = read_all(ours)
        other = b"".join(child.communicate()[index] or b"" for index in (0, 1)
                         if ("stdout", "stderr")[index] != stream)
        os.close(ours)
        return shown, other

    def test_colours_only_on_a_terminal(self):
        shown, _ = self.on_terminal(SCAN, "stdout")
        self.assertIn(ESCAPE, shown)
        plain = re.sub(rb"\x1b\[[0-9;]*m", b"", shown).replace(b"\r\n", b"\n")
        piped = subprocess.run(SCAN, cwd=self.root, capture_output=True)
        self.assertEqual(plain, piped.stdout)

    def test_no_color_and_dumb_terminals_are_obeyed(self):
        for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn(ESCAPE, self.on_terminal(SCAN, "stdout", **variables)[0])
        self.assertIn(ESCAPE, self.on_terminal(SCAN, "stdout", NO_COLOR="")[0])

    def test_files_never_hold_colours(self):
        self.on_terminal([*SCAN, "--output", "text=out.txt"], "stdout")
        self.assertNotIn(ESCAPE, (self.root / "out.txt").read_bytes())

    def test_progress_is_shown_on_a_terminal_only_and_wiped_away(self):
        shown, data = self.on_terminal(SCAN, "stderr")
        self.assertRegex(shown, rb"\r\d+ of 23 devices")
        self.assertRegex(shown, rb"\r +\r$")
        self.assertNotIn(b"devices", shown.rsplit(b"\r", 2)[1])
        self.assertTrue(data.startswith(b"Remote Desktop sign-in"))
        self.assertEqual(subprocess.run(SCAN, cwd=self.root, capture_output=True).stderr, b"")

    def interrupted_scan(self, number):
        """A scan that gets the signal when its first device is done; its exit code."""
        for copy in range(COPIES):
            shutil.copytree(self.root / "contoso/devices/PC-0001",
                            self.root / f"contoso/devices/PC-{copy + 5000}")
        ours, theirs = self.open_terminal()
        child = subprocess.Popen([*SCAN, "--jobs", "1", "--db", "new.db", "--output",
                                  "json=out.json", "--output", "html=out.html"], cwd=self.root,
                                 stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        shown = b""
        while b" of " not in shown:
            shown += os.read(ours, 100)
        child.send_signal(number)
        read_all(ours)
        os.close(ours)
        return child.wait()

    def assert_nothing_half_done(self, code):
        self.assertEqual(code, 130)
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["contoso", "new.db"])
        database = sqlite3.connect(self.root / "new.db")
        self.addCleanup(database.close)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        finished = database.execute("SELECT count(*) FROM run WHERE finished=1").fetchone()
        self.assertEqual(finished, (0,))

    def test_ctrl_c_ends_a_scan_and_leaves_nothing_half_done(self):
        self.assert_nothing_half_done(self.interrupted_scan(signal.SIGINT))

    def test_a_request_to_end_does_the_same(self):
        self.assert_nothing_half_done(self.interrupted_scan(signal.SIGTERM))

    def test_ctrl_c_while_an_output_is_written(self):
        subprocess.run([*SCAN, "--db", "fleet.db"], cwd=self.root, stdout=subprocess.DEVNULL)
        child = subprocess.Popen([PROGRAM, "report", "fleet.db", "--output", "json=-", "--output",
                                  "html=out.html"], cwd=self.root, stdout=subprocess.PIPE)
        # The pipe is smaller than the document: after the first bytes the program waits for us.
        self.assertEqual(child.stdout.read(2), b'{"')
        child.send_signal(signal.SIGINT)
        child.stdout.read()
        self.assertEqual(child.wait(), 130)
        child.stdout.close()
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["contoso", "fleet.db"])


if __name__ == "__main__":
    unittest.main()
