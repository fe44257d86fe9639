"""Two replays of the same history, held against each other."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from domain.earning.judging.judgement import MissReason
from domain.ledger.liability import value
from domain.program.program import Program
from domain.simulation.report import (
    BudgetUse,
    CapCut,
    CurrencyChange,
    FailedRule,
    MemberChange,
    Missing,
    PointsChange,
    Report,
    RuleChange,
    SilentRule,
    TierMove,
)
from domain.simulation.sample import Sample
from domain.simulation.side import Side, Sum
from domain.simulation.span import Span

MOST_MEMBERS = 10
MOST_REASONS = 3
MOST_BUDGETS = 100
_NOTHING = Sum()


def compare(
    programs: tuple[Program, Program],
    sides: tuple[Side, Side],
    *,
    span: Span,
    sample: Sample,
    outstanding: Mapping[str, int] | None = None,
) -> Report:
    """The report on two programmes, before and after, and what their replays came to.

    `outstanding`: what members really have today, by currency. Segments are those of the programme of after, and
    every member is in the segments that they end in there.
    """
    (before, after), (one, other) = programs, sides
    changes = _member_changes(after.default_currency.code, one, other)
    gaining = [change for change in changes if change.after > change.before]
    losing = [change for change in reversed(changes) if change.after < change.before]
    known = outstanding if sample.is_everyone else None
    return Report(
        against=before.version,
        begin=span.begin,
        until=span.until,
        sample_percent=sample.percent,
        seed=sample.seed,
        events=other.events,
        members=len(other.ends),
        refused_before=one.tally.refused.total(),
        refused=other.tally.refused.total(),
        explained=other.tally.explained,
        currencies=tuple(_currencies(before, after, one, other, known)),
        rules=tuple(_rules(one, other)),
        tiers=tuple(_points(one.tally.tiers, other.tally.tiers)),
        segments=tuple(_segments(after, one, other)),
        gainers=tuple(gaining[:MOST_MEMBERS]),
        losers=tuple(losing[:MOST_MEMBERS]),
        gaining=len(gaining),
        losing=len(losing),
        moves=tuple(_moves(one, other)),
        silent=tuple(_silent(after, other)),
        caps=tuple(_caps(one, other)),
        budgets=tuple(_budgets(one, other)),
        failures=tuple(
            FailedRule(rule, times, other.tally.failed_by[rule])
            for rule, times in sorted(other.tally.failures.items())
        ),
    )


def _currencies(
    before: Program, after: Program, one: Side, other: Side, outstanding: Mapping[str, int] | None
) -> Iterable[CurrencyChange]:
    for code in _either([c.code for c in after.currencies], [c.code for c in before.currencies]):
        was, then = one.sums.get(code, _NOTHING), other.sums.get(code, _NOTHING)
        worths = _worth(before, code), _worth(after, code)
        today = None if outstanding is None else outstanding.get(code, 0)
        yield CurrencyChange(
            code,
            was,
            then,
            *worths,
            None if worths[0] is None else value(was.standing, worths[0]),
            None if worths[1] is None else value(then.standing, worths[1]),
            today,
            None if today is None else today + then.standing - was.standing,
        )


def _worth(program: Program, code: str) -> Decimal | None:
    currency = program.currency(code)
    return currency.worth if currency else None


def _rules(one: Side, other: Side) -> Iterable[RuleChange]:
    for key in sorted(one.tally.rules.keys() | other.tally.rules.keys()):
        currency, rule = key
        points = one.tally.rules.get(key, 0), other.tally.rules.get(key, 0)
        yield RuleChange(rule, currency, *points, one.tally.lines[key], other.tally.lines[key])


def _points(one: Mapping[tuple[str, str], int], other: Mapping[tuple[str, str], int]) -> Iterable[PointsChange]:
    for key in sorted(one.keys() | other.keys()):
        currency, name = key
        yield PointsChange(name, currency, one.get(key, 0), other.get(key, 0))


def _segments(after: Program, one: Side, other: Side) -> Iterable[PointsChange]:
    if not after.segments:
        return
    sums: dict[tuple[str | None, str], list[int]] = {}
    for member, end in other.ends.items():
        was = one.ends[member].points
        for name in end.segments or (None,):
            for code in _either(end.points, was):
                both = sums.setdefault((name, code), [0, 0])
                both[0] += was.get(code, 0)
                both[1] += end.points.get(code, 0)
    for (name, code), (points_before, points_after) in sorted(sums.items(), key=lambda item: _last_none(item[0])):
        yield PointsChange(name, code, points_before, points_after)


def _last_none(key: tuple[str | None, str]) -> tuple[bool, str, str]:
    return key[0] is None, key[0] or "", key[1]


def _member_changes(code: str, one: Side, other: Side) -> list[MemberChange]:
    """All members, who gains most first."""
    changes = [
        MemberChange(member, one.ends[member].points.get(code, 0), end.points.get(code, 0))
        for member, end in other.ends.items()
    ]
    return sorted(changes, key=lambda change: (change.before - change.after, change.member))


def _moves(one: Side, other: Side) -> Iterable[TierMove]:
    moves = Counter((one.ends[member].tier, end.tier) for member, end in other.ends.items())
    return (TierMove(*tiers, members) for tiers, members in sorted(moves.items()))


def _silent(after: Program, other: Side) -> Iterable[SilentRule]:
    fired = {rule for _, rule in other.tally.lines}
    for rule in after.earning:
        if rule.code in fired:
            continue
        found = [
            Missing(reason.value, times, other.tally.examples[code, reason])
            for (code, reason), times in other.tally.misses.most_common()
            if code == rule.code
        ]
        nothing = Missing(MissReason.EVENT_TYPE.value, other.tally.judged, f"is for {', '.join(rule.on)}")
        yield SilentRule(rule.code, tuple(found[:MOST_REASONS]) or (nothing,))


def _caps(one: Side, other: Side) -> Iterable[CapCut]:
    before, after = one.tally, other.tally
    for cap in sorted(before.cuts.keys() | after.cuts.keys()):
        times = before.cuts[cap], after.cuts[cap]
        yield CapCut(cap, *times, before.cut_points[cap], after.cut_points[cap])


def _budgets(one: Side, other: Side) -> Iterable[BudgetUse]:
    """Those that were used most, of however many periods there were."""
    uses = []
    for budget in one.used.keys() | other.used.keys():
        used, points = other.used.get(budget, (0, 0))
        used_before, points_before = one.used.get(budget, (0, 0))
        uses.append(BudgetUse(budget, points or points_before, used_before, used))
    uses.sort(key=lambda use: (-max(use.used_before, use.used_after), use.budget))
    return uses[:MOST_BUDGETS]


def _either(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))
