"""What a programme may not change of those before it. Pure: every flaw, none raised."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from domain.program.engagement import Challenge, Counter, Streak
from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program

# What is meant by a count that members already have; names, rewards, limits and dates may change.
_MEANING: dict[str, tuple[str, ...]] = {
    "counters": ("on", "counts", "when", "lines", "per", "last_days"),
    "streaks": ("on", "per", "when"),
    "challenges": ("on", "counts", "when", "lines", "per", "goal"),
}


def check_change(earlier: Sequence[Program], program: Program) -> Flaws:
    """All that would leave members with points, spending or progress that nothing counts any more.

    `earlier` are all versions so far, oldest first: an award goes by the one that was in force when it was given,
    and a count goes on from whichever had its code last.
    """
    if not earlier:
        return
    before = earlier[-1]
    kept = {currency.code for currency in program.currencies}
    for currency in before.currencies:
        if currency.code not in kept:
            yield Flaw(("currencies",), f"must keep {currency.code}: members may have points in it")
    yield from _check_released(earlier, program)
    if program.money != before.money:
        yield Flaw(("money",), f"must stay {before.money}: what members spent is counted in it")
    yield from _check_counting(before, program)
    for name, meaning in _MEANING.items():
        yield from _check_meaning(name, meaning, earlier, program)


def _check_released(earlier: Sequence[Program], program: Program) -> Flaws:
    """Awards that wait for an event alone need one that releases them, whatever came since they were given."""
    kept = program.pending.released_on if program.pending else ()
    for event in dict.fromkeys(_waited_for(earlier)):
        if event in kept:
            continue
        reason = f"must keep {event} in released_on: awards may wait for it, and have no date"
        if program.pending:
            yield Flaw(("pending", "released_on"), reason)
        else:
            yield Flaw(("pending",), f"{reason}; with nothing in on no more will")


def _waited_for(earlier: Iterable[Program]) -> Iterator[str]:
    for one in earlier:
        alone = any(rule.waits and rule.waits.days is None for rule in one.earning)
        if one.pending and (one.pending.days is None or alone):
            yield from one.pending.released_on


def _check_meaning(name: str, meaning: tuple[str, ...], earlier: Sequence[Program], program: Program) -> Flaws:
    before: dict[str, Counter | Streak | Challenge] = {}
    for version in earlier:
        before |= {one.code: one for one in getattr(version, name)}
    for index, one in enumerate(getattr(program, name)):
        if one.code not in before:
            continue
        for part in meaning:
            if _said(getattr(one, part)) != _said(getattr(before[one.code], part)):
                reason = f"must stay as it was, or {one.code} get a new code: members have counted under this one"
                yield Flaw((name, index, part), reason)


def _said(value: Any) -> Any:
    """Types of event in any order mean the same, and so do expressions with other spaces around them."""
    if isinstance(value, tuple):
        return frozenset(value)
    return value.strip() if isinstance(value, str) else value


def _check_counting(before: Program, program: Program) -> Flaws:
    """What qualified stands in the ledger as it was counted: no other way of counting can read it."""
    was, now = before.tiers, program.tiers
    if now.metric is not was.metric:
        reason = f"must stay {was.metric}: what qualified so far is counted in it"
        yield Flaw(("tiers", "metric"), f"{reason}; move the thresholds of levels instead")
    if now.window is not was.window:
        reason = f"must stay {was.window}: what qualified so far is counted by it"
        yield Flaw(("tiers", "window"), f"{reason}; soften how tiers end by grace_days or landing instead")
