"""Evidence that is damaged, or made to do harm: each case spoils one device's folder.

The folder is that of the sample fleet's healthy PC-0001, so what a case takes away is all that
the device can lose. What must then be unknown is what the rules ask of the spoilt file.
"""
import dataclasses
import os
import shutil
import struct
import zipfile
from typing import Callable

# What a terminal would obey and what a browser would run, should either ever see it raw.
ANSI = "\x1b[31m\x9b2J\x07"
HTML = "<img src=x onerror=alert(1)>"

UAC_FILE, ROOT_FILE, LOG_FILE = "policies_uac.reg", "certutil_-store_root.txt", \
    "DeviceManagement-Admin.evtx"
DECIDES = "BehaviorUser"  # the value of UAC_FILE that its rule needs, whatever the others are
UAC = {"uac.secure-desktop-run-as"}
ROOT = {"trust.root-deployed", "dc.root-trusted-by-client"}
LOG = {"scep.last-enrolment"}
# Read from the certificate itself; the short listing beside it does not show them.
CERTIFICATE = {"cert.eku", "cert.key-size", "cert.key-usage", "cert.san-upn",
               "cert.signature-hash", "map.strong-present"}
EVERYTHING = UAC | ROOT | LOG | CERTIFICATE | {"cert.in-whfb-container", "cert.ca-issued",
                                               "whfb.emulation-off"}


@dataclasses.dataclass
class Case:
    name: str
    spoil: Callable  # of the folder of the device
    file: str        # part of the name in the coverage
    status: tuple
    reason: str      # regular expression; how the coverage explains it
    unknown: set = dataclasses.field(default_factory=set)

    @property
    def code(self):
        """docs/design.md section 6: 3 where a high or critical finding is undecided."""
        return 3 if self.unknown - UAC else 0  # the rule about UAC is one of medium severity


CASES = []              # they spoil the folder of a device
ENVIRONMENT_CASES = []  # they spoil the evidence of the environment


def case(file, status, reason, unknown=frozenset(), cases=None):
    def add(spoil):
        (CASES if cases is None else cases).append(
            Case(spoil.__name__, spoil, file, status, reason, set(unknown)))
        return spoil
    return add


def pack(folder, last=UAC_FILE, **options):
    """The folder as PC-0001.zip in its place, `last` at the end; the path of the archive."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir(), key=lambda file: (file.name == last, file.name)):
            archive.write(file, options.get("prefix", "") + file.name)
    shutil.rmtree(folder)
    return path


def patch(path, change):
    data = bytearray(path.read_bytes())
    path.write_bytes(change(data) or data)


def flag_encrypted(data, wanted):
    """General purpose bit 0 (APPNOTE 4.4.4), in the local and in the central header."""
    for signature, flags, name_size, name in ((b"PK\3\4", 6, 26, 30), (b"PK\1\2", 8, 28, 46)):
        at = data.find(signature)
        while at >= 0:
            size = struct.unpack_from("<H", data, at + name_size)[0]
            if wanted(bytes(data[at + name:at + name + size]).decode()):
                data[at + flags] |= 1
            at = data.find(signature, at + 4)


# --- archives

@case("PC-0001.zip", ("partial",), "directory", UAC)
def a_truncated_zip(folder):
    path = pack(folder)
    data = path.read_bytes()
    path.write_bytes(data[:data.rindex(b"PK\3\4") + 30 + len(UAC_FILE) + 20])


@case(ROOT_FILE, ("failed",), "encrypted", ROOT)
def a_zip_with_an_encrypted_entry(folder):
    patch(pack(folder), lambda data: flag_encrypted(data, lambda name: name == ROOT_FILE))


@case("dsregcmd.txt", ("failed",), "encrypted", EVERYTHING)
def an_encrypted_zip(folder):
    patch(pack(folder), lambda data: flag_encrypted(data, lambda name: True))


@case("%2E%2E/%2E%2E", ("read",), "goes up")
def names_that_leave_the_archive(folder):
    pack(folder, prefix="../../../../../../../../../../tmp/whfbscan-escaped/")


@case(UAC_FILE, ("read",), "more than once|twice|same name|duplicate", UAC)
def two_entries_of_one_name_that_differ(folder):
    asks, never = (f'BehaviorUser"=dword:0000000{value}'.encode("utf-16le") for value in (1, 0))
    other = (folder / UAC_FILE).read_bytes().replace(never, asks)
    with zipfile.ZipFile(pack(folder), "a") as archive:
        archive.writestr(UAC_FILE, other)


@case(ROOT_FILE, ("failed",), "ratio|inflates|too large|limit", ROOT)
def a_zip_bomb(folder):
    with (folder / ROOT_FILE).open("ab") as listing:
        for _ in range(100):
            listing.write(b"\n" * (1 << 20))
    pack(folder)


@case(LOG_FILE, ("failed",), "ratio|inflates|too large|limit", LOG)
def a_zip_bomb_that_is_a_log(folder):
    with (folder / LOG_FILE).open("ab") as log:
        for _ in range(100):
            log.write(b"\0" * (1 << 20))
    pack(folder)


@case("nested", ("failed",), "deep|nest", ROOT)
def zips_in_zips(folder):
    inner = folder / ROOT_FILE
    for depth in range(6):
        outer = folder / f"nested{depth}.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            archive.write(inner, inner.name)
        inner.unlink()
        inner = outer


@case("tiny/9999.bin", ("ignored",), "no reader")
def ten_thousand_tiny_files(folder):
    (folder / "tiny").mkdir()
    for number in range(10_000):
        (folder / "tiny" / f"{number}.bin").write_bytes(b"%d" % number)


# --- event logs: a header of 4096 bytes, then chunks of 65536 (libevtx, EVTX format, 2 and 3)

@case(LOG_FILE, ("failed", "partial"), "chunk", LOG)
def a_log_whose_chunk_is_none(folder):
    patch(folder / LOG_FILE, lambda data: data.__setitem__(slice(4096, 4104), b"BadChunk"))


@case(LOG_FILE, ("failed", "partial"), "checksum|CRC|chunk", LOG)
def a_log_whose_checksums_are_wrong(folder):
    def change(data):
        for at in range(4096 + 600, 4096 + 20000, 97):
            data[at] ^= 0x5A
    patch(folder / LOG_FILE, change)


@case(LOG_FILE, ("failed", "partial"), "size|record|length|checksum", LOG)
def a_log_whose_records_lie_about_their_size(folder):
    def change(data):
        at = data.find(b"**\0\0", 4096 + 512)
        while at >= 0:
            struct.pack_into("<I", data, at + 4, 0xFFFFFFF0)
            at = data.find(b"**\0\0", at + 4)
    patch(folder / LOG_FILE, change)


@case(LOG_FILE, ("failed", "partial"), "chunk|ends|truncat", LOG)
def a_log_that_says_it_has_more_chunks(folder):
    def change(data):
        struct.pack_into("<Q", data, 16, 0xFFFF)  # number of the last chunk
        struct.pack_into("<H", data, 42, 0xFFFF)  # number of chunks
        del data[4096 + 30000:]
    patch(folder / LOG_FILE, change)


# --- text

@case(UAC_FILE, ("partial",), "line|value|UTF|utf", UAC)
def stray_bytes_in_a_reg_file(folder):
    def change(data):
        at = data.index(DECIDES.encode("utf-16le"))
        data[at:at] = b"\xff\x00\x1b\xfe\x80"  # an odd number: all behind it is shifted
    patch(folder / UAC_FILE, change)


@case(UAC_FILE, ("partial",), "UTF|utf|surrogate", UAC)
def half_a_surrogate_pair(folder):
    def change(data):
        at = data.index(DECIDES.encode("utf-16le"))
        data[at:at + 2] = b"\x00\xd8"
    patch(folder / UAC_FILE, change)


@case(UAC_FILE, ("partial",), "neither a key nor a value|half", UAC)
def utf16_that_ends_within_a_letter(folder):
    def change(data):
        del data[data.index(DECIDES.encode("utf-16le")) + 5:]
    patch(folder / UAC_FILE, change)


def bomb(root):
    """A document type whose entity a9 stands for a thousand million times "ha"."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE {root} [<!ENTITY a0 "ha">{entities}]>'


@case("MDMDiagReport.xml", ("failed",), "DOCTYPE")
def an_entity_bomb(folder):
    root = "MDMEnterpriseDiagnosticsReport"
    (folder / "MDMDiagReport.xml").write_text(
        f'<?xml version="1.0"?>{bomb(root)}<{root}><Resources>&a9;</Resources></{root}>')


# --- names and texts that somebody might show

def rename_subject(folder, subject):
    """The user's certificate with another CN of the same length: the listing names another one."""
    cn = b"ada@corp.contoso.com"
    assert len(subject) == len(cn)
    path = folder / "user_certificate_0001.cer"
    patch(path, lambda data: data.replace(cn, subject, 1))


@case("user_certificate_0001.cer", ("read",), "", CERTIFICATE)
def html_in_the_subject_of_a_certificate(folder):
    rename_subject(folder, b"<img src=x onerror=>")


@case("user_certificate_0001.cer", ("read", "partial"), "", CERTIFICATE)
def nul_in_the_name_of_a_certificate(folder):
    rename_subject(folder, b"ada@corp\0\x1b[31m.evil.")


# The event log beside it names another computer then, and tells nothing of this one.
@case("dsregcmd.txt", ("read",), "", {"scep.last-enrolment"})
def escape_codes_in_the_name_of_a_device(folder):
    patch(folder / "dsregcmd.txt",
          lambda data: data.replace(b"PC-0001", b"PC-0001" + (ANSI + HTML).encode()))


@case("%1B", ("ignored",), "no reader")
def escape_codes_in_the_name_of_a_file(folder):
    (folder / (ANSI + HTML.replace("/", "") + ".bin")).write_bytes(b"x")


# --- what cannot be read

@case(UAC_FILE, ("ignored",), "symbolic link", UAC)
def a_link_to_nowhere(folder):
    (folder / UAC_FILE).unlink()
    (folder / UAC_FILE).symlink_to("nowhere")


@case(UAC_FILE, ("ignored",), "symbolic link", UAC)
def a_link_out_of_the_bundle(folder):
    shutil.move(folder / UAC_FILE, folder.parent.parent / "elsewhere.reg")
    (folder / UAC_FILE).symlink_to("../../elsewhere.reg")


@case(UAC_FILE, ("ignored",), "symbolic link", UAC)
def a_link_to_an_endless_device(folder):
    (folder / UAC_FILE).unlink()
    (folder / UAC_FILE).symlink_to("/dev/zero")


@case(UAC_FILE, ("ignored",), "named pipe", UAC)
def a_pipe_that_nobody_writes(folder):
    (folder / UAC_FILE).unlink()
    os.mkfifo(folder / UAC_FILE)


@case(UAC_FILE + "/data.bin", ("ignored",), "no reader", UAC)
def a_folder_called_like_a_file(folder):
    (folder / UAC_FILE).unlink()
    (folder / UAC_FILE).mkdir()
    (folder / UAC_FILE / "data.bin").write_bytes(b"x")


@case(ROOT_FILE, ("failed",), "limit|too large|more than", ROOT)
def a_listing_of_three_gigabytes(folder):
    with (folder / ROOT_FILE).open("ab") as listing:
        listing.truncate(3 << 30)  # sparse: takes no room


@case(ROOT_FILE, ("failed",), "denied|permitted", ROOT)
def a_file_that_may_not_be_read(folder):
    (folder / ROOT_FILE).chmod(0)
    if os.access(folder / ROOT_FILE, os.R_OK):
        (folder / ROOT_FILE).chmod(0o644)
        raise PermissionError("whoever runs this test may read every file (root)")


# --- evidence of the environment

INTENT = {"cert.subject"}
PROFILES = {"scep.ksp-whfb"}
KDC = {"dc.certificate-present", "dc.eku-kdc", "dc.time-valid", "dc.key-rsa-2048"}


@case("contoso-intent.xml", ("failed",), "DOCTYPE", INTENT, ENVIRONMENT_CASES)
def an_entity_bomb_in_the_intent_file(folder):
    path = folder / "contoso-intent.xml"
    text = path.read_text("utf-8")
    at = text.index("<intent")
    path.write_text(text[:at] + bomb("intent") + text[at:], "utf-8")


@case("contoso-intent.xml", ("failed",), "not XML|not known here", INTENT, ENVIRONMENT_CASES)
def half_an_intent_file(folder):
    patch(folder / "contoso-intent.xml", lambda data: data[:len(data) // 2])


@case("intune-profiles.json", ("failed", "partial"), "JSON|ends|parse", PROFILES, ENVIRONMENT_CASES)
def half_a_list_of_profiles(folder):
    patch(folder / "intune-profiles.json", lambda data: data[:len(data) // 2])


@case("intune-profiles.json", ("failed", "partial"), "deep|nest", PROFILES, ENVIRONMENT_CASES)
def profiles_that_are_nested_without_end(folder):
    def change(data):
        at = data.index(b"[") + 1
        data[at:at] = b'{"x":' * 100_000
    patch(folder / "intune-profiles.json", change)


@case("dc01/dc01.cer", ("failed", "partial"), "DER|certificate|ends|truncat|beyond", KDC,
      ENVIRONMENT_CASES)
def half_a_certificate_of_a_domain_controller(folder):
    patch(folder / "dc01/dc01.cer", lambda data: data[:len(data) // 2])


@case("dc01/dc01.cer", ("failed", "partial"), "DER|certificate|ends|length|beyond", KDC,
      ENVIRONMENT_CASES)
def a_certificate_that_lies_about_its_length(folder):
    # The certificate is 30 82 xx xx, and so is its first part, which now claims to be longer.
    patch(folder / "dc01/dc01.cer", lambda data: data[:6] + b"\xff\xff" + data[8:])


@case("x.bin", ("ignored",), "no reader", set(), ENVIRONMENT_CASES)
def markup_in_names_of_the_environment(folder):
    patch(folder / "contoso-issuing-ca.cer",
          lambda data: data.replace(b"Contoso Issuing CA 1", b"<img src=x onerror=>"))
    patch(folder / "intune-profiles.json", lambda data: data.replace(
        b"Contoso - Root CA", (r"\u001b[31m\u009b2J\u202e" + HTML).encode()))
    (folder / (ANSI + HTML.replace("/", "") + "x.bin")).write_bytes(b"x")
