"""A programme made ready to judge events: what looks at which type of event, expressions compiled, caps named."""

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.earning.asking.asked import Asked, Asking, remember
from domain.earning.judging.caps import Limit, limits_of
from domain.earning.planning.planned import (
    PlannedBadge,
    PlannedChallenge,
    PlannedCounter,
    PlannedGuard,
    PlannedReferrals,
    PlannedRule,
    PlannedStreak,
    Planning,
    plan_badge,
    plan_challenge,
    plan_counter,
    plan_guard,
    plan_referrals,
    plan_rule,
    plan_streak,
)
from domain.program.engagement import Counter, Streak
from domain.program.program import Program
from domain.rules import Scope

_Part = TypeVar("_Part")
ByType = Mapping[str, tuple[_Part, ...]]
RulesOn = tuple[tuple[PlannedRule, ...], tuple[PlannedRule, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that judging asks of one version of a programme. Rules are in their order, multipliers apart.

    `sought`: the names under which rules seek texts of lines.
    """

    version: int
    money: str
    zone: ZoneInfo
    currencies: tuple[str, ...]
    default: str
    ranks: Mapping[str, int]
    calendars: Mapping[str, frozenset[date]]
    segments: Mapping[str, Asked]
    counters: Mapping[str, Counter]
    streaks: Mapping[str, Streak]
    rules: tuple[PlannedRule, ...]
    sought: frozenset[str]
    bases: ByType[PlannedRule]
    multipliers: ByType[PlannedRule]
    limits: Mapping[str, tuple[Limit, ...]]
    counting: ByType[PlannedCounter]
    running: ByType[PlannedStreak]
    challenges: ByType[PlannedChallenge]
    badges: tuple[PlannedBadge, ...]
    referrals: PlannedReferrals | None
    guards: tuple[PlannedGuard, ...]
    _asking: Asking
    _on_days: dict[tuple[str, date], RulesOn] = field(default_factory=dict)

    def all_rules(self, event_type: str) -> RulesOn:
        """The rules for events of a type, and the multipliers."""
        return self.bases.get(event_type, ()), self.multipliers.get(event_type, ())

    def rules_on(self, event_type: str, day: date) -> RulesOn:
        """The rules for events of a type, and the multipliers, that may run on a day."""
        found = self._on_days.get((event_type, day))
        if found is None:
            both = self.all_rules(event_type)
            bases, multipliers = (tuple(r for r in rules if r.days is None or r.days(day)) for rules in both)
            found = remember(self._on_days, (event_type, day), (bases, multipliers))
        return found

    def of_member(self, text: str) -> Asked:
        """An expression about the member, compiled when it is first asked for: a catalog may have very many."""
        return self._asking.make(text, Scope.MEMBER)

    def limits_of_line(self, rule: str, currency: str) -> tuple[Limit, ...]:
        """The caps of a line by what it calls its rule: of challenges and tiers the programme's alone."""
        planned = next((one for one in self.rules if one.rule.code == rule), None)
        return planned.limits if planned else self.limits.get(currency, ())


_plans: dict[int, Plan] = {}


def plan_of(program: Program) -> Plan:
    """The plan of a programme, made once for as long as the programme is used."""
    plan = _plans.get(id(program))
    if plan is None:
        plan = _plans[id(program)] = _plan(program)
        # A programme has tables of tables and so no hash: it is known by its place, as long as that is its own.
        weakref.finalize(program, _plans.pop, id(program), None)
    return plan


def _plan(program: Program) -> Plan:
    default = program.default_currency.code
    codes = tuple(currency.code for currency in program.currencies)
    asking = Asking((c.code for c in program.counters), (s.code for s in program.streaks))
    calendars = {calendar.code: frozenset(calendar.days) for calendar in program.calendars}
    limits = {code: limits_of(f"program:{code}", "the programme", program.caps, code, default) for code in codes}
    ordered = sorted(program.earning, key=lambda rule: -rule.priority)
    planning = Planning(program, asking, calendars, limits)
    rules = tuple(plan_rule(planning, rule, place) for place, rule in enumerate(ordered))
    segments = {one.code: asking.ask(one.when, Scope.MEMBER) for one in program.segments}
    counting = [plan_counter(counter, asking) for counter in program.counters]
    running = [plan_streak(streak, asking) for streak in program.streaks]
    challenges = [plan_challenge(planning, one) for one in program.challenges]
    return Plan(
        version=program.version,
        money=program.money,
        zone=program.zone,
        currencies=codes,
        default=default,
        ranks={tier.code: rank for rank, tier in enumerate(program.tiers.levels)},
        calendars=calendars,
        segments={code: asked for code, asked in segments.items() if asked},
        counters={counter.code: counter for counter in program.counters},
        streaks={streak.code: streak for streak in program.streaks},
        rules=rules,
        sought=frozenset(rule.sought[0] for rule in rules if rule.sought),
        bases=_by_type((r for r in rules if r.rule.multiply is None), lambda r: r.rule.on),
        multipliers=_by_type((r for r in rules if r.rule.multiply is not None), lambda r: r.rule.on),
        limits=limits,
        counting=_by_type(counting, lambda planned: planned.counter.on),
        running=_by_type(running, lambda planned: planned.streak.on),
        challenges=_by_type(challenges, lambda planned: planned.challenge.on),
        badges=tuple(badge for one in program.badges if (badge := plan_badge(one, asking))),
        referrals=plan_referrals(program.referrals, asking),
        guards=tuple(plan_guard(guard, asking) for guard in program.guards),
        _asking=asking,
    )


def _by_type(parts: Iterable[_Part], on: Callable[[_Part], Iterable[str]]) -> ByType[_Part]:
    table: dict[str, list[_Part]] = {}
    for part in parts:
        for event_type in dict.fromkeys(on(part)):
            table.setdefault(event_type, []).append(part)
    return {event_type: tuple(found) for event_type, found in table.items()}
