#!/usr/bin/env python3
"""Hostile evidence through the whole program: it harms nobody but what it spoils.

For each case of hostile_cases.py: the coverage says what was not read and why, what depends on it
is unknown, nothing else of the device changes its verdict, another device of the same run is
judged as if it were alone, the exit code is that of the contract, and neither terminal nor
browser is given anything to obey.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import hostile_cases

PROGRAM = os.environ["WHFBSCAN"]
MAKE_SAMPLES = os.environ["WHFB_MAKE_SAMPLES"]
AS_OF = "2026-11-20T12:00:00Z"
SPOILT, HEALTHY = "PC-0001", "PC-0002"
MOST_SECONDS = 120
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def scan(folder, *inputs):
    """Exit code, JSON document, text and HTML of one run; nothing on standard error."""
    done = subprocess.run(
        [PROGRAM, "scan", *inputs, "--environment", "contoso/environment", "--as-of", AS_OF,
         "--output", "text=-", "--output", "json=out.json", "--output", "html=out.html"],
        cwd=folder, capture_output=True, timeout=MOST_SECONDS)
    assert done.stderr == b"", done.stderr
    outputs = [(folder / f"out.{kind}").read_text("utf-8") for kind in ("json", "html")]
    return done.returncode, json.loads(outputs[0]), done.stdout.decode("utf-8"), outputs[1]


def of_device(document, healthy):
    """The findings and subjects of the healthy device, or of the other one; bundles unnumbered."""
    ids = {subject["id"] for subject in document["subjects"]
           if subject["kind"] in ("device", "user")
           and (re.match(rf"\w+:{HEALTHY}\b", subject["id"]) is not None) == healthy}
    findings = [{**finding, "evidence": [{**one, "bundle": None} for one in finding["evidence"]]}
                for finding in document["findings"] if finding["subject"] in ids]
    return [s for s in document["subjects"] if s["id"] in ids], findings


def verdicts(findings):
    by_rule = {}
    for finding in findings:
        by_rule.setdefault(finding["rule"], set()).add(finding["verdict"])
    return by_rule


class Hostile:
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="whfb-hostile-")
        cls.addClassCleanup(folder.cleanup)
        cls.samples = pathlib.Path(folder.name)
        subprocess.run([MAKE_SAMPLES, "contoso"], cwd=folder.name, check=True,
                       stdout=subprocess.DEVNULL)
        cls.alone = of_device(cls.scan_fleet(cls.fleet([HEALTHY]))[1], healthy=True)
        cls.unspoilt = verdicts(of_device(cls.scan_fleet(cls.fleet([SPOILT]))[1], False)[1])

    @classmethod
    def fleet(cls, devices):
        """A folder with fleet/ and contoso/environment; removed after the tests of the class."""
        folder = tempfile.TemporaryDirectory(prefix="whfb-hostile-")
        cls.addClassCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        shutil.copytree(cls.samples / "contoso/environment", root / "contoso/environment")
        for device in devices:
            shutil.copytree(cls.samples / "contoso/devices" / device, root / "fleet" / device)
        return root

    @staticmethod
    def scan_fleet(root):
        return scan(root, "fleet")

    def spoilt_fleet(self, case):
        root = self.fleet([SPOILT, HEALTHY])
        try:
            case.spoil(root / "fleet" / SPOILT)
        except PermissionError as why:
            self.skipTest(str(why))
        return root

    def check_coverage(self, case, document):
        entries = [entry for entry in document["coverage"] if case.file in entry["file"]]
        self.assertTrue(entries, f"{case.file} is not in the coverage")
        fitting = [entry for entry in entries if entry["status"] in case.status
                   and re.search(case.reason, entry["reason"] or "")]
        self.assertTrue(fitting, entries[:3])
        for entry in document["coverage"]:
            if entry["status"] != "read":
                self.assertTrue(entry["reason"], entry)
            self.assertNotRegex(entry["file"], r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:")

    def check_outputs(self, text, html):
        self.assertNotRegex(text, CONTROLS)
        self.assertNotRegex(html, CONTROLS)
        self.assertNotIn("<img src=x", html)

    def check_healthy(self, document):
        subjects, findings = of_device(document, healthy=True)
        self.assertEqual(subjects, self.alone[0])
        self.assertEqual(findings, self.alone[1])

    def check_spoilt(self, case, document):
        subjects, findings = of_device(document, healthy=False)
        self.assertEqual(sum(subject["kind"] == "device" for subject in subjects), 1)
        found = verdicts(findings)
        self.assertEqual(found.keys(), self.unspoilt.keys())
        for rule, before in self.unspoilt.items():
            allowed = {"unknown"} if rule in case.unknown else before | {"unknown"}
            self.assertLessEqual(found[rule], allowed, rule)

    def check_case(self, case):
        root = self.spoilt_fleet(case)
        code, document, text, html = self.scan_fleet(root)
        self.check_coverage(case, document)
        self.check_spoilt(case, document)
        self.check_healthy(document)
        self.check_outputs(text, html)
        self.assertEqual(code, case.code)
        self.assertFalse(os.path.exists("/tmp/whfbscan-escaped"))

    def check_case_as_environment(self, case):
        root = self.spoilt_fleet(case)
        (root / "others").mkdir()
        shutil.move(root / "fleet" / HEALTHY, root / "others" / HEALTHY)
        code, document, text, html = scan(root, "others", "--environment", "fleet")
        self.check_coverage(case, document)
        self.check_healthy(document)
        self.check_outputs(text, html)
        self.assertEqual(code, 0)


class HostileDevice(Hostile, unittest.TestCase):
    """The spoilt folder is one device of a fleet."""

    def test_the_devices_of_the_sample_fleet_are_healthy(self):
        code, document, _, _ = self.scan_fleet(self.fleet([SPOILT, HEALTHY]))
        self.assertEqual(code, 0)
        self.check_healthy(document)
        self.assertLessEqual(set().union(*(case.unknown for case in hostile_cases.CASES)),
                             self.unspoilt.keys())


class HostileEnvironment(Hostile, unittest.TestCase):
    """The spoilt folder is given with --environment."""


class HostileTenant(Hostile, unittest.TestCase):
    """Evidence of the environment itself is spoilt: all devices lose what it told, and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _, document, _, _ = cls.scan_fleet(cls.fleet([SPOILT, HEALTHY]))
        cls.unspoilt = verdicts(document["findings"])

    def check_tenant(self, case):
        root = self.fleet([SPOILT, HEALTHY])
        case.spoil(root / "contoso/environment")
        code, document, text, html = self.scan_fleet(root)
        self.check_coverage(case, document)
        self.check_outputs(text, html)
        found = verdicts(document["findings"])
        self.assertEqual(found.keys(), self.unspoilt.keys())
        for rule, before in self.unspoilt.items():
            self.assertLessEqual(found[rule], before | {"unknown"}, rule)
            self.assertTrue(rule not in case.unknown or "unknown" in found[rule], rule)
        self.assertEqual(code, case.code)


def add_tests():
    for case in hostile_cases.ENVIRONMENT_CASES:
        setattr(HostileTenant, f"test_{case.name}",
                lambda self, case=case: self.check_tenant(case))
    for case in hostile_cases.CASES:
        name = f"test_{case.name}"
        setattr(HostileDevice, name, lambda self, case=case: self.check_case(case))
        setattr(HostileEnvironment, name,
                lambda self, case=case: self.check_case_as_environment(case))


add_tests()

if __name__ == "__main__":
    unittest.main()
