"""Signs the root of the day: one hash over the newest entries of all members, put where the database is not."""

from datetime import date, datetime
from typing import IO, NamedTuple, Protocol

from domain.ledger.merkle import MerkleTree
from domain.ledger.root import Root, Tip, root_day, root_hash, sign
from mongo.ledger import Ledger
from services.ledger.id_ranges import id_ranges
from services.ledger.roots_folder import RootsFolder
from services.ledger.tips_file import pack


class Signer(Protocol):
    """A private key, wherever it is kept."""

    @property
    def id(self) -> str:
        """How its public half is known."""

    def sign(self, content: bytes) -> bytes:
        """Its signature over these bytes."""


class CannotSign(Exception):
    """There is something in the ledger that no root can be signed over; the message says what."""


class _Gathered(NamedTuple):
    merkle: bytes
    members: int
    entries: int


async def sign_root(ledger: Ledger, folder: RootsFolder, signer: Signer, now: datetime) -> Root | None:
    """The root of today: the one that stands, or a new one that follows the newest; None for an empty ledger.

    Any number of times and from any number of processes at once, a day has one root. Reads the tip of every
    member, in flat memory. Raises CannotSign, BadRoot for a file that is none, and OSError from the folder.
    """
    today = root_day(now)
    newest = folder.newest()
    if newest and newest.date >= today:
        return newest
    with folder.writing_tips(today) as file:
        gathered = await _gather(ledger, file)
        if gathered.members == 0:
            return None
        root = Root(
            date=today,
            signed_at=now,
            members=gathered.members,
            entries=gathered.entries,
            merkle=gathered.merkle,
            previous=root_hash(newest) if newest else None,
            key_id=signer.id,
        )
        return folder.put(sign(root, signer.sign), file)


async def _gather(ledger: Ledger, file: IO[bytes]) -> _Gathered:
    tree, entries = MerkleTree(), 0
    for low, high in id_ranges(await ledger.count()):
        for tip in await ledger.tips(low, high):
            file.write(_packed(tip))
            tree.add(tip.leaf)
            entries += tip.seq
    return _Gathered(tree.root, tree.size, entries)


def _packed(tip: Tip) -> bytes:
    try:
        return pack(tip)
    except ValueError as fault:
        raise CannotSign(f"No root can be signed: {fault}. `regulars verify` says more.") from fault


def is_due(newest: Root | None, now: datetime) -> bool:
    """Whether the day at `now` has yet to get its root."""
    return newest is None or newest.date < root_day(now)


def is_missing(folder: RootsFolder, signed: date | None) -> bool:
    """Whether the root of a day that is known to have been signed is not in the folder: it is another folder."""
    return signed is not None and signed not in folder.days()
