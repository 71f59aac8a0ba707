#!/usr/bin/env python3
"""A table of every file below a folder of real evidence: recognised kind, status, records.

Where the folder has a PROVENANCE.md, the counts that it gives are held against ours; where a reader
that nobody here wrote is installed, its counts are, too: evtxexport (event logs), hivexml (hives),
openssl (certificates). Nothing may be unrecognised without a reason.

usage: evidence_table.py WHFBSCAN FOLDER      exit code 1: something differs
"""
import json
import lzma
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77  # of ctest


def listed(program, folder):
    """Our list, by file."""
    done = subprocess.run([program, "evidence", folder, "--output", "json=-"], check=True, stdout=subprocess.PIPE)
    return {entry["file"]: entry for entry in json.loads(done.stdout)["coverage"] if entry["kind"] != "subjects"}


def provenance(folder):
    """File to what an independent reader measured, as PROVENANCE.md tells it."""
    path = folder / "PROVENANCE.md"
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \|", path.read_text("utf-8"), re.MULTILINE) if path.exists() else []
    return {name: (shows, measured) for name, shows, measured in rows}


def told(kind, shows, measured, defaults):
    """The counts that the table of provenance allows; empty: it tells none. It counts no default values."""
    def found(pattern, text=measured):
        match = re.search(pattern, text)
        return [int(number) for number in re.findall(r"\d+", match[1])] if match else []

    if kind == "evtx":
        return found(r"\[walk: ([\d or]+)\]") or found(r"(\d+) records")
    if kind == "registry-pol":
        return found(r"(\d+) entries")
    if kind == "serialized-store":
        return found(r"(\d+) certificates", shows)
    if kind == "reg-text":
        return [count + defaults for count in found(r"(\d+) named values")]
    if kind == "results-xml":
        items = re.findall(r"(?:Command|Events|FoldersFiles|RegistryKey) -?\d+: (\d+)", measured)
        return [sum(map(int, items))] if items else []
    if kind in ("x509", "pem", "crl"):
        return [1] if re.match(r"(PEM|DER);", measured) else []
    return []


def run(command):
    """What a program says; nothing where it failed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else b""


def content(folder, name):
    """The bytes of a file, also inside an .xz; None inside anything else."""
    outer, _, inner = name.partition("!/")
    data = (folder / outer).read_bytes()
    if not inner:
        return data
    return lzma.decompress(data) if outer.endswith(".xz") else None


def by_evtxexport(path):
    """Its live records; none where it calls the file corrupted or cannot render it."""
    out = run(["evtxexport", path]).decode("utf-8", "replace")
    return None if not out else len(re.findall(r"^Event number\s", out, re.MULTILINE))


def default_values(data):
    """The "@=" lines of a .reg file in an 8-bit encoding."""
    return len(re.findall(rb"^\s*@=", data, re.MULTILINE))


def by_hivexml(path):
    """Keys below the root and values; none of a dirty hive, whose logs it does not read."""
    head = pathlib.Path(path).read_bytes()[:12]
    if head[4:8] != head[8:12]:
        return None
    out = run(["hivexml", path]).decode("utf-8", "replace")
    return max(out.count("<node ") - 1, 0) + out.count("<value ") if "</hive>" in out else None


def by_openssl(path):
    for form in ("DER", "PEM"):
        for what in ("x509", "crl"):
            if run(["openssl", what, "-in", path, "-inform", form, "-noout", "-issuer"]):
                return 1
    return None


# What lies in a folder of the evidence, whatever we take it for.
FOLDERS = {"evtx": {"evtx"}, "hive": {"hive", "hive-log", "container"}, "certs": {"x509", "pem", "crl"}, "certutil": {"certutil-store"},
           "certstore": {"serialized-store"}, "dsregcmd": {"dsregcmd"}, "dstemplate": {"dstemplate"}, "event-xml": {"event-xml"},
           "gpresult": {"gpresult", "gpresult-html"}, "graph": {"graph-json"}, "ldif": {"ldif"}, "reg-text": {"reg-text"},
           "registrypol": {"registry-pol"}, "results-xml": {"results-xml"}, "bloodhound": {"bloodhound"}}
NOT_USED = {".cmtx"}  # comments of an editor

READERS = {"evtx": ("evtxexport", by_evtxexport), "hive": ("hivexml", by_hivexml),
           "x509": ("openssl", by_openssl), "pem": ("openssl", by_openssl), "crl": ("openssl", by_openssl)}


def independent(folder, name, kind):
    """The reader's name and count; None where there is none, or it gives up."""
    tool, count = READERS.get(kind, (None, None))
    if tool is None or shutil.which(tool) is None:
        return None, None
    data = content(folder, name)
    if data is None:
        return None, None
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return tool, count(file.name)


def verdict(entry, allowed, tool, counted):
    """What is wrong with an entry of ours; empty: nothing."""
    if entry["status"] in ("failed", "ignored") and not entry["reason"]:
        return "no reason"
    name = entry["file"]
    kinds = FOLDERS.get(name.partition("/")[0])
    if kinds and pathlib.PurePath(name).suffix not in NOT_USED and entry["kind"] not in kinds:
        return "should be " + " or ".join(sorted(kinds))
    if allowed and entry["records"] not in allowed:
        return f"PROVENANCE.md has {allowed}"
    # A reader that stops at damage has fewer; one that knows no damage of ours must agree.
    if counted is not None and (counted > entry["records"] or (counted != entry["records"] and not entry["damaged"] and not allowed)):
        return f"{tool} has {counted}"
    return ""


def main(program, folder):
    entries = listed(program, folder)
    known = provenance(folder)
    wrong = 0
    checked = 0
    print(f"{'file':<110} {'kind':<16} {'status':<8} {'records':>7} {'damaged':>7}  checked against")
    for name, entry in sorted(entries.items()):
        shows, measured = known.get(name.partition("!/")[0], ("", ""))
        defaults = default_values(content(folder, name)) if entry["kind"] == "reg-text" else 0
        allowed = told(entry["kind"], shows, measured, defaults)
        tool, counted = independent(folder, name, entry["kind"])
        problem = verdict(entry, allowed, tool, counted)
        wrong += bool(problem)
        by = ([f"PROVENANCE.md: {' or '.join(map(str, allowed))}"] if allowed else []) + (
            [f"{tool}: {counted}"] if counted is not None else [])
        checked += bool(by)
        print(f"{name:<110} {entry['kind']:<16} {entry['status']:<8} {entry['records']:>7} {entry['damaged']:>7}  "
              f"{'; '.join(by) or '-'}{'   WRONG: ' + problem if problem else ''}")
        if entry["reason"] and entry["status"] != "read":
            print(f"    {entry['reason']}")
    missing = [name for name in known if name not in entries]
    for name in missing:
        print(f"{name}: in PROVENANCE.md and not in the list")
    print(f"\n{len(entries)} files, {checked} held against other counts, {wrong + len(missing)} wrong")
    return 1 if wrong or missing or not entries else 0


if __name__ == "__main__":
    data = pathlib.Path(sys.argv[2])
    if not data.is_dir():
        print(f"{data} is not there: the comparison with real files is skipped")
        sys.exit(SKIPPED)
    sys.exit(main(sys.argv[1], data))
