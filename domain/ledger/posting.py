"""What follows a head: the entries that one command writes, settlement first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final, Literal

from domain.ledger.decide import expiry
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.seal import seal
from domain.ledger.state import next_due, settle
from domain.refusals import Refused


class _Settle(Enum):
    SETTLE = "write what time has done, and nothing else"


SETTLE: Final = _Settle.SETTLE
"""What a decision answers that has nothing to add to the expiries that are due."""

Decision = Draft | Refused | Literal[_Settle.SETTLE] | None
Decide = Callable[[Head, datetime], Decision]


def follow(head: Head, decide: Decide, *, at: datetime | None, now: datetime) -> list[Entry] | Refused | None:
    """The entries that `decide` makes follow `head`: what is due to expire, each its own entry, then its draft.

    `at` is when the command should count (an import sets it), `now` by default, never before the head's.
    `decide` sees the head with its state settled then. A refusal, or None for nothing to write, writes no
    expiry either; SETTLE writes only those, and is None when none is due.
    """
    moment = max(at or now, head.effective_at or at or now)
    settled = settle(head.after, moment)
    draft = decide(head if settled is head.after else replace(head, after=settled), moment)
    if draft is None or isinstance(draft, Refused):
        return draft
    entries = settlements(head, moment, now)
    if draft is SETTLE:
        return entries or None
    entries.append(seal(Head.of(entries[-1]) if entries else head, draft, now))
    return entries


def settlements(head: Head, moment: datetime, now: datetime) -> list[Entry]:
    """The EXPIRE entries, one a lot, that bring the ledger up to what `settle` says at `moment`."""
    entries: list[Entry] = []
    while due := next_due(head.after, moment):
        entries.append(seal(head, expiry(head, due), now))
        head = Head.of(entries[-1])
    return entries
