#!/usr/bin/env python3
"""Which kinds of evidence the findings of each rule cite, over the samples and the golden cases of collectors; and
whether docs/coverage.md is what `whfbscan rules coverage` writes.

usage: evidence_kinds.py [--update]     WHFBSCAN, WHFB_MAKE_SAMPLES, WHFB_SOURCE_DIR name what to run
Without --update it only compares with rules/evidence_kinds.txt and docs/coverage.md; exit code 1: one
of them differs. The document needs the kinds in the program: build between two --update.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["WHFB_SOURCE_DIR"])
HEAD = "# Kinds of evidence that findings of each rule cite, observed by tests/catalog/evidence_kinds.py.\n"


def scanned(arguments):
    """The results of a scan; none where nothing could be read."""
    done = subprocess.run([os.environ["WHFBSCAN"], "scan", *arguments, "--output", "json=-"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(done.stdout) if done.stdout else {"coverage": [], "findings": []}


def inputs(samples):
    """Arguments of each run: the sample fleet, then each golden case of a collector by itself, as device and as environment."""
    yield [str(samples / "devices"), "--environment", str(samples / "environment"), "--as-of", "2026-11-20"]
    for case in sorted((SOURCE / "tests/golden").glob("*/*.in*")):
        if (case.with_name(case.name.partition(".in")[0] + ".facts")).exists():
            yield [str(case), "--as-of", "2026-03-01"]
            yield ["--environment", str(case), "--as-of", "2026-03-01"]


def observed():
    kinds = collections.defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        samples = pathlib.Path(folder) / "contoso"
        subprocess.run([os.environ["WHFB_MAKE_SAMPLES"], str(samples)], check=True, stdout=subprocess.DEVNULL)
        for arguments in inputs(samples):
            results = scanned(arguments)
            kind_of = {(entry["bundle"], entry["file"]): entry["kind"] for entry in results["coverage"]}
            for finding in results["findings"]:
                for place in finding["evidence"]:
                    kinds[finding["rule"]].add(kind_of.get((place["bundle"], place["file"]), "intent"))
    return HEAD + "".join(f"{rule}: {' '.join(sorted(of_rule))}\n" for rule, of_rule in sorted(kinds.items()))


def document():
    # Exit code 1 says that something is missing; the document says what.
    return subprocess.run([os.environ["WHFBSCAN"], "rules", "coverage", "--output", "markdown=-"], stdout=subprocess.PIPE,
                          check=False).stdout.decode("utf-8")


def main(update):
    differ = False
    for path, text in ((SOURCE / "rules/evidence_kinds.txt", observed()), (SOURCE / "docs/coverage.md", document())):
        if update:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            print(f"{path} is not of today; evidence_kinds.py --update writes it")
            differ = True
    return 1 if differ else 0


sys.exit(main("--update" in sys.argv[1:]))
