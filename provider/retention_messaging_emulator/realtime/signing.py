"""
The certificates that stand for Apple's: real-time requests are signed with them.

All keys are derived from the account's, and nothing in the root certificate changes: a developer's server that trusts
it goes on doing so as long as the account's key is kept. The certificates name no responder that knows of revocations:
a verifier has to leave online checks (OCSP) off.

https://developer.apple.com/documentation/retentionmessaging/jwsdecodedheader
"""

import base64
import datetime as dt
from collections.abc import Mapping

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

# Apple's marks on the certificates of its Worldwide Developer Relations and of App Store receipts; `SignedDataVerifier`
# of Apple's App Store Server Libraries asks for both. https://www.apple.com/certificateauthority/
INTERMEDIATE_MARK = x509.ObjectIdentifier("1.2.840.113635.100.6.2.1")
LEAF_MARK = x509.ObjectIdentifier("1.2.840.113635.100.6.11.1")
ASN1_NULL = b"\x05\x00"
SERIAL = 16  # bytes: RFC 5280, 4.1.2.2, allows 20
WIDTH = 48  # bytes: half as many again as the order of the curve has, so that no key is likelier than another

# Wherever the emulator's clock is put, the certificates are valid.
VALID_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
VALID_UNTIL = dt.datetime(2099, 12, 31, tzinfo=dt.UTC)


class Signer:
    """A root, intermediate and leaf certificate of the shape of Apple's, of an account's key. Keys are never shown."""

    def __init__(self, private_key: str) -> None:
        root_key, intermediate_key, self._key = (
            _derived(private_key, role) for role in ("root", "intermediate", "leaf")
        )
        root_name, intermediate_name = _name("Root CA"), _name("Intermediate CA")
        root = _certificate(root_name, root_key, root_name, root_key, path_length=1)
        intermediate = _certificate(
            intermediate_name, intermediate_key, root_name, root_key, path_length=0, mark=INTERMEDIATE_MARK
        )
        leaf = _certificate(_name("Signing"), self._key, intermediate_name, intermediate_key, mark=LEAF_MARK)
        chain = [each.public_bytes(Encoding.DER) for each in (leaf, intermediate, root)]
        self._x5c = [base64.b64encode(each).decode() for each in chain]
        self.root_certificate = chain[-1]
        """DER: what a developer's server has to trust in place of Apple's root."""

    def sign(self, payload: Mapping[str, object]) -> str:
        """A JWS in compact serialization, whose header carries the certificates, the leaf's first."""
        return jwt.encode(dict(payload), self._key, "ES256", {"x5c": self._x5c, "typ": None})


def _derived(private_key: str, role: str) -> ec.EllipticCurvePrivateKey:
    """A key of its own for each role, the same for the same private key."""
    wide = HKDF(hashes.SHA256(), WIDTH, salt=None, info=role.encode()).derive(private_key.encode())
    return ec.derive_private_key(int.from_bytes(wide) % (ec.SECP256R1().group_order - 1) + 1, ec.SECP256R1())


def _name(role: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Retention Messaging Emulator {role}")])


def _certificate(  # noqa: PLR0913  two names, two keys, and what kind of certificate it is
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int | None = None,
    mark: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    """An authority's certificate if it has a path length, otherwise a signer's."""
    is_authority = path_length is not None
    fingerprint = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(fingerprint[:SERIAL]) | 1)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=path_length), critical=True)
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if mark is not None:
        builder = builder.add_extension(x509.UnrecognizedExtension(mark, ASN1_NULL), critical=False)
    return builder.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
