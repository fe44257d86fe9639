"""The signed root of a day: one hash over the newest entries of all members, in a chain of days of its own."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from domain.ledger.canonical import canonical_bytes
from domain.ledger.merkle import leaf_hash
from domain.time import from_ms, to_ms

ROOT_FORMAT = 1
_DOMAIN = b"regulars root v1\n"
_HEX = re.compile("(?:[0-9a-f]{2})*")

Sign = Callable[[bytes], bytes]
Verify = Callable[[str, bytes, bytes], bool | None]
"""Whether the key of this id has made of these bytes this signature; None: that key is not known here."""


class Tip(NamedTuple):
    """The newest entry of a member: what stands for the whole chain before it."""

    member: str
    seq: int
    hash: bytes

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree: over the canonical bytes of [member, seq, hash in hex]."""
        return leaf_hash(canonical_bytes([self.member, self.seq, self.hash.hex()]))


@dataclass(frozen=True, slots=True)
class Root:
    """What was so on `date` (in UTC): the Merkle root over the tips of all members, sorted by member.

    `entries` is how many entries stand under it. `previous` is the `root_hash` of the root signed before; whatever
    that one was signed over stands under this one as well, unless `anew` says why it does not.
    """

    date: date
    signed_at: datetime
    members: int
    entries: int
    merkle: bytes
    previous: bytes | None
    key_id: str
    anew: str | None = None
    signature: bytes = b""
    v: int = ROOT_FORMAT


def sign(root: Root, by: Sign) -> Root:
    """The same root with its signature."""
    return replace(root, signature=by(statement(root)))


def statement(root: Root) -> bytes:
    """The bytes that are signed: everything but the signature, marked as what they are."""
    plain = root_to_plain(root)
    del plain["signature"]
    return _DOMAIN + canonical_bytes(plain)


def root_hash(root: Root) -> bytes:
    """What the next root names as its previous one."""
    return hashlib.sha256(statement(root)).digest()


def root_to_plain(root: Root) -> dict[str, Any]:
    """A root as plain JSON values."""
    return {
        "v": root.v,
        "date": root.date.isoformat(),
        "signedAt": to_ms(root.signed_at),
        "members": root.members,
        "entries": root.entries,
        "root": root.merkle.hex(),
        "previous": root.previous.hex() if root.previous is not None else None,
        "key": root.key_id,
        "anew": root.anew,
        "signature": root.signature.hex(),
    }


def root_from_plain(plain: Any) -> Root:
    """The inverse of `root_to_plain`. Raises ValueError for what is no root, or one of a newer format."""
    try:
        if plain["v"] != ROOT_FORMAT:
            raise ValueError(f"a root of format {plain['v']!r}; this build knows {ROOT_FORMAT}")
        root = Root(
            date=date.fromisoformat(plain["date"]),
            signed_at=from_ms(plain["signedAt"]),
            members=plain["members"],
            entries=plain["entries"],
            merkle=read_hex(plain["root"]),
            previous=read_hex(plain["previous"]) if plain["previous"] is not None else None,
            key_id=plain["key"],
            anew=plain["anew"],
            signature=read_hex(plain["signature"]),
        )
        if root_to_plain(root) != dict(plain):  # nothing beside what is signed, and nothing spelled otherwise
            raise ValueError("it says more than a root does")
    except (LookupError, TypeError, AttributeError, OverflowError) as fault:
        raise ValueError("it is no root") from fault
    return root


def read_hex(text: str) -> bytes:
    """Bytes from lower-case hexadecimal digits alone. Raises ValueError for anything else."""
    if not _HEX.fullmatch(text):
        raise ValueError("it is not hexadecimal")
    return bytes.fromhex(text)


def broken_signature(root: Root, verify: Verify) -> list[str]:
    """The fault of a signature that is not its key's; none for a sound one, nor for a key that is not known here.

    Whoever asks says in the latter case that it was not checked.
    """
    if verify(root.key_id, statement(root), root.signature) is False:
        return ["its signature is not that of its key over what it says"]
    return []


def broken_links(root: Root, previous: Root | None) -> list[str]:
    """What is wrong with a root as the follower of `previous` (None: it is the first), in words for an auditor."""
    if previous is None:
        return ["the root it follows is not there"] if root.previous is not None else []
    faults = []
    if root.previous != root_hash(previous):
        faults.append(f"it does not follow the root of {previous.date}")
    if not previous.date < root.date:
        faults.append(f"it is dated before the root of {previous.date}")
    if root.anew is None and (root.members < previous.members or root.entries < previous.entries):
        faults.append(f"it covers less than the root of {previous.date}")
    return faults


def root_day(now: datetime) -> date:
    """The day that a root made at `now` is for: UTC's, so that auditors anywhere mean the same one."""
    return now.astimezone(UTC).date()
