#!/usr/bin/env python3
"""Holds what the scanner finds in cabinets against cabextract: names, sizes and bytes of every member.

The cabinets: every one below the folder of real files, and those that gcab packs from the sample
fleet, stored and with MSZIP. Nobody here wrote cabextract or gcab. Of a cabinet that cabextract calls damaged
only the members that both give are compared. Quantum is told as not supported.

usage: cabinet_comparison.py WHFBSCAN MAKE_SAMPLES FOLDER      exit code 1: something differs
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib

SKIPPED = 77  # of ctest
MAGIC = b"MSCF\0\0\0\0"
UNSUPPORTED = "Unsupported CAB compression : Quantum"


def quiet(command, **more):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **more).returncode


def is_cabinet(path):
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def packed_samples(make_samples, folder):
    """Cabinets of the exports of each device of the sample fleet."""
    quiet([make_samples, folder / "fleet"])
    for archive in sorted((folder / "fleet" / "devices").glob("*.zip")):
        unpacked = folder / archive.stem
        with zipfile.ZipFile(archive) as bundle:
            bundle.extractall(unpacked)
        members = sorted(str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file())
        for method in ([], ["-z"]):
            cabinet = folder / f"{archive.stem}{''.join(method)}.cab"
            subprocess.run(["gcab", "-c", *method, str(cabinet), *members], cwd=unpacked, check=True)
            yield cabinet


def by_cabextract(cabinet):
    """Size and CRC by name, and whether it found the cabinet sound."""
    with tempfile.TemporaryDirectory() as folder:
        sound = quiet(["cabextract", "-q", "-d", folder, cabinet]) == 0
        root = pathlib.Path(folder)
        files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: (len(data), f"{zlib.crc32(data):08x}") for name, data in files.items()}, sound


def by_us(program, cabinet):
    """The members as the coverage list has them; what is packed in a member does not count."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(cabinet, pathlib.Path(folder) / "x.cab")
        done = subprocess.run([program, "evidence", folder, "--output", "json=-"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    entries = {entry["file"]: entry for entry in json.loads(done.stdout)["coverage"]}
    start = "x.cab!/"
    return {name[len(start):]: entry for name, entry in entries.items()
            if name.startswith(start) and "!/" not in name[len(start):]}


def differences(program, cabinet):
    theirs, sound = by_cabextract(cabinet)
    ours = by_us(program, cabinet)
    if sound:
        yield from (f"{name}: only in one of the two" for name in sorted(theirs.keys() ^ ours.keys()))
    for name in sorted(theirs.keys() & ours.keys()):
        size, crc = theirs[name]
        entry = ours[name]
        if entry["reason"] == UNSUPPORTED or (not sound and entry["status"] == "failed"):
            continue
        # A member that is a container itself has no CRC in the list.
        if entry["size"] != size or (entry["crc32"] != crc and entry["kind"] != "container"):
            yield f"{name}: {entry['size']} bytes, CRC {entry['crc32']}; cabextract has {size}, {crc}"


def main(program, make_samples, folder):
    with tempfile.TemporaryDirectory() as temporary:
        cabinets = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_cabinet(path)]
        if shutil.which("gcab"):
            cabinets += packed_samples(make_samples, pathlib.Path(temporary))
        if not cabinets:
            print(f"gcab is not installed and no cabinet lies below {folder}: nothing to compare")
            return SKIPPED
        wrong = 0
        for cabinet in cabinets:
            found = list(differences(program, cabinet))
            wrong += bool(found)
            print(f"{cabinet}: {'differs' if found else 'alike'}")
            for line in found:
                print(f"    {line}")
    print(f"\n{len(cabinets)} cabinets held against cabextract, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    if shutil.which("cabextract") is None:
        print("cabextract is not installed: the comparison of cabinets is skipped")
        sys.exit(SKIPPED)
    sys.exit(main(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])))
