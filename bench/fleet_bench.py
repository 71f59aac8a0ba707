#!/usr/bin/env python3
"""Whole scans of a synthetic fleet at two sizes: bundles per second, peak memory, and their ratio.

usage: fleet_bench.py BUILD [SMALL LARGE]

Every bundle is a ZIP of one sample device under another name, so that nothing can be reused
between two devices but what a real fleet shares, too: its CAs and its profiles."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import zipfile


def device_id(number):
    return f"d1000000-0000-4000-8000-{number:012d}".encode()


def make_fleet(source, target, count):
    """`count` ZIPs, from the folders of the sample devices in turn."""
    devices = sorted(path for path in source.iterdir() if path.is_dir())
    target.mkdir(parents=True)
    for number in range(count):
        device = devices[number % len(devices)]
        name = f"FL-{number:05d}"
        with zipfile.ZipFile(target / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(device.rglob("*")):
                if not file.is_file():
                    continue
                data = file.read_bytes()
                if file.name == "dsregcmd.txt":
                    data = data.replace(device.name.encode(), name.encode())
                    # One device is one Entra device id.
                    data = re.sub(rb"(DeviceId : )[0-9a-f-]{36}", rb"\g<1>%s" % device_id(number), data)
                archive.writestr(file.relative_to(device).as_posix(), data)


def scan(tool, fleet, environment, out):
    began = time.monotonic()
    process = subprocess.Popen(
        [tool, "scan", fleet, "--environment", environment, "--as-of", "2026-11-20T12:00:00Z", "--db", out / "r.db",
         "--output", f"json={out}/r.json", "--output", f"html={out}/r.html"])
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - began, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main(build, small=200, large=4000):
    tool = build / "scanner/cli/whfbscan"
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        subprocess.run([build / "samples/make_samples", base / "contoso"], check=True)
        peaks = []
        for count in (small, large):
            fleet = base / f"fleet{count}"
            make_fleet(base / "contoso/devices", fleet, count)
            out = base / f"out{count}"
            out.mkdir()
            seconds, peak, cpu = scan(tool, fleet, base / "contoso/environment", out)
            peaks.append(peak)
            print(f"{count:6d} bundles: {count / seconds:8.0f} bundles/s wall, {cpu / count * 1000:6.2f} CPU ms/bundle, "
                  f"peak {peak:6.1f} MB, database {(out / 'r.db').stat().st_size / count:7.0f} B/bundle")
        print(f"peak memory, large to small: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:4]))
