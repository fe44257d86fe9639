"""Keys that sign ES256 tokens: Apple's provider tokens, and the tokens of Web Push (VAPID)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key


class BadKey(Exception):
    """A file is no key that can be used; the message says which and why, and never what is in it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of P-256."""

    private: EllipticCurvePrivateKey = field(repr=False)

    @property
    def point(self) -> bytes:
        """Its public half, as an uncompressed point of 65 bytes."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def public(self) -> str:
        """Its public half as browsers want it: base64url without padding."""
        return urlsafe_b64encode(self.point).decode().rstrip("=")


def read_signing_key(path: Path) -> SigningKey:
    """The key in a PEM file, such as the .p8 that Apple hands out. Raises BadKey."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as fault:
        raise BadKey(f"The key {path} cannot be read: {fault.strerror}.") from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise BadKey(f"{path} is no private key in PEM without a password.") from fault
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise BadKey(f"{path} is no key of the curve P-256.")
    return SigningKey(key)
