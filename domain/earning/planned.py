"""The parts of a programme, each made ready to judge events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from domain.earning.asked import Asked, Asking, names_of
from domain.earning.caps import Limit, limits_of
from domain.earning.schedule import Runs, runs_of
from domain.money import digits
from domain.program.earning import Campaign, EarningRule
from domain.program.engagement import Badge, Challenge, Counter, Referrals, Streak
from domain.program.program import Program
from domain.rules import Gives, Scope


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """Points for money in whole numbers: `points` for each `per` minor units, both so many times what the rule
    says that they are whole, and each category's weight in `weights`, where `scale` stands for 1."""

    points: int
    per: int
    scale: int
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRule:
    """A rule. `place`: where it stands in the order; `names`: what its award lines keep the values of.

    `limits`: its own caps, its campaign's and the programme's, for its currency. `more`: what a multiplier adds
    to each point of the rules `of`.
    """

    rule: EarningRule
    place: int
    currency: str
    when: Asked | None
    lines: Asked | None
    amount: Asked | None
    names: tuple[str, ...]
    runs: Runs | None
    campaign: Campaign | None
    limits: tuple[Limit, ...]
    rate: Rate | None
    more: Fraction
    of: frozenset[str]

    @property
    def own(self) -> str | None:
        """Its code, when what it gives has a wait or an expiry of its own, and so an entry."""
        return self.rule.code if self.rule.waits or self.rule.expiry else None


@dataclass(frozen=True, slots=True, eq=False)
class Planning:
    """What all parts of a programme are made ready with; `limits`: the programme's caps in each currency."""

    program: Program
    asking: Asking
    calendars: Mapping[str, frozenset[date]]
    limits: Mapping[str, tuple[Limit, ...]]


def plan_rule(planning: Planning, rule: EarningRule, place: int) -> PlannedRule:
    """A rule made ready. A cap of the rule's that names no currency is for the rule's own."""
    program, asking = planning.program, planning.asking
    when, lines = asking.ask(rule.when), asking.ask(rule.lines, Scope.LINE)
    amount = asking.ask(rule.amount, Scope.EVENT, Gives.WHOLE)
    currency, default = program.currency_code(rule.currency), program.default_currency.code
    campaign = next((one for one in program.campaigns if one.code == rule.campaign), None)
    caps = limits_of(f"rule:{rule.code}", "this rule", rule.caps, currency, currency)
    if campaign:
        owner = f"campaign:{campaign.code}" + ("" if currency == default else f":{currency}")
        caps += limits_of(owner, "this campaign", campaign.caps, currency, default)
    return PlannedRule(
        rule=rule,
        place=place,
        currency=currency,
        when=when,
        lines=lines,
        amount=amount,
        names=names_of(when, lines, amount),
        runs=runs_of(rule.schedule, planning.calendars),
        campaign=campaign,
        limits=caps + planning.limits.get(currency, ()),
        rate=_rate(program, rule),
        more=Fraction(rule.multiply or 1) - 1,
        of=frozenset(rule.of),
    )


def _rate(program: Program, rule: EarningRule) -> Rate | None:
    if rule.per is None:
        return None
    per = Fraction(rule.per) * 10 ** digits(program.money)
    weights = {category: Fraction(multiplier) for category, multiplier in rule.categories.items()}
    scale = lcm(*(weight.denominator for weight in weights.values()))
    whole = {category: int(weight * scale) for category, weight in weights.items()}
    return Rate(rule.points * per.denominator, per.numerator, scale, whole)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCounter:
    """A counter, with its expressions."""

    counter: Counter
    when: Asked | None
    lines: Asked | None


def plan_counter(counter: Counter, asking: Asking) -> PlannedCounter:
    """A counter made ready."""
    return PlannedCounter(counter, asking.ask(counter.when), asking.ask(counter.lines, Scope.LINE))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedStreak:
    """A streak, with its expression."""

    streak: Streak
    when: Asked | None


def plan_streak(streak: Streak, asking: Asking) -> PlannedStreak:
    """A streak made ready."""
    return PlannedStreak(streak, asking.ask(streak.when))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedChallenge:
    """A challenge, with its expressions, and the programme's caps for what it gives."""

    challenge: Challenge
    when: Asked | None
    lines: Asked | None
    currency: str
    limits: tuple[Limit, ...]


def plan_challenge(planning: Planning, challenge: Challenge) -> PlannedChallenge:
    """A challenge made ready."""
    program, asking = planning.program, planning.asking
    currency = program.currency_code(challenge.currency)
    when, lines = asking.ask(challenge.when), asking.ask(challenge.lines, Scope.LINE)
    return PlannedChallenge(challenge, when, lines, currency, planning.limits.get(currency, ()))


@dataclass(frozen=True, slots=True, eq=False)
class PlannedBadge:
    """A badge that an expression gives."""

    badge: Badge
    when: Asked


def plan_badge(badge: Badge, asking: Asking) -> PlannedBadge | None:
    """A badge made ready; None for one that only a challenge gives."""
    when = asking.ask(badge.when, Scope.MEMBER)
    return None if when is None else PlannedBadge(badge, when)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedReferrals:
    """When a friend counts as brought, with its expression."""

    referrals: Referrals
    when: Asked | None


def plan_referrals(referrals: Referrals | None, asking: Asking) -> PlannedReferrals | None:
    """Referrals made ready."""
    return None if referrals is None else PlannedReferrals(referrals, asking.ask(referrals.when, Scope.REFERRAL))
