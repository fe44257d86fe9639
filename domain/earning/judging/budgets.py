"""Budgets: what an event may use of the caps that bound everyone together, and what it did use."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from domain.earning.events.event import Event
from domain.earning.facts.periods import period_of
from domain.earning.judging.caps import Limit
from domain.earning.planning.plan import Plan, plan_of
from domain.ledger.entry import AwardLine
from domain.program.earning import Campaign
from domain.program.program import Program


class Budget(NamedTuple):
    """One cap of everyone in one period. `id` names the two, `cap` the cap alone; `points` is all there may be."""

    id: str
    cap: str
    points: int


def budgets_of(program: Program, event: Event) -> tuple[Budget, ...]:
    """Every budget of which the event may use something, by the period of its own day; mostly there is none.

    A campaign that does not run at the event's time gives nothing, and so uses none.
    """
    at = event.occurred_at
    shared = _shared(plan_of(program), event.type)
    if not shared:
        return ()
    idle = {campaign.code for campaign in program.campaigns if not _runs(campaign, at)}
    limits = dict.fromkeys(limit for limit, campaign in shared if campaign not in idle)
    return _budgets(limits, day_of(program, at)) if limits else ()


def used_of(
    program: Program, occurred_at: datetime, awards: Iterable[tuple[str, Iterable[AwardLine]]]
) -> dict[Budget, int]:
    """How many points of each budget use the lines that an event gives in each currency. `program`: theirs."""
    used: dict[Budget, int] = {}
    for limit, points in points_under(program, awards).items():
        if limit.shared:
            [budget] = _budgets([limit], day_of(program, occurred_at))
            used[budget] = points
    return used


def points_under(program: Program, awards: Iterable[tuple[str, Iterable[AwardLine]]]) -> dict[Limit, int]:
    """How many points of lines in each currency count under each cap of the programme that gave them."""
    plan = plan_of(program)
    points: dict[Limit, int] = {}
    for currency, lines in awards:
        for line in lines:
            for limit in _limits(plan, line.rule, currency):
                points[limit] = points.get(limit, 0) + line.points
    return points


def left_of(budgets: Iterable[Budget], remaining: Mapping[str, int]) -> dict[str, int]:
    """What is left by cap, which is how an event is judged, of what is left by budget."""
    return {budget.cap: remaining[budget.id] for budget in budgets}


def day_of(program: Program, moment: datetime) -> date:
    """The day of the programme on which an event counts under caps."""
    return moment.astimezone(program.zone).date()


def _budgets(limits: Iterable[Limit], day: date) -> tuple[Budget, ...]:
    return tuple(Budget(f"{one.id}|{period_of(one.per, day)}", one.id, one.points) for one in limits)


@lru_cache(maxsize=1_024)
def _shared(plan: Plan, event_type: str) -> tuple[tuple[Limit, str | None], ...]:
    """The caps of everyone that bound anything which an event of this type may give, and in which campaign."""
    rules = (*plan.bases.get(event_type, ()), *plan.multipliers.get(event_type, ()))
    found = [(limit, rule.rule.campaign) for rule in rules for limit in rule.limits if limit.shared]
    everywhere = (limit for limits in plan.limits.values() for limit in limits)
    return (*found, *((limit, None) for limit in everywhere if limit.shared))


def _runs(campaign: Campaign, at: datetime) -> bool:
    begun = campaign.begins is None or at >= campaign.begins
    return begun and (campaign.ends is None or at < campaign.ends)


@lru_cache(maxsize=4_096)
def _limits(plan: Plan, rule: str, currency: str) -> tuple[Limit, ...]:
    """The caps of a line, by what it calls its rule: those of challenges and tiers are the programme's alone."""
    planned = next((one for one in plan.rules if one.rule.code == rule), None)
    return planned.limits if planned else plan.limits.get(currency, ())
