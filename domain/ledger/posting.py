"""What follows a head: the entries that one command writes, settlement first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final, Literal

from domain.actors import SYSTEM
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.seal import seal
from domain.ledger.settle import Due, next_due, settle
from domain.refusals import Refused


class _Settle(Enum):
    SETTLE = "write what time has done, and nothing else"


SETTLE: Final = _Settle.SETTLE
"""What a decision answers that has nothing to add to what time has done."""

Decision = Draft | Refused | Literal[_Settle.SETTLE] | None
Decide = Callable[[Head, datetime], Decision]


def follow(head: Head, decide: Decide, *, at: datetime | None, now: datetime) -> list[Entry] | Refused | None:
    """The entries that `decide` makes follow `head`: what time has done, each step its own entry, then its draft.

    `at` is when the command should count (an import sets it), `now` by default, never before the head's.
    `decide` sees the head with its state settled then. A refusal, or None for nothing to write, writes no step
    of time either; SETTLE writes only those, and is None when none is due.
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
    """The entries, one a step of time, that bring the ledger up to what `settle` says at `moment`."""
    entries: list[Entry] = []
    while due := next_due(head.after, moment):
        entries.append(seal(head, _step(head, due), now))
        head = Head.of(entries[-1])
    return entries


def _step(head: Head, due: Due) -> Draft:
    """The draft of one step: dated when it was due, whenever that is noticed."""
    return Draft(
        key=f"{due.kind.value.lower()}:{head.seq + 1}",
        input="",
        currency=due.currency,
        kind=due.kind,
        changes=due.changes,
        actor=SYSTEM,
        occurred_at=due.moment,
        effective_at=due.moment,
        reverses=due.reverses,
    )
