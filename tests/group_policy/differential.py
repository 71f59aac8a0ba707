#!/usr/bin/env python3
"""The readers of Group Policy evidence against an independent parse of the same real files.

differential.py POLICY_DUMP DATA_FOLDER: struct for Registry.pol, ElementTree for gpresult /x. 77: no files.
"""
import pathlib
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

GP = "http://www.microsoft.com/GroupPolicy/"
SECURITY = "{" + GP + "Settings/Security}"
REGISTRY = "{" + GP + "Settings/Registry}"
PREFERENCES = "{" + GP + "Settings/Windows/Registry}"
EXTENSIONS = {"registry": "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}",
              "security": "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}",
              "preference": "{B087BE9D-ED37-454F-AF9C-04291E351182}"}
ROOTS = {"MACHINE": "HKEY_LOCAL_MACHINE", "USERS": "HKEY_USERS"}


def pol_lines(data):
    """Entries by the published grammar; there is no count, the file ends after a ']'."""
    assert data[:8] == b"PReg" + struct.pack("<I", 1)
    at = 8

    def text():
        nonlocal at
        end = at
        while data[end:end + 2] != b"\0\0":
            end += 2
        found = data[at:end].decode("utf-16-le")
        at = end + 2
        return found

    def skip(letter):
        nonlocal at
        assert data[at:at + 2] == letter.encode("utf-16-le"), (at, letter)
        at += 2

    while at < len(data):
        skip("[")
        key = text()
        skip(";")
        name = text()
        skip(";")
        kind, = struct.unpack_from("<I", data, at)
        at += 4
        skip(";")
        size, = struct.unpack_from("<I", data, at)
        at += 4
        skip(";")
        value = data[at:at + size]
        at += size
        skip("]")
        yield "\t".join(["entry", key, name, str(kind), value.hex()])
    yield "damage\t"


def local(node):
    return node.tag.split("}")[1]


def below(node, *names):
    for name in names:
        node = None if node is None else next((c for c in node if local(c) == name), None)
    return node


def words(node, *names):
    found = below(node, *names)
    return "" if found is None else (found.text or "").strip()


def known(node, name):
    return words(node, name) if below(node, name) is not None else "?"


def gpo_id(text):
    return text.upper() if text.startswith("{") else text


class Result:
    """One gpresult /x document."""

    def __init__(self, root):
        self.root = root
        self.names = {}
        for gpo in (g for half in root for g in half if local(g) == "GPO"):
            name = words(gpo, "Name")
            if not name.startswith("{"):
                self.names.setdefault(gpo_id(words(gpo, "Path", "Identifier")), name)

    def of(self, node):
        found = gpo_id(words(node, "GPO", "Identifier"))
        return found, self.names.get(found, "")

    def halves(self):
        for half in self.root:
            if local(half) in ("ComputerResults", "UserResults"):
                yield half, "computer" if local(half) == "ComputerResults" else "user"

    def lines(self):
        for half, scope in self.halves():
            sids = set(re.findall(r"UserID='(S-1-(?:5-21|12-1)-[0-9-]+)'",
                                  " ".join(e.text or "" for e in half.iter() if local(e) == "EventXml")))
            time = words(self.root, "ReadTime")[:19] + "Z"
            yield ["results", scope, "logged", words(half, "Name"), words(half, "Domain"),
                   sids.pop() if scope == "user" and len(sids) == 1 else "", time, "complete"]
        for half, scope in self.halves():
            for gpo in (g for g in half if local(g) == "GPO"):
                ident = gpo_id(words(gpo, "Path", "Identifier"))
                yield ["gpo", scope, ident, self.names.get(ident, ""), words(gpo, "Path", "Domain"),
                       known(gpo, "Enabled"), known(gpo, "IsValid"), known(gpo, "FilterAllowed"),
                       known(gpo, "AccessDenied"), known(gpo, "VersionSysvol")]
        for half, scope in self.halves():
            failed = {gpo_id(words(s, "Identifier")) for s in half
                      if local(s) == "ExtensionStatus" and words(s, "Error") != "0"}
            for data in (d for d in half if local(d) == "ExtensionData"):
                for extension in (e for e in data if local(e) == "Extension"):
                    yield from self.settings(extension, scope, failed)

    def settings(self, extension, scope, failed):
        blocked = words(extension, "Blocked") == "true"

        def sure(part):
            return "doubt" if blocked or EXTENSIONS[part] in failed else "sure"

        for node in extension:
            gpo, name = self.of(node)
            rank = known(node, "Precedence")
            tail = [gpo, name, rank]
            if node.tag == SECURITY + "SecurityOptions" and below(node, "KeyName") is not None:
                root, rest = words(node, "KeyName").split("\\", 1)
                key, value = rest.rsplit("\\", 1)
                data = known(node, "SettingNumber")
                if data == "?":
                    data = known(node, "SettingString")
                if data == "?":
                    data = "|".join((v.text or "").strip() for v in below(node, "SettingStrings"))
                yield ["setting", scope, "logged", "set", ROOTS[root.upper()] + "\\" + key, value,
                       data] + tail + [sure("security")]
            elif node.tag == SECURITY + "UserRightsAssignment":
                members = [words(m, "SID") or words(m, "Name") for m in node if local(m) == "Member"]
                yield ["right", words(node, "Name"), "|".join(members), gpo, rank]
            elif node.tag == REGISTRY + "Policy":
                yield ["hint", scope, words(node, "Name"), words(node, "State"), words(node, "Category"),
                       gpo, rank]
            elif node.tag == REGISTRY + "RegistrySetting":
                hive = "HKEY_LOCAL_MACHINE\\" if scope == "computer" else "HKEY_CURRENT_USER\\"
                assert below(node, "Value") is None, "no real file had one"
                yield ["setting", scope, "logged", "create-key", hive + words(node, "KeyPath"), "",
                       ""] + tail + [sure("registry")]
            elif node.tag == PREFERENCES + "RegistryRsopSetting":
                yield self.preference(node, scope, tail, sure("preference"))

    @staticmethod
    def preference(node, scope, tail, sure):
        item = {p.get("NAME"): words(p, "VALUE")
                for i in below(node, "BaseInstanceXml") if local(i) == "INSTANCE" for p in i}
        assert item["polmkrTypeResolved"] == "REG_DWORD" and item["polmkrActionResolved"] == "U"
        assert item["polmkrClassResultCodeValue"] == "0"
        return ["setting", scope, "logged", "set",
                item["polmkrHiveResolved"] + "\\" + item["polmkrKeyResolved"],
                item["polmkrNameResolved"], str(int(item["polmkrValueResolved"], 16))] + tail + [sure]


def expected(path):
    data = path.read_bytes()
    if path.suffix == ".pol":
        return "registry-pol", sorted(pol_lines(data))
    root = ElementTree.fromstring(data)
    return "gpresult", sorted("\t".join(line).replace("\n", "|") for line in Result(root).lines())


def main(dump, folder):
    files = sorted(folder.glob("registrypol/*.pol")) + sorted(folder.glob("gpresult/*.xml"))
    if not files:
        print(f"no real files in {folder}: nothing was compared")
        return 77
    bad = 0
    for path in files:
        kind, want = expected(path)
        out = subprocess.run([dump, str(path)], capture_output=True, check=True).stdout.decode("utf-8")
        first, gaps, *rest = out.splitlines()
        got = sorted(rest)
        if first != f"reader\t{kind}\t" or gaps != "gaps\t0" or got != want:
            bad += 1
            print(f"{path.name}: {first!r} {gaps!r}")
            for line in sorted(set(want) ^ set(got))[:20]:
                print("  only expected:" if line in want else "  only read:", line)
        else:
            print(f"{path.name}: {len(want)} records alike")
    return 1 if bad else 0


sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
