#!/usr/bin/env python3
"""Runs the commands of a transcript and compares all that they say.

A transcript is prose with commands and what they must say, in full:

    $ whfbscan scna
    ! whfbscan: 'scna' is not a command; did you mean 'scan'?
    ? 64

    $ command      given to sh, in a folder of the transcript's own that lasts to its end
    | text         a line on standard output
    ! text         a line on standard error
    ? number       the exit code; left out: 0

`...` alone on an output line stands for any lines, `<*>` for any text within a line. The folder
holds the sample fleet as contoso/. With --update the transcript is written anew from what the
commands said: read the difference before you believe it.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = pathlib.Path(os.environ["WHFBSCAN"])
MAKE_SAMPLES = os.environ["WHFB_MAKE_SAMPLES"]


class Step:
    def __init__(self, line, command):
        self.line, self.command = line, command
        self.out, self.err, self.code = [], [], 0


def parse(text):
    """Prose lines as text, commands as steps, in the order of the transcript."""
    parts = []
    for number, line in enumerate(text.splitlines(), 1):
        mark, rest = line[:1], line[2:]
        if line.startswith("$ "):
            parts.append(Step(number, rest))
        elif mark in ("|", "!", "?") and line[1:2] in ("", " "):
            if not parts or isinstance(parts[-1], str):
                sys.exit(f"line {number}: output without a command")
            if mark == "?":
                parts[-1].code = int(rest)
            else:
                (parts[-1].out if mark == "|" else parts[-1].err).append(rest)
        else:
            parts.append(line)
    return parts


def perform(command, folder):
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "LC_ALL": "C",
                   "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True)
    texts = [text.decode("utf-8", "backslashreplace") for text in (done.stdout, done.stderr)]
    return texts[0].split("\n"), texts[1].split("\n"), done.returncode


def fits(expected, said):
    """Both are lines; those said end with an empty one when the last line was ended."""
    if said[-1:] == [""]:
        said = said[:-1]
    pattern = ""
    for line in expected:
        pattern += (r"(?:.*\n)*" if line == "..."
                    else re.escape(line).replace(re.escape("<*>"), ".*") + r"\n")
    return re.fullmatch(pattern, "".join(line + "\n" for line in said)) is not None


def show(step, out, err, code):
    lines = ["$ " + step.command]
    for mark, said, expected in (("|", out, step.out), ("!", err, step.err)):
        said = expected if fits(expected, said) else said[:-1] if said[-1:] == [""] else said
        lines += [f"{mark} {line}".rstrip() if line == "" else f"{mark} {line}" for line in said]
    return lines + ([f"? {code}"] if code else [])


def main(path, update):
    parts = parse(path.read_text("utf-8"))
    written, broken = [], 0
    with tempfile.TemporaryDirectory(prefix="whfb-transcript-") as folder:
        subprocess.run([MAKE_SAMPLES, "contoso"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for part in parts:
            if isinstance(part, str):
                written.append(part)
                continue
            out, err, code = perform(part.command, folder)
            lines = show(part, out, err, code)
            written += lines
            if not fits(part.out, out) or not fits(part.err, err) or code != part.code:
                broken += 1
                print(f"{path}:{part.line}: the command said, with exit code {code}:",
                      *lines, "instead of:", *show(part, part.out, part.err, part.code), "",
                      sep="\n")
    if update:
        path.write_text("\n".join(written) + "\n", "utf-8")
        return 0
    steps = sum(isinstance(part, Step) for part in parts)
    print(f"{path.name}: {steps} commands, {broken} not as written")
    return 1 if broken or steps == 0 else 0


if __name__ == "__main__":
    names = [argument for argument in sys.argv[1:] if argument != "--update"]
    sys.exit(max(main(pathlib.Path(name), "--update" in sys.argv) for name in names))
