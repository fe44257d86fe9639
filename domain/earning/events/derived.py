"""The events that follow from an entry: a tier reached or lost, a challenge, a badge, a friend brought.

Their ids are made of the entry's place, so that each counts once, however often the entry is looked at. That of a
tier is made of the window in which it was reached or lost: whoever falls because they return what lifted them, and
rises with the next purchase, has reached it once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.earning.events.intake import RecordEvent
from domain.earning.events.own import (
    BADGE_EARNED,
    CHALLENGE_REACHED,
    DEPTH,
    MAX_DEPTH,
    REFERRAL_MADE,
    REFERRAL_USED,
    SOURCE,
    TIER_LOST,
    TIER_REACHED,
    friend_of,
    listens,
)
from domain.ledger.entry import Entry
from domain.ledger.state import State
from domain.members.lookup import MemberLookup
from domain.program.levels import Window
from domain.program.program import Program
from domain.tiers.windows import windows_of

REACHED = "reached:"
BADGE = "badge:"
REFERRAL = "referral"
"""The counter of a friend whose first qualifying event has counted."""
_LIVE = timedelta(minutes=1)
MAX_TIMES = 10
"""How often one entry's reaching of a challenge is told: a step of a thousand goals is no thousand events."""


def derived(
    entry: Entry, before: State, program: Program, *, depth: int = 0, referrer: str | None = None
) -> tuple[RecordEvent, ...]:
    """What the entry makes happen, of all that the programme listens to; `before` is the state before it.

    `depth`: that of the event which the entry was written for; past three nothing follows any more. `referrer`:
    the member who brought this one, and for whom they count.
    """
    if depth >= MAX_DEPTH:
        return ()
    made = (*_of_tier(entry, before, program), *_of_counts(entry), *_of_referral(entry, referrer))
    return tuple(
        RecordEvent(
            source=SOURCE,
            id=id,
            type=event_type,
            member=MemberLookup(id=member),
            occurred_at=at,
            attributes={**attributes, DEPTH: depth + 1},
        )
        for event_type, member, id, at, attributes in made
        if listens(program, event_type)
    )


def _id(entry: Entry, what: str, member: str | None = None) -> str:
    """An id of the entry's place, of what happens to its member or to another, whose ledger does not name them."""
    named = friend_of(member, entry.member) if member else entry.member
    return f"entry:{named}:{entry.seq}:{what}"


def brings_a_friend(entry: Entry) -> bool:
    """Whether with this entry the first qualifying event of a friend has counted."""
    return any(count.counter == REFERRAL and count.amount > 0 for count in entry.changes.counts)


def is_history(entry: Entry) -> bool:
    """Whether the entry was written long after it counts, as an import does. What follows from it counts as it
    did: later history would otherwise have to count after that. Clocks of writers differ by less."""
    return entry.recorded_at - entry.effective_at > _LIVE


def times_reached(entry: Entry) -> dict[str, int]:
    """How often the entry has reached which challenges."""
    return _gained(entry, REACHED)


def earns_a_badge(entry: Entry) -> bool:
    """Whether the entry earned a badge."""
    return bool(_gained(entry, BADGE))


_Made = tuple[str, str, str, datetime, Mapping[str, Any]]


def _of_tier(entry: Entry, before: State, program: Program) -> Iterator[_Made]:
    mark = entry.changes.tier
    if mark is None:
        return
    codes = [tier.code for tier in program.tiers.levels]
    previous = before.tier.code if before.tier else codes[0]
    if mark.code == previous:
        return
    rose = _rank(codes, mark.code) > _rank(codes, previous)
    event_type, code = (TIER_REACHED, mark.code) if rose else (TIER_LOST, previous)
    id = f"{event_type}:{entry.member}:{code}:{_window_of(program, entry.after, mark.since)}"
    yield event_type, entry.member, id, mark.since, {"tier": mark.code, "previous": previous}


def _window_of(program: Program, state: State, moment: datetime) -> str:
    """The span in which each tier is told once: a year as tiers count it or, of a rolling window, as many months
    on end, those of the calendar where a year has a whole number of them."""
    windows = windows_of(program, state.qualifying)
    index = windows.index(moment.astimezone(program.zone).date())
    if program.tiers.window is Window.ROLLING:
        index -= index % program.tiers.months
    return windows.key(index)


def _of_counts(entry: Entry) -> Iterator[_Made]:
    member, at = entry.member, entry.occurred_at
    for code, times in times_reached(entry).items():
        for time in range(1, min(times, MAX_TIMES) + 1):
            again = f":{time}" if time > 1 else ""
            yield CHALLENGE_REACHED, member, _id(entry, f"challenge:{code}{again}"), at, {"challenge": code}
    for code in _gained(entry, BADGE):
        yield BADGE_EARNED, member, _id(entry, f"badge:{code}"), at, {"badge": code}


def _of_referral(entry: Entry, referrer: str | None) -> Iterator[_Made]:
    if referrer is None or not brings_a_friend(entry):
        return
    friend, at = entry.member, entry.occurred_at
    yield REFERRAL_MADE, referrer, _id(entry, REFERRAL_MADE, referrer), at, {"friend": friend}
    yield REFERRAL_USED, friend, _id(entry, REFERRAL_USED), at, {"referrer": referrer}


def _gained(entry: Entry, prefix: str) -> dict[str, int]:
    """What counters that begin so have gained by the entry, by the rest of their names."""
    gained: dict[str, int] = {}
    for counter, _, amount, _ in entry.changes.counts:
        if counter.startswith(prefix):
            code = counter.removeprefix(prefix)
            gained[code] = gained.get(code, 0) + amount
    return {code: amount for code, amount in gained.items() if amount > 0}


def _rank(codes: list[str], code: str) -> int:
    """Where a tier stands; below all for one that the programme has no more."""
    return codes.index(code) if code in codes else -1
