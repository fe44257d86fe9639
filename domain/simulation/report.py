"""What a change of the programme would have done to the past, in numbers."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.simulation.side import Sum


@dataclass(frozen=True, slots=True)
class CurrencyChange:
    """One currency on both sides. `worth`: money for one point, None where it is not stated.

    `liability`: what stands, in money. `outstanding`: what members really have today, and what they would have:
    as much more or less as stands on the other side; None for a sample, or where it is not known.
    """

    currency: str
    before: Sum
    after: Sum
    worth_before: Decimal | None
    worth_after: Decimal | None
    liability_before: Decimal | None
    liability_after: Decimal | None
    outstanding: int | None
    outstanding_then: int | None


@dataclass(frozen=True, slots=True)
class PointsChange:
    """Points of one rule, tier or segment on both sides: given less taken back. `name` None: in no segment."""

    name: str | None
    currency: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Points of one rule on both sides, and how many lines it wrote. What returns took back is `reversal`'s."""

    rule: str
    currency: str
    before: int
    after: int
    lines_before: int
    lines_after: int


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A member's points in the default currency on both sides."""

    member: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class TierMove:
    """How many members end in one tier before and in which after; those who stay are there, too."""

    before: str
    after: str
    members: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a rule gave nothing, how often of the events that were asked, and the first time in words."""

    reason: str
    times: int
    example: str


@dataclass(frozen=True, slots=True)
class SilentRule:
    """A rule of the draft that never gave anything; the most common reasons first."""

    rule: str
    reasons: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class CapCut:
    """How many lines a cap cut on both sides, and by how many points."""

    cap: str
    times_before: int
    times_after: int
    points_before: int
    points_after: int


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What was used of a cap of everyone in one period. `points`: all there is by the draft, or else by before."""

    budget: str
    points: int
    used_before: int
    used_after: int


@dataclass(frozen=True, slots=True)
class FailedRule:
    """A rule of the draft whose expression failed, how often, and the first reason."""

    rule: str
    times: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """One comparison: the programme in force replayed, and the draft, over the same events of the same members.

    Both are replayed, so what differs is the programme alone, not what was once posted by other versions. Nothing
    is spent in a replay. `begin` None: from the first event on. `refused`: events that the draft does not take,
    such as returns of orders before `begin`. `explained`: of how many it was asked why rules gave nothing.
    """

    against: int
    begin: datetime | None
    until: datetime
    sample_percent: Decimal
    seed: int
    events: int
    members: int
    refused_before: int
    refused: int
    explained: int
    currencies: tuple[CurrencyChange, ...]
    rules: tuple[RuleChange, ...]
    tiers: tuple[PointsChange, ...]
    segments: tuple[PointsChange, ...]
    gainers: tuple[MemberChange, ...]
    losers: tuple[MemberChange, ...]
    gaining: int
    losing: int
    moves: tuple[TierMove, ...]
    silent: tuple[SilentRule, ...]
    caps: tuple[CapCut, ...]
    budgets: tuple[BudgetUse, ...]
    failures: tuple[FailedRule, ...]
