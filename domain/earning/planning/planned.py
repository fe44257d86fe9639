"""The parts of a programme, each made ready to judge events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from domain.earning.asking.asked import Asked, Asking, named_by
from domain.earning.facts.names import Named
from domain.earning.facts.recorded import counter_keeps
from domain.earning.judging.caps import Limit, limits_of
from domain.earning.judging.missed import Missed, nothing_of
from domain.earning.planning.gates import Gates, condition, gates_of_challenge, gates_of_rule
from domain.earning.planning.schedule import OnDay, days_of
from domain.money import digits
from domain.points import points_in_words
from domain.program.earning import Campaign, EarningRule, Period, Stack
from domain.program.engagement import Badge, Challenge, Counter, Counts, Referrals, Streak
from domain.program.program import Program
from domain.program.rewards import Guard
from domain.rules import Gives, Scope


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """Points for money in whole numbers: `points` for each `per` minor units, both so many times what the rule
    says that they are whole, and each category's weight in `weights`, where `scale` stands for 1. `words` say it:
    "1 point for each 1.00"."""

    points: int
    per: int
    scale: int
    weights: Mapping[str, int]
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRule:
    """A rule. `place`: where it stands in the order; `gates` are shut or open for an event,
    and surely shut on days that are not among `days`;
    `named` is what its award lines keep the values of.

    `limits`: its own caps, its campaign's and the programme's, for its currency. `bounds`: all of these but the
    programme's, where they matter for how it stands with others: none for one that stands beside them.
    `more`: what a multiplier adds to each point of the rules `of`. `own`: its code, when what it gives has a wait
    or an expiry of its own, and so an entry. `sought`: a name and a text, where it surely gives nothing, and fails
    in nothing, for an event of which no line has that.
    """

    rule: EarningRule
    place: int
    currency: str
    gates: Gates
    lines: Asked | None
    amount: Asked | None
    named: tuple[Named, ...]
    limits: tuple[Limit, ...]
    bounds: tuple[Limit, ...]
    rate: Rate | None
    more: Fraction
    nothing: Missed
    days: OnDay | None
    campaign: Campaign | None
    of: frozenset[str]
    own: str | None
    sought: tuple[str, str] | None
    is_best: bool
    is_exclusive: bool


@dataclass(frozen=True, slots=True, eq=False)
class Planning:
    """What all parts of a programme are made ready with; `limits`: the programme's caps in each currency."""

    program: Program
    asking: Asking
    calendars: Mapping[str, frozenset[date]]
    limits: Mapping[str, tuple[Limit, ...]]
    _of_campaigns: dict[tuple[str, str], tuple[Limit, ...]] = field(default_factory=dict)

    def limits_of_campaign(self, campaign: Campaign, currency: str) -> tuple[Limit, ...]:
        """The caps of a campaign in a currency, the same for all its rules."""
        found = self._of_campaigns.get((campaign.code, currency))
        if found is None:
            default = self.program.default_currency.code
            owner = f"campaign:{campaign.code}" + ("" if currency == default else f":{currency}")
            found = limits_of(owner, "this campaign", campaign.caps, currency, default)
            self._of_campaigns[campaign.code, currency] = found
        return found


def plan_rule(planning: Planning, rule: EarningRule, place: int) -> PlannedRule:
    """A rule made ready. A cap of the rule's that names no currency is for the rule's own."""
    program, asking = planning.program, planning.asking
    when, lines = asking.ask(rule.when), asking.ask(rule.lines, Scope.LINE)
    amount = asking.ask(rule.amount, Scope.EVENT, Gives.WHOLE)
    currency = program.currency_code(rule.currency)
    campaign = next((one for one in program.campaigns if one.code == rule.campaign), None)
    caps = limits_of(f"rule:{rule.code}", "this rule", rule.caps, currency, currency)
    if campaign:
        caps += planning.limits_of_campaign(campaign, currency)
    return PlannedRule(
        rule=rule,
        place=place,
        currency=currency,
        gates=gates_of_rule(rule, campaign, when, planning.calendars),
        lines=lines,
        amount=amount,
        named=named_by(when, lines, amount),
        limits=caps + planning.limits.get(currency, ()),
        bounds=() if rule.stack is Stack.ADD else caps,
        rate=_rate(program, rule),
        more=Fraction(rule.multiply or 1) - 1,
        nothing=nothing_of(lines),
        campaign=campaign,
        days=days_of(rule.schedule, campaign, planning.calendars, program.zone),
        of=frozenset(rule.of),
        own=rule.code if rule.waits or rule.expiry else None,
        sought=_sought(lines, when, campaign),
        is_best=rule.stack is Stack.BEST,
        is_exclusive=rule.stack is Stack.EXCLUSIVE,
    )


def _sought(lines: Asked | None, when: Asked | None, campaign: Campaign | None) -> tuple[str, str] | None:
    """What a line must have, where nothing is asked before that could fail: for that would have to be told."""
    if lines is None or when is not None or (campaign and campaign.segment is not None):
        return None
    return lines.only


def _rate(program: Program, rule: EarningRule) -> Rate | None:
    if rule.per is None:
        return None
    per = Fraction(rule.per) * 10 ** digits(program.money)
    weights = {category: Fraction(multiplier) for category, multiplier in rule.categories.items()}
    scale = lcm(*(weight.denominator for weight in weights.values()))
    whole = {category: int(weight * scale) for category, weight in weights.items()}
    each = f"each{' whole' if rule.whole else ''} {rule.per:.{digits(program.money)}f}"
    words = f"{points_in_words(rule.points)} for {each}"
    return Rate(rule.points * per.denominator, per.numerator, scale, whole, words)


class Counting(NamedTuple):
    """What is counted of an event, and which expressions must hold of it and of its lines; `name` for misses."""

    name: str
    counts: Counts
    when: Gates
    lines: Asked | None


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCounter:
    """A counter: what it counts, by which period, and how many of these it keeps."""

    counter: Counter
    counting: Counting
    per: Period
    keep: int


def plan_counter(counter: Counter, asking: Asking) -> PlannedCounter:
    """A counter made ready."""
    when, lines = condition(asking.ask(counter.when)), asking.ask(counter.lines, Scope.LINE)
    counting = Counting(f"counter:{counter.code}", counter.counts, when, lines)
    return PlannedCounter(counter, counting, *counter_keeps(counter))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedStreak:
    """A streak, with its condition."""

    streak: Streak
    when: Gates


def plan_streak(streak: Streak, asking: Asking) -> PlannedStreak:
    """A streak made ready."""
    return PlannedStreak(streak, condition(asking.ask(streak.when)))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedChallenge:
    """A challenge, with its expressions, and the programme's caps for what it gives."""

    challenge: Challenge
    gates: Gates
    counting: Counting
    currency: str
    limits: tuple[Limit, ...]


def plan_challenge(planning: Planning, challenge: Challenge) -> PlannedChallenge:
    """A challenge made ready."""
    program, asking = planning.program, planning.asking
    currency = program.currency_code(challenge.currency)
    when, lines = asking.ask(challenge.when), asking.ask(challenge.lines, Scope.LINE)
    counting = Counting(f"challenge:{challenge.code}", challenge.counts, condition(when), lines)
    limits = planning.limits.get(currency, ())
    return PlannedChallenge(challenge, gates_of_challenge(challenge), counting, currency, limits)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedBadge:
    """A badge that an expression gives."""

    badge: Badge
    counter: str
    when: Asked


def plan_badge(badge: Badge, asking: Asking) -> PlannedBadge | None:
    """A badge made ready; None for one that only a challenge gives."""
    when = asking.ask(badge.when, Scope.MEMBER)
    return None if when is None else PlannedBadge(badge, f"badge:{badge.code}", when)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedReferrals:
    """When a friend counts as brought, with its expression."""

    referrals: Referrals
    when: Gates


def plan_referrals(referrals: Referrals | None, asking: Asking) -> PlannedReferrals | None:
    """Referrals made ready."""
    if referrals is None:
        return None
    return PlannedReferrals(referrals, condition(asking.ask(referrals.when, Scope.REFERRAL)))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedGuard:
    """A guard, with its expression."""

    guard: Guard
    when: Asked


def plan_guard(guard: Guard, asking: Asking) -> PlannedGuard:
    """A guard made ready."""
    return PlannedGuard(guard, asking.make(guard.when, Scope.REDEMPTION))
