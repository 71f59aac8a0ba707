#!/usr/bin/env python3
"""Holds our reading of LDIF against python-ldap's parser and Samba's decoding of SIDs and security
descriptors: every value of every attribute that both read.

usage: compare_ldif.py PRINT_DIRECTORY FILE...; exit 77 without the Python modules."""
import hashlib
import io
import subprocess
import sys
import uuid

try:
    import ldap.dn
    import ldif
    from samba.dcerpc import security
    from samba.ndr import ndr_unpack
    import samba_descriptor
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

NAMES = {"distinguishedName", "nCName", "objectCategory", "serverReference",
         "rootDomainNamingContext"}
OCTETS = {"pKIKeyUsage", "pKIExpirationPeriod", "pKIOverlapPeriod"}
SPECIALS = ',+="\n<>#;'


def printed(value):
    if value and value[0] != " " and value[-1] != " " and not any(c in SPECIALS for c in value):
        return value
    return '"' + value.replace('"', '""') + '"'


def name(dn):
    types = {"ST": "S", "EMAILADDRESS": "E", "TITLE": "T", "GIVENNAME": "G"}
    parts = []
    for rdn in ldap.dn.str2dn(dn):
        one = [f"{types.get(t.upper(), t.upper())}={printed(v)}" for t, v, _ in rdn]
        parts.append(" + ".join(one))
    return ", ".join(parts)


def decoded(attribute, value):
    """The value as our records hold it; None for placeholders."""
    if attribute == "objectSid":
        return str(ndr_unpack(security.dom_sid, value)) if value[:2] != b"S-" else value.decode()
    if attribute == "objectGUID":
        return str(uuid.UUID(bytes_le=value)) if len(value) == 16 else value.decode()
    if attribute == "nTSecurityDescriptor":
        return samba_descriptor.sddl(value) if value[:2] not in (b"O:", b"D:") else value.decode()
    if attribute == "cACertificate":
        return None if value == b"\0" else hashlib.sha1(value).hexdigest()
    if attribute in OCTETS:
        return value.hex()
    text = value.decode("utf-8")
    return name(text) if attribute in NAMES else text


def independent(path):
    """dn -> attribute -> values, of the entries alone."""
    text = open(path, "rb").read()
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        text = text.decode(encoding).encode() if text.startswith(mark) else text
    lines = [line.rstrip(b"\r") for line in text.split(b"\n")]
    blocks = b"\n".join(lines).split(b"\n\n")
    kept = []
    for block in blocks:
        unfolded = block.replace(b"\n ", b"").split(b"\n")
        rest = [line for line in unfolded if line and not line.startswith(b"#")]
        if rest and rest[0].startswith(b"dn:"):
            rest = [line for line in rest if not line.startswith(b"changetype:")]
            kept.append(b"\n".join(rest))
    parser = ldif.LDIFRecordList(io.BytesIO(b"\n\n".join(kept) + b"\n"))
    parser.parse_entry_records()
    return [(dn, entry) for dn, entry in parser.all_records]


def ours(tool, path):
    run = subprocess.run([tool, path], capture_output=True, text=True, check=True)
    records, damaged, entries = [], 0, 0
    for line in run.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "" and len(fields) == 3:
            value = fields[2].replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
            records[-1][2].setdefault(fields[1], []).append(value)
        elif fields[0] == "entries":
            entries = int(fields[1])
        elif fields[0] == "damaged":
            damaged = int(fields[1])
        elif fields[0] != "search":
            records.append((fields[0], fields[1], {}))
    return records, entries, damaged


def key_of(kind, called, attributes):
    if kind != "template":
        return called.lower()
    return attributes.get("distinguishedName", ["?"])[0].lower()


def compare(tool, path):
    records, entries, damaged = ours(tool, path)
    theirs = {name(dn).lower(): entry for dn, entry in independent(path)}
    bad = 0 if entries == len(theirs) and damaged == 0 else 1
    values = 0
    seen = {attribute for _, _, attributes in records for attribute in attributes}
    for kind, called, attributes in records:
        entry = theirs.get(key_of(kind, called, attributes))
        if entry is None:
            print(f"{path}: {called}: only ours")
            bad += 1
            continue
        lower = {attribute.lower().split(";")[0]: found for attribute, found in entry.items()}
        for attribute in seen:
            got = attributes.get(attribute, [])
            want = [decoded(attribute, value) for value in lower.get(attribute.lower(), [])]
            want = [value for value in want if value is not None]
            values += len(want)
            if got != want:
                bad += 1
                print(f"{path}: {called}: {attribute}\n  theirs {want}\n  ours   {got}")
    print(f"{path}: {entries} entries, {len(records)} read, {values} values, {bad} differ")
    return bad


if __name__ == "__main__":
    sys.exit(1 if sum(compare(sys.argv[1], path) for path in sys.argv[2:]) else 0)
