#!/usr/bin/env python3
"""The JSON document against its schema, and its keys against docs/design.md section 6.

The schema is checked by python3-jsonschema, which nobody here wrote. The order of keys, which no
schema can say, is read out of the design itself, so that neither can change alone.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = os.environ["WHFBSCAN"]
MAKE_SAMPLES = os.environ["WHFB_MAKE_SAMPLES"]
SOURCE = pathlib.Path(os.environ["WHFB_SOURCE_DIR"])
AS_OF = "2026-11-20T12:00:00Z"


def ordered(text):
    """JSON with objects as lists of pairs' keys kept in their order."""
    return json.loads(text, object_pairs_hook=collections.OrderedDict)


def keys_of_the_design():
    """Object of the contract to its keys in order: the block that begins with {"schema":."""
    design = (SOURCE / "docs/design.md").read_text("utf-8")
    block = re.search(r'^ *(\{"schema":.*?\]\})$', design, re.MULTILINE | re.DOTALL)[1]
    # The design writes "1 … n", null|"x" and … for values: only names and brackets matter.
    keys = {"document": [], "tool": []}
    stack, names = ["document"], []
    for token in re.finditer(r'"(\w+)":|([{}\[\]])', block):
        name, bracket = token.groups()
        if name:
            keys[stack[-1]].append(name)
            names.append(name)
        elif bracket == "{" and names:
            stack.append(names[-1])
            keys.setdefault(names[-1], [])
        elif bracket == "}":
            stack.pop() if len(stack) > 1 else None
    return keys


class JsonContract(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="whfb-json-")
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run([MAKE_SAMPLES, "contoso"], cwd=cls.folder.name, check=True,
                       stdout=subprocess.DEVNULL)
        fleet = pathlib.Path(cls.folder.name, "contoso/devices")
        (fleet / "notes.doc").write_text("no evidence")
        (fleet / "PC-0001/broken.zip").write_bytes(b"PK\x03\x04")
        cls.text = cls.scan()

    @classmethod
    def scan(cls, *options):
        done = subprocess.run([PROGRAM, "scan", "contoso/devices", "--environment",
                               "contoso/environment", "--as-of", AS_OF, "--output", "json=-",
                               *options], cwd=cls.folder.name, capture_output=True)
        assert done.returncode == 1, done.stderr
        return done.stdout.decode("utf-8")

    def test_it_is_valid_against_the_published_schema(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((SOURCE / "docs/schema/whfbscan-0.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in
                  jsonschema.Draft202012Validator(schema).iter_errors(json.loads(self.text))]
        self.assertEqual(errors[:5], [])

    def test_a_wrong_document_is_not_valid(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((SOURCE / "docs/schema/whfbscan-0.schema.json").read_text("utf-8"))
        document = json.loads(self.text)
        document["findings"][0]["verdict"] = "ok"
        self.assertFalse(jsonschema.Draft202012Validator(schema).is_valid(document))

    def test_keys_come_in_the_order_of_the_design(self):
        expected = keys_of_the_design()
        self.assertEqual(expected["document"][0], "schema")
        document = ordered(self.text)
        self.assertEqual(list(document), expected["document"])
        self.assertEqual(list(document["tool"]), expected["tool"])
        for array in ("bundles", "subjects", "findings", "coverage"):
            found = {tuple(element) for element in document[array]}
            self.assertEqual(found, {tuple(expected[array])}, array)
        for inner in ("observed", "evidence"):
            found = {tuple(element) for finding in document["findings"]
                     for element in finding[inner]}
            self.assertEqual(found, {tuple(expected[inner])}, inner)

    def test_arrays_come_in_canonical_order(self):
        document = json.loads(self.text)
        by_id = [subject["id"].encode() for subject in document["subjects"]]
        by_rule = [(finding["subject"].encode(), finding["rule"].encode())
                   for finding in document["findings"]]
        by_number = [bundle["n"] for bundle in document["bundles"]]
        self.assertEqual(by_id, sorted(set(by_id)))
        self.assertEqual(by_rule, sorted(set(by_rule)))
        self.assertEqual(by_number, list(range(1, len(by_number) + 1)))

    def test_every_reference_leads_somewhere(self):
        document = json.loads(self.text)
        ids = {subject["id"] for subject in document["subjects"]}
        numbers = {bundle["n"] for bundle in document["bundles"]}
        files = {entry["file"] for entry in document["coverage"]}
        for subject in document["subjects"]:
            self.assertIn(subject["parent"], ids | {None})
        for finding in document["findings"]:
            self.assertIn(finding["subject"], ids)
            for evidence in finding["evidence"]:
                self.assertIn(evidence["bundle"], numbers | {None})
                self.assertIn(evidence["file"], files | {None})

    def test_every_file_of_the_input_is_covered(self):
        fleet = pathlib.Path(self.folder.name, "contoso/devices")
        files = {path.relative_to(fleet).as_posix() for path in fleet.rglob("*") if path.is_file()}
        covered = {entry["file"] for entry in json.loads(self.text)["coverage"]}
        self.assertEqual(files - covered, set())

    def test_equal_input_gives_equal_bytes_whatever_the_threads(self):
        self.assertEqual(self.scan("--jobs", "1"), self.text)
        self.assertEqual(self.scan("--jobs", "5"), self.text)


if __name__ == "__main__":
    unittest.main()
