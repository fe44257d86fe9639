"""Signs the root of the day: one hash over the newest entries of all members, put where the database is not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import IO, NamedTuple, Protocol

from domain.ledger.merkle import MerkleTree, root_of
from domain.ledger.root import Root, Tip, root_day, root_hash, sign
from mongo.ledger import Ledger
from services.ledger.id_ranges import id_ranges
from services.ledger.roots_folder import RootsFolder
from services.ledger.signed_tips import Signed, SignedTips
from services.ledger.tips_file import TipsFile, pack

_AT_ONCE = 500
_ANEW = (
    "No root is signed over that. If it is as it must be, as after the restore of a backup, "
    "`regulars root --anew REASON` says so in the next root."
)


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


async def sign_root(
    ledger: Ledger, folder: RootsFolder, signer: Signer, now: datetime, *, anew: str | None = None
) -> Root | None:
    """The root of today: the one that stands, or a new one that follows the newest; None for an empty ledger.

    Nothing is signed unless the ledger still has every entry that the newest root was signed over: what was
    changed or lost would be covered up. `anew` is the reason why it has not, such as the restore of a backup.
    Any number of times and from any number of processes at once, a day has one root. Reads the tip of every
    member, in flat memory. Raises CannotSign, BadRoot for a file that is none, and OSError from the folder.
    """
    today = root_day(now)
    newest = folder.newest()
    if newest and newest.date >= today:
        if anew is not None:
            raise CannotSign(f"The root of {newest.date} stands already: a day has one. Begin anew tomorrow.")
        return newest
    with folder.writing_tips(today) as file:
        async with _earlier(folder, newest if anew is None else None) as earlier:
            gathered = await _gather(ledger, file, earlier)
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
            anew=anew,
        )
        return await asyncio.to_thread(folder.put, sign(root, signer.sign), file)


async def _gather(ledger: Ledger, file: IO[bytes], earlier: Signed | None) -> _Gathered:
    tree, entries = MerkleTree(), 0
    for ids in id_ranges(await ledger.count()):
        tips = await ledger.tips(*ids)
        if earlier:
            await _demand_all(ledger, earlier.of(ids), tips)
        for tip in tips:
            file.write(_packed(tip))
            tree.add(tip.leaf)
            entries += tip.seq
    return _Gathered(tree.root, tree.size, entries)


@asynccontextmanager
async def _earlier(folder: RootsFolder, root: Root | None) -> AsyncIterator[Signed | None]:
    """What the root was signed over; None for no root. Raises CannotSign when that is gone, or is not that."""
    if root is None:
        yield None
        return
    path = folder.tips_of(root)
    if path is None:
        raise CannotSign(f"What the root of {root.date} was signed over is not in {folder.path}. {_ANEW}")
    with TipsFile(path) as tips:
        # In a thread, as is the writing: this process's other workers, and its leases, cannot wait for millions.
        if await asyncio.to_thread(root_of, (tip.leaf for tip in tips)) != root.merkle:
            raise CannotSign(f"{path} is not what the root of {root.date} was signed over. {_ANEW}")
        yield Signed(root.date, tips)


async def _demand_all(ledger: Ledger, earlier: SignedTips, tips: Sequence[Tip]) -> None:
    """Raises CannotSign unless every entry that was signed over is there, as it was."""
    newest = {tip.member: tip for tip in tips}
    moved = [old for old in earlier.tips.values() if newest.get(old.member) != old]
    for start in range(0, len(moved), _AT_ONCE):
        some = moved[start : start + _AT_ONCE]
        hashes = await ledger.hashes((old.member, old.seq) for old in some)
        for old in some:
            if hashes.get((old.member, old.seq)) != old.hash:
                raise CannotSign(
                    f"Entry {old.seq} of member {old.member} is not in the ledger as the root of {earlier.day} "
                    f"was signed over it; `regulars verify` names all. {_ANEW}"
                )


def _packed(tip: Tip) -> bytes:
    try:
        return pack(tip)
    except ValueError as fault:
        raise CannotSign(f"No root can be signed: {fault}. `regulars verify` says more.") from fault


def is_due(newest: Root | None, now: datetime) -> bool:
    """Whether the day at `now` has yet to get its root."""
    return newest is None or newest.date < root_day(now)
