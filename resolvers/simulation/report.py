"""What a simulation found, typed."""

from decimal import Decimal

import strawberry

from domain.program.program import Program
from domain.simulation import report as domain
from domain.simulation.side import Sum
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.members.member import Member
from resolvers.money import Money, money
from resolvers.scalars import Points


@strawberry.type(
    description="Points of one currency on one side. standing: what could still be spent at the end, had nothing "
    "been."
)
class SimulatedPoints:
    """One side."""

    given: Points
    taken_back: Points
    expired: Points
    standing: Points
    liability: Money | None = strawberry.field(
        description="What stands, in money; null where a point's worth is not stated."
    )


@strawberry.type
class SimulatedCurrency:
    """One currency on both sides."""

    row: strawberry.Private[domain.CurrencyChange]
    program: strawberry.Private[Program]

    @strawberry.field(description="The currency's code.")
    def currency(self) -> str:
        """Of either programme."""
        return self.row.currency

    @strawberry.field(description="By the version in force, replayed.")
    def before(self) -> SimulatedPoints:
        """One side."""
        return _points(self.program, self.row.before, self.row.liability_before)

    @strawberry.field(description="By the draft.")
    def after(self) -> SimulatedPoints:
        """The other side."""
        return _points(self.program, self.row.after, self.row.liability_after)

    @strawberry.field(description="What members really have today; null for a sample.")
    def outstanding(self) -> Points | None:
        """In all."""
        return None if self.row.outstanding is None else Points(self.row.outstanding)

    @strawberry.field(description="What they would have: as much more or less as stands on the draft's side.")
    def outstanding_then(self) -> Points | None:
        """In all."""
        then = self.row.outstanding_then
        return None if then is None else Points(then)


@strawberry.type(description="Points on both sides, given less taken back.")
class SimulatedDifference:
    """Of a rule, a tier or a segment."""

    name: str | None = strawberry.field(
        description="The code of the rule, tier or segment; null: members in no segment. What returns took back "
        "is of `reversal`."
    )
    currency: str
    before: Points
    after: Points


@strawberry.type(description="Points in the default currency on both sides.")
class SimulatedMember:
    """Who gains or loses."""

    id: strawberry.Private[str]
    before: Points
    after: Points

    @strawberry.field(description="Null when the member is not there any more.")
    async def member(self, info: Info) -> Member | None:
        """The member."""
        found = await info.context.loaders.members.load(self.id)
        return Member(row=found) if found else None

    @strawberry.field(description="The member's global id.")
    def member_id(self) -> strawberry.ID:
        """Also of one who is not there any more."""
        return global_id("Member", self.id)


@strawberry.type(description="How many members end in these tiers on the two sides.")
class SimulatedTierMove:
    """Those who stay are there, too."""

    before: str
    after: str
    members: int


@strawberry.type
class SimulatedMiss:
    """Why a rule gave nothing, how often of the events that were asked, and the first time in words."""

    reason: str
    times: int
    example: str


@strawberry.type
class SilentRule:
    """A rule of the draft that never gave anything; the most common reasons first."""

    rule: str
    reasons: list[SimulatedMiss]


@strawberry.type
class SimulatedCap:
    """How many award lines a cap cut on both sides, and by how many points."""

    cap: str
    times_before: int
    times_after: int
    points_before: Points
    points_after: Points


@strawberry.type
class SimulatedBudget:
    """What was used of a cap of everyone in one period."""

    budget: str
    points: Points
    used_before: Points
    used_after: Points


@strawberry.type
class SimulatedFailure:
    """A rule of the draft whose expression failed, how often, and the first reason."""

    rule: str
    times: int
    reason: str


@strawberry.type(
    description="The version in force and the draft, both replayed over the same events of the same members: what "
    "differs is the programme alone. Nothing is spent in a replay."
)
class SimulationReport:
    """All of it."""

    row: strawberry.Private[domain.Report]
    program: strawberry.Private[Program]

    @strawberry.field(description="The version that the draft is held against.")
    def against(self) -> int:
        """The one in force then."""
        return self.row.against

    @strawberry.field(description="Events that were replayed.")
    def events(self) -> int:
        """On either side."""
        return self.row.events

    @strawberry.field(description="Members who had any part in it.")
    def members(self) -> int:
        """On either side."""
        return self.row.members

    @strawberry.field(description="Events that the draft does not take, such as returns of unknown orders.")
    def refused(self) -> int:
        """On the draft's side."""
        return self.row.refused

    @strawberry.field
    def currencies(self) -> list[SimulatedCurrency]:
        """Those of both programmes."""
        return [SimulatedCurrency(row=row, program=self.program) for row in self.row.currencies]

    @strawberry.field
    def rules(self) -> list[SimulatedDifference]:
        """They add up to what is given less what is taken back."""
        return [
            SimulatedDifference(name=r.rule, currency=r.currency, before=Points(r.before), after=Points(r.after))
            for r in self.row.rules
        ]

    @strawberry.field(description="By the tier in which the members were when it was given.")
    def tiers(self) -> list[SimulatedDifference]:
        """They add up to the same."""
        return _differences(self.row.tiers)

    @strawberry.field(
        description="By the draft's segments in which the members are at the end of the draft's side; they may be "
        "in several."
    )
    def segments(self) -> list[SimulatedDifference]:
        """Empty without segments."""
        return _differences(self.row.segments)

    @strawberry.field(description="The ten members who gain most.")
    def gainers(self) -> list[SimulatedMember]:
        """The most first."""
        return _members(self.row.gainers)

    @strawberry.field(description="The ten members who lose most.")
    def losers(self) -> list[SimulatedMember]:
        """The most first."""
        return _members(self.row.losers)

    @strawberry.field(description="How many members gain.")
    def gaining(self) -> int:
        """In the default currency."""
        return self.row.gaining

    @strawberry.field(description="How many members lose.")
    def losing(self) -> int:
        """In the default currency."""
        return self.row.losing

    @strawberry.field
    def tier_moves(self) -> list[SimulatedTierMove]:
        """From the tier at the end of one side to that of the other."""
        return [SimulatedTierMove(before=m.before, after=m.after, members=m.members) for m in self.row.moves]

    @strawberry.field(description="Rules of the draft that never gave anything, and why.")
    def silent_rules(self) -> list[SilentRule]:
        """In the draft's order."""
        return [SilentRule(rule=one.rule, reasons=_misses(one.reasons)) for one in self.row.silent]

    @strawberry.field(description="Caps that cut award lines.")
    def caps(self) -> list[SimulatedCap]:
        """By their ids."""
        return [
            SimulatedCap(
                cap=one.cap,
                times_before=one.times_before,
                times_after=one.times_after,
                points_before=Points(one.points_before),
                points_after=Points(one.points_after),
            )
            for one in self.row.caps
        ]

    @strawberry.field(description="Caps of everyone by period, the most used first; they begin unused.")
    def budgets(self) -> list[SimulatedBudget]:
        """At most a hundred."""
        return [
            SimulatedBudget(
                budget=one.budget,
                points=Points(one.points),
                used_before=Points(one.used_before),
                used_after=Points(one.used_after),
            )
            for one in self.row.budgets
        ]

    @strawberry.field(description="Rules of the draft that failed.")
    def failures(self) -> list[SimulatedFailure]:
        """By their codes."""
        return [SimulatedFailure(rule=f.rule, times=f.times, reason=f.reason) for f in self.row.failures]


def _points(program: Program, points: Sum, liability: Decimal | None) -> SimulatedPoints:
    return SimulatedPoints(
        given=Points(points.given),
        taken_back=Points(points.taken),
        expired=Points(points.expired),
        standing=Points(points.standing),
        liability=None if liability is None else money(liability, program.money),
    )


def _differences(rows: tuple[domain.PointsChange, ...]) -> list[SimulatedDifference]:
    return [
        SimulatedDifference(
            name=row.name, currency=row.currency, before=Points(row.before), after=Points(row.after)
        )
        for row in rows
    ]


def _members(rows: tuple[domain.MemberChange, ...]) -> list[SimulatedMember]:
    return [SimulatedMember(id=row.member, before=Points(row.before), after=Points(row.after)) for row in rows]


def _misses(rows: tuple[domain.Missing, ...]) -> list[SimulatedMiss]:
    return [SimulatedMiss(reason=row.reason, times=row.times, example=row.example) for row in rows]
