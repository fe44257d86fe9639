"""One public key of a JSON Web Key Set (RFC 7517) and the algorithms it may be used with."""

from dataclasses import dataclass
from typing import Any, Final

import jwt

ALGORITHMS: Final = ("ES256", "ES384", "RS256", "PS256", "EdDSA")
"""Asymmetric only. A shared secret would let whoever can check a token also make one."""

_BY_KIND: Final[dict[tuple[str, str | None], tuple[str, ...]]] = {
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("RSA", None): ("RS256", "PS256"),
}
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y", "n", "e", "kid")


@dataclass(frozen=True, slots=True)
class Key:
    """A verification key. `algorithms` are the only ones a token that it signed may name."""

    id: str | None
    algorithms: tuple[str, ...]
    public: Any


def read_keys(document: Any) -> tuple[Key, ...]:
    """The usable keys of a decoded key set, in its order.

    Symmetric, encryption-only, unknown and malformed keys are left out, and so is the private half of one
    published by mistake. Raises ValueError when the document is no key set at all.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError('a key set is a JSON object with a list of "keys"')
    return tuple(key for entry in document["keys"] if (key := _read_key(entry)) is not None)


def _read_key(entry: Any) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kind = entry.get("kty")
    curve = entry.get("crv") if kind != "RSA" else None
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return None
    algorithms = _BY_KIND.get((kind, curve), ())
    if "alg" in entry:
        algorithms = tuple(name for name in algorithms if name == entry["alg"])
    key_id = entry.get("kid")
    if not algorithms or not isinstance(key_id, str | None):
        return None
    try:
        public = jwt.PyJWK({name: entry[name] for name in _PUBLIC_MEMBERS if name in entry}, algorithms[0])
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    return Key(id=key_id, algorithms=algorithms, public=public.key)
