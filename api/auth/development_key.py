"""A key pair for a laptop: made on the first start, kept in the data directory, never for production."""

import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import jwt
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from domain.actors import Role

_PRIVATE_FILE: Final = "development-key.pem"
_PUBLIC_FILE: Final = "development-jwks.json"


@dataclass(frozen=True, slots=True)
class DevelopmentKey:
    """An ES256 key that can mint tokens. `jwks` is the path of its public key set, for the authenticator."""

    private: ec.EllipticCurvePrivateKey
    id: str
    jwks: Path
    issuer: str
    audience: str

    def mint(
        self, role: Role, subject: str, *, ttl: timedelta, now: datetime | None = None, name: str | None = None
    ) -> str:
        """A signed token for one role: `subject` is the member's id for a member, else any id of one's own."""
        issued_at = now or datetime.now(UTC)
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "roles": [role.value],
            "iat": int(issued_at.timestamp()),
            "exp": int((issued_at + ttl).timestamp()),
        }
        if name is not None:
            claims["name"] = name
        return jwt.encode(claims, self.private, algorithm="ES256", headers={"kid": self.id})


def development_key(data_dir: Path, *, issuer: str, audience: str) -> DevelopmentKey:
    """The key of this data directory, made when there is none. Two processes that start at once get the same one.

    The private key is readable by its owner alone; the public key set is written beside it each time.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / _PRIVATE_FILE
    if not path.exists():
        _make(path)
    path.chmod(0o600)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} is no elliptic-curve key; remove it to have one made")
    key_id, public = _public(private)
    jwks = data_dir / _PUBLIC_FILE
    _replace(jwks, orjson.dumps({"keys": [public]}))
    return DevelopmentKey(private=private, id=key_id, jwks=jwks, issuer=issuer, audience=audience)


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    scratch = _scratch(path.parent, pem)
    try:
        os.link(scratch, path)  # fails where another process was first: its key is the key
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


def _replace(path: Path, content: bytes) -> None:
    _scratch(path.parent, content).replace(path)


def _scratch(folder: Path, content: bytes) -> Path:
    with NamedTemporaryFile(dir=folder, delete=False) as file:  # created 0600
        file.write(content)
    return Path(file.name)


def _public(private: ec.EllipticCurvePrivateKey) -> tuple[str, dict[str, Any]]:
    """The key's RFC 7638 thumbprint, which is its id, and its public half as a JWK."""
    jwk: dict[str, Any] = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = sha256(orjson.dumps(required, option=orjson.OPT_SORT_KEYS)).digest()
    key_id = urlsafe_b64encode(digest).rstrip(b"=").decode()
    return key_id, {**required, "kid": key_id, "alg": "ES256", "use": "sig"}
