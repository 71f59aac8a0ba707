#!/usr/bin/env python3
"""Makes the certificates and stores among the golden inputs: make_certificates.py [GOLDEN_FOLDER]

Needs the package 'cryptography' for signatures only; everything else is written octet by octet, so
that the inputs do not come from a library that some reader is held against. The keys are those of
samples/keys: RSA signatures, so the same bytes on every run. They protect nothing.
"""
import base64
import hashlib
import pathlib
import struct
import sys

from pki_parts import *  # noqa: F403: the building blocks, one line each

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE

TENANT = "5d3a4b8e-0f3c-4a1d-9c55-8a6f2f1c7e90"
ENTRA_SID = "S-1-12-1-1847463811-1284923011-3022118273-1927348552"
AD_SID = "S-1-5-21-3140281144-2239840571-1840217735-1107"
CONTAINER = f"{ENTRA_SID}/8c1f9a52-6f0e-4d3b-a0c7-51b2e9d4f613/login.windows.net/{TENANT}/lena.huber@nordwind.example"
TEMPLATE = "1.3.6.1.4.1.311.21.8.4711001.8150221.1234567.2345678.3456789.12.1111111.2222222"
PASSPORT = "Microsoft Passport Key Storage Provider"


# --- certificates ---
DOMAIN = ([("DC", "example")], [("DC", "nordwind")], [("DC", "corp")])
ROOT_NAME = name([("C", "DE")], [("O", 'Nordwind Handel "Süd", AG')], [("CN", "Nordwind Root CA 2")])
ISSUING_NAME = name(*DOMAIN, [("CN", "Nordwind Issuing CA 1")])
CRL = "http://pki.nordwind.example/issuing1.crl"
LDAP = ("ldap:///CN=Nordwind%20Issuing%20CA%201,CN=NW-CA01,CN=CDP,CN=Public%20Key%20Services,CN=Services,"
        "CN=Configuration,DC=corp,DC=nordwind,DC=example?certificateRevocationList?base"
        "?objectClass=cRLDistributionPoint")

ROOT = certificate(0x3A5F01, ROOT_NAME, "root", ("210301080000Z", "20510301080000Z"), ROOT_NAME, "root",
                   [basic(True), key_usage(0x06, unused=1), subject_key_id("root")])
ISSUING = certificate(
    0x6E0000000290FE, ROOT_NAME, "root", ("210315103000Z", "310315103000Z"), ISSUING_NAME, "issuing",
    [basic(True), key_usage(0x86, unused=1), subject_key_id("issuing"), authority_key_id("root"),
     cdp("http://pki.nordwind.example/root2.crl"), aia(["http://pki.nordwind.example/root2.crt"], [])])
USER = certificate(
    0x7B000001F4A6C2, ISSUING_NAME, "issuing", ("251104071530Z", "261104071530Z"),
    name(*DOMAIN, [("OU", "Vertrieb")], [("CN", "Lena Huber")]), "user1",
    [template_v2(TEMPLATE), eku("1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.5.7.3.2"), key_usage(0xA0, unused=5),
     subject_key_id("user1"), authority_key_id("issuing"), cdp(LDAP, CRL),
     aia(["http://pki.nordwind.example/issuing1.crt"], ["http://ocsp.nordwind.example"]),
     san(upn("Lena.Huber@nordwind.example"), uri(f"tag:microsoft.com,2022-09-14:sid:{AD_SID}")),
     sid_extension(AD_SID)])
DC01 = certificate(
    0x7B00000002, ISSUING_NAME, "issuing", ("250601120000Z", "260601120000Z"),
    name([("CN", "NW-DC01.corp.nordwind.example")]), "dc01",
    [template_v2("1.3.6.1.4.1.311.21.8.4711001.8150221.1234567.2345678.3456789.12.1.33"),
     eku("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.2.3.5"),
     key_usage(0xA0, unused=5), subject_key_id("dc01"), authority_key_id("issuing"), cdp(LDAP, CRL),
     san(dns("NW-DC01.corp.nordwind.example"), dns("corp.nordwind.example"), dns("NORDWIND"))])
DC02 = certificate(
    0x7B00000001, ISSUING_NAME, "issuing", ("250310093000Z", "260310093000Z"), name(), "dc02",
    [template_v1("DomainController"), eku("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"), key_usage(0xA0, unused=5),
     subject_key_id("dc02"), authority_key_id("issuing"), cdp(CRL),
     san(other_name("1.3.6.1.4.1.311.25.1", tlv(4, bytes.fromhex("3fa85f6457174562b3fc2c963f66afa6"))),
         dns("NW-DC02.corp.nordwind.example"))])
KEY_TRUST = certificate(
    0x01, name([("CN", CONTAINER)]), "user2", ("250920064512Z", "20550920064512Z"), name([("CN", CONTAINER)]),
    "user2", [eku("1.3.6.1.4.1.311.20.2.2")])
# Version 1: no extensions; a serial number whose first bit is set; two attributes in one RDN.
OLD_NAME = name([("C", "CH")], [("O", "Alpenbahn"), ("OU", "PKI #7")], [("CN", " Alpenbahn Root ")])
OLD_ROOT = certificate(0xC5A1D20E77, OLD_NAME, "user3", ("981231235959Z", "20490101000000Z"), OLD_NAME, "user3",
                       [], sha1=True)


def bag(*certificates):
    """PKCS#7 as Windows exports it: nothing signed, nobody signs."""
    signed = seq(integer(1), tlv(0x31), seq(oid("1.2.840.113549.1.7.1")), tlv(0xA0, *certificates), tlv(0x31))
    return seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, signed))


# --- stores ---
def element(kind, data):
    return struct.pack("<III", kind, 1, len(data)) + data


def wide(text):
    return text.encode("utf-16-le") + b"\0\0"


def key_property(container, provider, kind=0, flags=0, spec=0):
    first = 28
    second = first + len(wide(container))
    return element(2, struct.pack("<7I", first, second, kind, flags, 0, 0, spec) + wide(container) + wide(provider))


def stored(der, *properties):
    return b"".join(properties) + element(3, hashlib.sha1(der).digest()) + element(32, der)


def store(*elements):
    return b"\0\0\0\0CERT" + b"".join(elements) + struct.pack("<III", 0, 0, 0)


# What an AD CS CA publishes: a base list and the delta on it; and the list of a root that is out of date.
BASE_CRL = crl(ISSUING_NAME, "issuing", ("260222080000Z", "260302202000Z"),
               [authority_key_id("issuing"), extension("1.3.6.1.4.1.311.21.1", integer(0)), crl_number(0x1F4),
                next_publish("260301081000Z"), points("2.5.29.46", "http://pki.nordwind.example/issuing1+.crl"),
                points("1.3.6.1.4.1.311.21.14", LDAP)],
               [(0x7B00000044, "260110120000Z"), (0x7B00000051, "260119093000Z")])
OLD_BASE_CRL = crl(ISSUING_NAME, "issuing", ("260215080000Z", "260223202000Z"),
                   [authority_key_id("issuing"), crl_number(0x1F3),
                    points("1.3.6.1.4.1.311.21.14", LDAP)])
DELTA_CRL = crl(ISSUING_NAME, "issuing", ("260228080000Z", "260301202000Z"),
                [authority_key_id("issuing"), crl_number(0x1F9), delta_of(0x1F4),
                 issuing_point("http://pki.nordwind.example/issuing1+.crl")])
ROOT_CRL = crl(ROOT_NAME, "root", ("250101000000Z", "260101000000Z"), [authority_key_id("root"), crl_number(7)])
PLAIN_CRL = crl(OLD_NAME, "user3", ("19990101000000Z",), version=0)

CRL_DER = seq(tlv(4, b"not a real list, and nobody reads it"))
USER_KEY = key_property(CONTAINER, PASSPORT)
LEGACY_KEY = key_property("le-NordwindUser-0c1d", "Microsoft Enhanced RSA and AES Cryptographic Provider",
                          kind=24, spec=2)


def pem(der, label="CERTIFICATE", newline="\n"):
    text = base64.b64encode(der).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return newline.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def write(path, data):
    path = OUT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def reg_hex(data):
    """A value as regedit writes it: 80 columns, continued with a backslash."""
    lines, line = [], '"Blob"=hex:'
    for i, octet in enumerate(data):
        piece = f"{octet:02x}" + ("," if i + 1 < len(data) else "")
        if len(line) + len(piece) > 78:
            lines.append(line + "\\")
            line = "  "
        line += piece
    return "\r\n".join([*lines, line])


def reg_export(*keys):
    """An export of HKLM\\SOFTWARE\\Microsoft\\SystemCertificates with these stores' certificates."""
    base = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates"
    text = f"Windows Registry Editor Version 5.00\r\n\r\n[{base}]\r\n\r\n"
    for place, der, blob in keys:
        text += f"[{base}\\{place}]\r\n\r\n[{base}\\{place}\\Certificates]\r\n\r\n"
        if der:
            text += f"[{base}\\{place}\\Certificates\\{hashlib.sha1(der).hexdigest().upper()}]\r\n{reg_hex(blob)}\r\n\r\n"
    return b"\xff\xfe" + text.encode("utf-16-le")


def profile_file(user, der, blob):
    """Where the store of a user keeps a certificate, in a copy of the drive."""
    return (f"C/Users/{user}/AppData/Roaming/Microsoft/SystemCertificates/My/Certificates/"
            f"{hashlib.sha1(der).hexdigest().upper()}", blob)


def profile_list(*profiles):
    key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"
    text = f"Windows Registry Editor Version 5.00\r\n\r\n[{key}]\r\n\r\n"
    for sid, folder in profiles:
        data = ",".join(f"{octet:02x}" for octet in wide(folder))
        text += f'[{key}\\{sid}]\r\n"ProfileImagePath"=hex(2):{data}\r\n"State"=dword:00000000\r\n\r\n'
    return b"\xff\xfe" + text.encode("utf-16-le")


# Lena's folder is called after a name she no longer has; whose "gast" is nothing tells.
def stored_files():
    hello = stored(USER, USER_KEY, element(11, wide("RDP-Anmeldung (Prüfung)")))
    write("stored-certificate/hello.in", hello)
    write("stored-certificate/archived_without_key.in.bin", stored(KEY_TRUST, element(19, b"")))
    folder = "certificates/profiles.in/"
    for path, blob in (profile_file("lena.maier", USER, hello),
                       profile_file("lena.maier", DC02, stored(DC02, LEGACY_KEY)),
                       profile_file("lena.maier", DC01, stored(USER)),
                       profile_file("lena.maier", ISSUING, stored(ISSUING)[:300]),
                       profile_file("gast", KEY_TRUST, stored(KEY_TRUST)),
                       ("C/Windows/System32/config/systemprofile/" + profile_file("x", OLD_ROOT, b"")[0][10:],
                        stored(OLD_ROOT))):
        write(folder + path, blob)
    write(folder + "profile_list.reg", profile_list(
        (ENTRA_SID, "C:\\Users\\lena.maier"), (AD_SID, "C:\\Users\\berta"),
        ("S-1-5-18", "%systemroot%\\system32\\config\\systemprofile")))


def main():
    write("x509/user_with_sid.in.cer", USER)
    write("x509/version_1_root.in.crt", OLD_ROOT)
    write("x509/two_in_one_file.in.cer", DC02 + ISSUING)
    write("pem/chain_with_prose.in.pem",
          "Bag Attributes\n    friendlyName: Nordwind RDP\n" + pem(USER) +
          "Issued by (sent by mail, hence the blanks)\n\n" +
          pem(ISSUING).replace("\n", "  \n", 9) +
          "-----BEGIN RSA PRIVATE KEY-----\nnever read\n-----END RSA PRIVATE KEY-----\n" +
          pem(ROOT, "X509 CERTIFICATE"))
    write("pem/damaged_blocks.in.cer",
          "-----BEGIN CERTIFICATE-----\r\nMIIB*not base64*\r\n-----END CERTIFICATE-----\r\n" +
          pem(DC01, newline="\r\n") +
          "-----BEGIN CERTIFICATE-----\r\nMIIDaTCCAlGgAwIBAgIB\r\n" + pem(KEY_TRUST, newline="\r\n"))
    write("serialized-store/user_my.in.sst",
          store(stored(USER, USER_KEY, element(11, wide("RDP-Anmeldung (Prüfung)"))),
                element(33, CRL_DER),
                stored(KEY_TRUST, element(19, b"")),
                stored(DC02, LEGACY_KEY)))
    write("serialized-store/damaged_certificate.in.sst",
          store(stored(ROOT), element(32, ISSUING[:200]),
                element(2, struct.pack("<7I", 9000, 28, 0, 0, 0, 0, 0)) + stored(USER)))
    write("certificates/registry_stores.in/system_certificates.reg",
          reg_export(("AuthRoot", OLD_ROOT, stored(OLD_ROOT)), ("CA", ISSUING, stored(ISSUING)),
                     ("MY", None, None), ("ROOT", ROOT, stored(ROOT, element(11, wide("Nordwind Root"))))))
    stored_files()
    write("pkcs7/chain.in.p7b", bag(ISSUING, ROOT))
    write("pkcs7/damaged_certificate.in.p7b", bag(seq(tlv(4, b"no certificate")), USER))
    write("pem/certnew.in.p7b", "\ufeff" + pem(bag(DC01, ISSUING), newline="\r\n"))
    write("pem/pkcs7.in.pem", pem(bag(ROOT), "PKCS7") + pem(OLD_ROOT))
    write("crl/base.in.crl", BASE_CRL)
    write("crl/delta.in.crl", DELTA_CRL)
    write("crl/version_1.in.crl", PLAIN_CRL)
    write("crl/two.in.pem", pem(BASE_CRL, "X509 CRL") + "the root's\n" + pem(ROOT_CRL, "X509 CRL"))
    write("pem/chain_with_crl.in.pem", pem(ISSUING) + pem(BASE_CRL, "X509 CRL"))
    for title, der in (("issuing1", BASE_CRL), ("issuing1+", DELTA_CRL), ("copy_of_last_week", OLD_BASE_CRL),
                       ("alpenbahn", PLAIN_CRL)):
        write(f"environment_crl/files.in/{title}.crl", der)
    write("environment_crl/files.in/root.pem", pem(ROOT_CRL, "X509 CRL"))
    write("environment_ca/bag.in/chain.p7b", bag(ISSUING, USER, ROOT))
    write("environment_ca/files.in/nordwind-root.crt", ROOT)
    write("environment_ca/files.in/alpenbahn.crt", OLD_ROOT)
    write("environment_ca/files.in/issuing.pem", pem(ISSUING))
    write("environment_ca/files.in/user.cer", USER)
    write("domain_controller/files.in/nw-dc01.cer", DC01)
    write("domain_controller/files.in/nw-dc02.pem", pem(DC02))
    write("domain_controller/files.in/ca.cer", ISSUING)
    for title, der in (("root", ROOT), ("issuing", ISSUING), ("user", USER), ("dc01", DC01), ("dc02", DC02),
                       ("key trust", KEY_TRUST), ("old root", OLD_ROOT)):
        print(f"{title:10} {len(der):5} sha1 {hashlib.sha1(der).hexdigest()}")


main()
