"""One entry of the ledger, the draft that a decision makes of it, and the head it builds on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from domain.actors import Actor
from domain.ledger.kinds import EntryKind
from domain.ledger.state import EMPTY_STATE, Changes, State

FORMAT = 3
"""3 knows counters, tiers that staff give, and what an award was made of; 2 knows what waits, is held, owed, sent
and taken back. What an earlier one did not know is left out where there is none, so that entries of all are read
alike; a build that knows only 1 refuses a 2 and cannot overlook a debt."""


class AwardLine(NamedTuple):
    """Why a part of an award was given or taken back: the rule, its version, its points, and why in words.

    `inputs`: what its expressions looked at, by name; None in place of what is personal. `caps`: those that left
    less of it than the `wanted` points.
    """

    rule: str
    version: int
    points: int
    because: str
    inputs: tuple[tuple[str, str | int | bool | None], ...] = ()
    wanted: int | None = None
    caps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a decision wants written, in one `currency`.

    `key` is namespaced by the server; `input` is the hash of what was asked (`domain.ledger.canonical`).
    `effective_at` is when it should count; the seal moves it forward to the previous entry's if need be.
    `reverses` is the sequence of the member's entry that this one undoes, releases, captures or voids.
    """

    key: str
    input: str
    currency: str
    kind: EntryKind
    changes: Changes
    actor: Actor
    occurred_at: datetime
    effective_at: datetime
    reference: str | None = None
    reason: str | None = None
    correlation: str | None = None
    lines: tuple[AwardLine, ...] = ()
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable posting, with the whole state after it. `points` is the change of available points."""

    member: str
    seq: int
    key: str
    input: str
    currency: str
    kind: EntryKind
    points: int
    reference: str | None
    reason: str | None
    actor: Actor
    correlation: str | None
    occurred_at: datetime
    effective_at: datetime
    recorded_at: datetime
    lines: tuple[AwardLine, ...]
    changes: Changes
    after: State
    previous: bytes | None
    reverses: int | None = None
    v: int = FORMAT
    hash: bytes = b""
    form: dict[str, Any] | None = field(default=None, init=False, compare=False, repr=False)
    """The canonical form, left by the seal for those who store and tell the entry; no copy has it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the next posting builds on: the newest entry of a member, or nothing yet."""

    member: str
    seq: int = 0
    after: State = EMPTY_STATE
    effective_at: datetime | None = None
    recorded_at: datetime | None = None
    hash: bytes | None = None

    @staticmethod
    def of(entry: Entry) -> "Head":
        """The head that `entry` makes."""
        return Head(entry.member, entry.seq, entry.after, entry.effective_at, entry.recorded_at, entry.hash)
