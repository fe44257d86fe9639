"""What a rule would give for an event, by its form, before stacking and caps."""

from collections.abc import Callable
from typing import NamedTuple

from domain.earning.asking.asked import Asked
from domain.earning.facts.known import Known
from domain.earning.facts.money_counted import Counted, counted
from domain.earning.judging.because import (
    because_amount,
    because_flat,
    because_spent,
    because_units,
    because_whole,
)
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed, failed
from domain.earning.judging.rounding import rounded
from domain.earning.planning.planned import PlannedRule, Rate
from domain.rules import Failed

MAX_AMOUNT = 1_000_000_000
"""What an expression may give at most, in points: more is a mistake, and no mistake may fill an account."""


_NO_MONEY = Missed(MissReason.NO_MONEY, lambda known: f"needs an amount in {known.plan.money}")


class Given(NamedTuple):
    """What a rule would give before caps: at least one point, and the words, made only when they are needed."""

    planned: PlannedRule
    points: int
    because: Callable[[], str]


def give(known: Known, planned: PlannedRule) -> Given | Missed:
    """What a rule gives that is no multiplier."""
    rule = planned.rule
    if planned.amount is not None:
        return _amount(known, planned, planned.amount)
    if planned.rate is not None:
        return _whole(known, planned, planned.rate) if rule.whole else _spent(known, planned, planned.rate)
    if rule.each_unit:
        return _units(known, planned)
    return Given(planned, rule.points, lambda: because_flat(rule.points, known.event.type))


def _amount(known: Known, planned: PlannedRule, asked: Asked) -> Given | Missed:
    points = known.ask(asked)
    if isinstance(points, Failed):
        return failed(points.reason)
    if points > MAX_AMOUNT:
        return failed(f"it gives {points}, more than {MAX_AMOUNT} points")
    if points <= 0:
        return Missed(MissReason.NOTHING, lambda _: f"{asked.text} gives {points}")
    return Given(planned, points, lambda: because_amount(known, asked, points))


def _spent(known: Known, planned: PlannedRule, rate: Rate) -> Given | Missed:
    found = _counted(known, planned, rate)
    if isinstance(found, Missed):
        return found
    over, under = found.number * rate.points, found.scale * rate.per
    points = rounded(over, under, planned.rule.rounding)
    if points <= 0:
        return planned.nothing
    return Given(planned, points, lambda: because_spent(known, planned, found, (over, under), points))


def _whole(known: Known, planned: PlannedRule, rate: Rate) -> Given | Missed:
    found = _counted(known, planned, rate)
    if isinstance(found, Missed):
        return found
    times = found.number * rate.points // (found.scale * rate.per * planned.rule.points)
    if times <= 0:
        return planned.nothing
    return Given(planned, times * planned.rule.points, lambda: because_whole(known, planned, found, times))


def _units(known: Known, planned: PlannedRule) -> Given | Missed:
    lines = known.lines(planned.lines)
    if isinstance(lines, Failed):
        return failed(lines.reason)
    units = sum([line.quantity for line in lines])
    if units <= 0:
        return planned.nothing
    return Given(planned, units * planned.rule.points, lambda: because_units(planned.rule.points, units))


def _counted(known: Known, planned: PlannedRule, rate: Rate) -> Counted | Missed:
    if known.basket is None:
        return _NO_MONEY
    lines = None if planned.lines is None else known.matching(planned.lines)
    if isinstance(lines, Failed):
        return failed(lines.reason)
    return counted(known.basket, rate, lines)
