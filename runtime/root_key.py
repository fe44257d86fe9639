"""Keys of roots: Ed25519, in PEM files. The private one signs; public ones are handed to auditors."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from domain.ledger.root import Verify
from runtime.faults import CannotRun


@dataclass(frozen=True, slots=True)
class RootKey:
    """A private key. `id` is that of its public half."""

    private: Ed25519PrivateKey

    @property
    def id(self) -> str:
        """How it is named in roots."""
        return key_id(self.private.public_key())

    def sign(self, content: bytes) -> bytes:
        """The signature over these bytes."""
        return self.private.sign(content)

    @property
    def public_pem(self) -> bytes:
        """Its public half, to be handed on."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(public: Ed25519PublicKey) -> str:
    """The first 32 hex digits of SHA-256 over the raw public key."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def read_root_key(path: Path) -> RootKey:
    """The private key in a file. Raises CannotRun when it cannot be had, and says why; never what is in it."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as fault:
        raise CannotRun(f"The root's key {path} cannot be read: {fault.strerror}.") from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise CannotRun(f"{path} is no private key in PEM without a password.") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotRun(f"{path} is no Ed25519 key: `openssl genpkey -algorithm ed25519` makes one.")
    return RootKey(key)


def make_root_key(path: Path) -> None:
    """Makes a private key, readable by its owner alone, unless there is one. Two processes at once make one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with NamedTemporaryFile(dir=path.parent) as file:  # created 0600
        file.write(pem)
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a file; the public half of a private one. Raises CannotRun."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise CannotRun(f"The key {path} cannot be read: {fault.strerror}.") from fault
    if b"PRIVATE KEY" in content:
        return read_root_key(path).private.public_key()
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise CannotRun(f"{path} is no public key in PEM.") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise CannotRun(f"{path} is no Ed25519 key.")
    return key


def verifier(keys: Iterable[Ed25519PublicKey]) -> Verify:
    """What checks signatures of these keys; for any other key it answers None."""
    known: Mapping[str, Ed25519PublicKey] = {key_id(key): key for key in keys}

    def verify(id: str, content: bytes, signature: bytes) -> bool | None:
        key = known.get(id)
        if key is None:
            return None
        try:
            key.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return verify
