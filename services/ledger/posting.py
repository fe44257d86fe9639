"""A command on its way into the ledger, and what comes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import Decide
from domain.refusals import Refused
from mongo.ledger import Ledger
from mongo.transactions import Session
from services.keys import key_conflict

Prepare = Callable[[Head], Awaitable[Decide]]
Told = Callable[[Sequence[Entry]], Awaitable[None]]
Beside = Callable[[Session, Entry], Awaitable[Refused | None]]


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry of a command; `replayed` when it stood already under the same key and input.

    `more`: what the postings that followed it wrote, in one transaction with it.
    """

    entry: Entry
    replayed: bool = False
    more: tuple[Entry, ...] = ()


Outcome = Posted | Refused | None


def surely(outcome: Refused | None) -> Refused:
    """The refusal of a command that always writes or refuses; a defect of ours when it did neither."""
    if outcome is None:
        raise RuntimeError("a command that always writes or refuses did neither")
    return outcome


def _undecided(head: Head, at: datetime) -> NoReturn:
    raise RuntimeError("a posting has neither `decide` nor `prepare`")


@dataclass(slots=True, eq=False)
class Posting:
    """One command on its way: decide, under which key, and where the outcome goes.

    `at` is when it should count (None: now). `fresh` says that its key cannot stand yet, which saves a look-up.
    `prepare` makes `decide`, anew at every attempt, of what it reads beside the head. Of the ledger it must look
    only at entries up to `head.seq`: the entry after them only ever follows them, so such facts are exact.
    `stem`: the command may have been carried out under any key of this stem ("<stem>#..."), not only under `key`.
    """

    member: str
    key: str
    input: str
    decide: Decide = _undecided
    at: datetime | None = None
    fresh: bool = False
    prepare: Prepare | None = None
    stem: str | None = None
    attempts: int = 0
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def slot(self) -> tuple[str, str]:
        """Where the entry stands: another member's key is another key."""
        return (self.member, self.key)

    async def decision(self, head: Head) -> Decide:
        """How to decide upon this head."""
        return await self.prepare(head) if self.prepare else self.decide

    def answered_by(self, entry: Entry) -> Posted | Refused:
        """The answer when `entry` stands under the key already."""
        return Posted(entry, replayed=True) if entry.input == self.input else key_conflict()


Answer = Callable[[Entry], Posting]
Then = Callable[[Entry], Iterable[Posting]]


async def standing(ledger: Ledger, postings: Iterable[Posting]) -> dict[tuple[str, str], Entry]:
    """The entries that stand of commands already, by slot; of one that has a stem the first of it."""
    sought = list(postings)
    found = await ledger.by_keys(posting.slot for posting in sought if posting.stem is None)
    stems = {posting.slot: (posting.member, posting.stem) for posting in sought if posting.stem is not None}
    families = await ledger.families(stems.values()) if stems else {}
    return found | {slot: families[stem][0] for slot, stem in stems.items() if stem in families}
