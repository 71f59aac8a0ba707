"""Security descriptors as Samba reads them, printed like whfb::readers::ToSddl. Our own wording,
Samba's understanding of the octets."""
from samba.dcerpc import security
from samba.ndr import ndr_unpack

RIGHTS = ((0x1, "CC"), (0x2, "DC"), (0x4, "LC"), (0x8, "SW"), (0x10, "RP"), (0x20, "WP"),
          (0x40, "DT"), (0x80, "LO"), (0x100, "CR"), (0x10000, "SD"), (0x20000, "RC"),
          (0x40000, "WD"), (0x80000, "WO"), (0x10000000, "GA"), (0x20000000, "GX"),
          (0x40000000, "GW"), (0x80000000, "GR"))
FLAGS = ((0x1, "OI"), (0x2, "CI"), (0x4, "NP"), (0x8, "IO"), (0x10, "ID"))


def rights(mask):
    text = "".join(name for bit, name in RIGHTS if mask & bit)
    known = sum(bit for bit, _ in RIGHTS)
    return str(mask) if mask & ~known & 0xFFFFFFFF else text


def entry(ace):
    """One entry; None for kinds that are not judged."""
    is_object = ace.type in (security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT,
                             security.SEC_ACE_TYPE_ACCESS_DENIED_OBJECT)
    allow = ace.type in (security.SEC_ACE_TYPE_ACCESS_ALLOWED,
                         security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT)
    deny = ace.type in (security.SEC_ACE_TYPE_ACCESS_DENIED,
                        security.SEC_ACE_TYPE_ACCESS_DENIED_OBJECT)
    if not allow and not deny:
        return None
    of = inherited = ""
    if is_object:
        if ace.object.flags & security.SEC_ACE_OBJECT_TYPE_PRESENT:
            of = str(ace.object.type)
        if ace.object.flags & security.SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT:
            inherited = str(ace.object.inherited_type)
    kind = ("O" if of or inherited else "") + ("A" if allow else "D")
    flags = "".join(name for bit, name in FLAGS if ace.flags & bit)
    return f"({kind};{flags};{rights(ace.access_mask)};{of};{inherited};{ace.trustee})"


def sddl(octets):
    descriptor = ndr_unpack(security.descriptor, octets)
    text = f"O:{descriptor.owner_sid}" if descriptor.owner_sid else ""
    if not descriptor.type & security.SEC_DESC_DACL_PRESENT:
        return text
    text += "D:"
    if descriptor.dacl is None:
        return text + "NO_ACCESS_CONTROL"
    entries = [entry(ace) for ace in descriptor.dacl.aces]
    partial = "(partial)" if None in entries else ""
    return partial + text + "".join(e for e in entries if e)
