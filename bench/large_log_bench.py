#!/usr/bin/env python3
"""One event log at two sizes, 50 MB and 500 MB: megabytes per second, peak memory, and their ratio.

The log is made of one chunk of the samples again and again, with running record numbers and right checksums.
Twice: of events that nobody asks for, as nearly all are, and with SCEP events in every chunk, which are kept.
"""
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HEADER = 4096
CHUNK = 65536
FIRST_RECORD = 512


def records_of(chunk, free):
    at = FIRST_RECORD
    while at < free:
        yield at
        at += struct.unpack_from("<I", chunk, at + 4)[0]


def numbered(chunk, add):
    """The chunk with `add` added to its record numbers, and right checksums."""
    chunk = bytearray(chunk)
    first, last, first_id, last_id = struct.unpack_from("<4Q", chunk, 8)
    struct.pack_into("<4Q", chunk, 8, first + add, last + add, first_id + add, last_id + add)
    free = struct.unpack_from("<I", chunk, 48)[0]
    for at in records_of(chunk, free):
        struct.pack_into("<Q", chunk, at + 8, struct.unpack_from("<Q", chunk, at + 8)[0] + add)
    struct.pack_into("<I", chunk, 52, zlib.crc32(chunk[FIRST_RECORD:free]))
    struct.pack_into("<I", chunk, 124, zlib.crc32(chunk[128:FIRST_RECORD], zlib.crc32(chunk[:120])))
    return chunk


def write_log(sample, path, megabytes):  # the number of its records
    data = sample.read_bytes()
    chunk = data[HEADER:HEADER + CHUNK]
    count = struct.unpack_from("<Q", chunk, 16)[0] - struct.unpack_from("<Q", chunk, 8)[0] + 1
    chunks = megabytes * 1_000_000 // CHUNK
    with path.open("wb") as file:
        file.write(data[:HEADER])
        for i in range(chunks):
            file.write(numbered(chunk, i * count))
    return chunks * count


def measure(tool, path):
    began = time.monotonic()
    process = subprocess.Popen([tool, "evidence", path, "--output", "json=-"], stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - began, usage.ru_maxrss / 1024, out


def main(build):
    tool = build / "scanner/cli/whfbscan"
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        subprocess.run([build / "samples/make_samples", base / "contoso"], check=True, stdout=subprocess.DEVNULL)
        for what, device in (("nothing asked for", "PC-0002"), ("SCEP events in every chunk", "PC-0001")):
            compare(tool, base / f"contoso/devices/{device}/DeviceManagement-Admin.evtx", what, base / "large.evtx")


def compare(tool, sample, what, path):
    print(what)
    peaks = []
    for megabytes in (50, 500):
        records = write_log(sample, path, megabytes)
        seconds, peak, out = measure(tool, path)
        assert f'"records":{records},"damaged":0'.encode() in out, out[:400]
        peaks.append(peak)
        print(f"{megabytes:6d} MB, {records} records: {megabytes / seconds:7.0f} MB/s, peak {peak:6.1f} MB")
    print(f"peak memory, large to small: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
