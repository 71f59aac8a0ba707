#!/usr/bin/env python3
"""Fails when a source file is longer than 400 lines (the guide's limit for one idea)."""
import pathlib
import sys

LIMIT = 400
FOLDERS = ("scanner", "collectors", "rules", "db", "report", "samples", "tests", "fuzz", "bench")


def main(root):
    bad = 0
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            lines = file.read_text(encoding="utf-8").count("\n")
            if lines > LIMIT:
                print(f"{file.relative_to(root)}: {lines} lines, at most {LIMIT}; split it by idea")
                bad += 1
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
