#!/usr/bin/env python3
"""Holds our reading of security descriptors against Samba's: random ones, binary and as SDDL.

usage: compare_descriptors.py PRINT_DESCRIPTOR [COUNT]; exit 77 without Samba's Python modules."""
import random
import subprocess
import sys
import uuid

try:
    from samba.dcerpc import misc, security
    from samba.ndr import ndr_pack
    import samba_descriptor
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

DOMAIN = security.dom_sid("S-1-5-21-1111111111-2222222222-3333333333")
FIXED = ["S-1-5-11", "S-1-1-0", "S-1-5-18", "S-1-5-32-544", "S-1-5-10", "S-1-3-0", "S-1-5-9",
         "S-1-5-21-9-8-7-1234"]
RIDS = (500, 512, 513, 515, 516, 517, 518, 519, 520, 553, 1105)
GUIDS = ["0e10c968-78fb-11d2-90d4-00c04f79dc55", "a05b8cc2-17bc-4802-a710-e7c15ab866a2"]
ALIASES = {"LA": 500, "LG": 501, "DA": 512, "DU": 513, "DG": 514, "DC": 515, "DD": 516, "CA": 517,
           "SA": 518, "EA": 519, "PA": 520, "RS": 553, "RO": 498, "CN": 522}


def random_sid(rng):
    if rng.random() < 0.5:
        return security.dom_sid(f"{DOMAIN}-{rng.choice(RIDS)}")
    return security.dom_sid(rng.choice(FIXED))


def random_mask(rng, bits):
    return sum(bit for bit in bits if rng.random() < 0.3)


def random_ace(rng, sddl_only):
    ace = security.ace()
    ace.type = rng.choice([0, 0, 1, 5, 5, 6] + ([] if sddl_only else [2, 7]))
    ace.flags = random_mask(rng, (0x1, 0x2, 0x4, 0x8, 0x10))
    bits = [bit for bit, _ in samba_descriptor.RIGHTS]
    ace.access_mask = random_mask(rng, bits if sddl_only else bits + [0x100000, 0x200])
    ace.trustee = random_sid(rng)
    if ace.type in (5, 6, 7):
        flags = rng.choice([1, 2, 3] if sddl_only else [0, 1, 2, 3])
        ace.object.flags = flags
        for bit, name in ((1, "type"), (2, "inherited_type")):
            if flags & bit:
                guid = rng.choice(GUIDS + [str(uuid.UUID(int=rng.getrandbits(128)))])
                setattr(ace.object, name, misc.GUID(guid))
    return ace


def random_descriptor(rng, sddl_only):
    descriptor = security.descriptor()
    descriptor.type |= security.SEC_DESC_SELF_RELATIVE
    if rng.random() < 0.9:
        descriptor.owner_sid = random_sid(rng)
    if rng.random() < 0.9:
        descriptor.group_sid = random_sid(rng)
    for _ in range(rng.randrange(1, 9)):
        descriptor.dacl_add(random_ace(rng, sddl_only))
    return descriptor


def resolved(text):
    """Aliases of the domain as SIDs: ours keeps them, because only the domain resolves them."""
    for alias, rid in ALIASES.items():
        text = text.replace(f";{alias})", f";{DOMAIN}-{rid})")
        text = text.replace(f"O:{alias}D:", f"O:{DOMAIN}-{rid}D:")
    return text


def main(tool, count):
    rng = random.Random(20240229)
    lines, expected = [], []
    for _ in range(count):
        octets = ndr_pack(random_descriptor(rng, False))
        lines.append("b " + octets.hex())
        expected.append(samba_descriptor.sddl(octets))
        plain = random_descriptor(rng, True)
        lines.append("s " + plain.as_sddl(DOMAIN))
        expected.append(samba_descriptor.sddl(ndr_pack(plain)))
    run = subprocess.run([tool], input="\n".join(lines) + "\n", capture_output=True, text=True,
                         check=True)
    bad = 0
    for line, want, got in zip(lines, expected, run.stdout.splitlines(), strict=True):
        if resolved(got) != want:
            bad += 1
            if bad <= 5:
                print(f"{line}\n  samba {want}\n  ours  {got}")
    print(f"{len(lines)} descriptors, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500))
