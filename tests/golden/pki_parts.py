"""Certificates, lists of revoked ones and their parts, octet by octet: what make_certificates.py is made of.

Only signatures come from the package 'cryptography', so that the inputs do not come from a library
that some reader is held against. The keys are those of samples/keys; they protect nothing.
"""
import hashlib
import pathlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

KEYS = pathlib.Path(__file__).resolve().parent.parent.parent / "samples" / "keys"


# --- DER ---
def tlv(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def seq(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted):
    arcs = [int(arc) for arc in dotted.split(".")]
    body = b""
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        octets = [arc & 127]
        while arc := arc >> 7:
            octets.insert(0, 128 | arc & 127)
        body += bytes(octets)
    return tlv(6, body)


def utf8(text):
    return tlv(12, text.encode())


def ia5(text):
    return tlv(22, text.encode())


def time(text):
    return tlv(24 if len(text) == 15 else 23, text.encode())


ATTRIBUTES = {"CN": "2.5.4.3", "C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11",
              "DC": "0.9.2342.19200300.100.1.25"}


def name(*rdns):
    """From the root down; an RDN is a list of (type, value)."""
    def attribute(kind, value):
        text = ia5(value) if kind == "DC" else tlv(19, value.encode()) if kind == "C" else utf8(value)
        return seq(oid(ATTRIBUTES[kind]), text)
    return seq(*(tlv(0x31, *sorted(attribute(*one) for one in rdn)) for rdn in rdns))


# --- extensions ---
def extension(dotted, value, critical=False):
    return seq(oid(dotted), tlv(1, b"\xff") if critical else b"", tlv(4, value))


def basic(ca):
    return extension("2.5.29.19", seq(tlv(1, b"\xff") if ca else b""), True)


def key_usage(*octets, unused=0):
    return extension("2.5.29.15", tlv(3, bytes([unused, *octets])), True)


def eku(*oids):
    return extension("2.5.29.37", seq(*map(oid, oids)))


def subject_key_id(key):
    return extension("2.5.29.14", tlv(4, key_id(key)))


def authority_key_id(key):
    return extension("2.5.29.35", seq(tlv(0x80, key_id(key))))


def uri(text):
    return tlv(0x86, text.encode())


def cdp(*uris):
    return extension("2.5.29.31", seq(*(seq(tlv(0xA0, tlv(0xA0, uri(one)))) for one in uris)))


def aia(issuers, ocsp):
    return extension("1.3.6.1.5.5.7.1.1",
                     seq(*(seq(oid("1.3.6.1.5.5.7.48.2"), uri(one)) for one in issuers),
                         *(seq(oid("1.3.6.1.5.5.7.48.1"), uri(one)) for one in ocsp)))


def other_name(dotted, value):
    return tlv(0xA0, oid(dotted), tlv(0xA0, value))


def san(*names):
    return extension("2.5.29.17", seq(*names))


def upn(text):
    return other_name("1.3.6.1.4.1.311.20.2.3", utf8(text))


def dns(text):
    return tlv(0x82, text.encode())


def sid_extension(sid):
    return extension("1.3.6.1.4.1.311.25.2",
                     seq(other_name("1.3.6.1.4.1.311.25.2.1", tlv(4, sid.encode()))))


def template_v2(dotted):
    return extension("1.3.6.1.4.1.311.21.7", seq(oid(dotted), integer(100), integer(7)))


def template_v1(text):
    return extension("1.3.6.1.4.1.311.20.2", tlv(30, text.encode("utf-16-be")))


# --- signed ---
SHA256_RSA = seq(oid("1.2.840.113549.1.1.11"), tlv(5))
SHA1_RSA = seq(oid("1.2.840.113549.1.1.5"), tlv(5))


def load(key):
    return serialization.load_pem_private_key((KEYS / f"{key}.pem").read_bytes(), None)


def public(key):
    return load(key).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_id(key):
    return hashlib.sha1(load(key).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.PKCS1)).digest()


def certificate(serial, issuer, issuer_key, validity, subject, key, extensions, sha1=False):
    algorithm, digest = (SHA1_RSA, hashes.SHA1()) if sha1 else (SHA256_RSA, hashes.SHA256())
    version = tlv(0xA0, integer(2)) if extensions else b""
    body = seq(version, integer(serial), algorithm, issuer, seq(*map(time, validity)), subject,
               public(key), tlv(0xA3, seq(*extensions)) if extensions else b"")
    signature = load(issuer_key).sign(body, padding.PKCS1v15(), digest)
    return seq(body, algorithm, tlv(3, b"\0", signature))


def crl(issuer, issuer_key, times, extensions=(), revoked=(), version=1):
    """Without a second time the list does not say when the next one comes."""
    entries = seq(*(seq(integer(serial), time(when)) for serial, when in revoked)) if revoked else b""
    body = seq(integer(version) if version else b"", SHA256_RSA, issuer, *map(time, times), entries,
               tlv(0xA0, seq(*extensions)) if extensions else b"")
    return seq(body, SHA256_RSA, tlv(3, b"\0", load(issuer_key).sign(body, padding.PKCS1v15(), hashes.SHA256())))


def points(dotted, *uris):
    return extension(dotted, seq(*(seq(tlv(0xA0, tlv(0xA0, uri(one)))) for one in uris)))


def crl_number(number):
    return extension("2.5.29.20", integer(number))


def delta_of(number):
    return extension("2.5.29.27", integer(number), True)


def issuing_point(text):
    return extension("2.5.29.28", seq(tlv(0xA0, tlv(0xA0, uri(text)))), True)


def next_publish(text):
    return extension("1.3.6.1.4.1.311.21.4", time(text))
