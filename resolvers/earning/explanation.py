"""Why an event gave what it gave, as clients see it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.earning.explain import Finding
from domain.earning.judging.judgement import MissReason
from domain.program.program import Program
from resolvers.context import Info
from resolvers.earning.award_line import CapEffect, RuleInput, cap_effects, rule_inputs
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points
from resolvers.tiers.types import Tier, tiers_of
from services.earning.explain_event import Explained, explain_event

if TYPE_CHECKING:
    from resolvers.ledger.entry import Entry


@strawberry.type(
    description="One rule, challenge or tier: what it gave for an event and why, or why it gave nothing. Of a "
    "refund: what it gives for what is kept, less what for what was kept before."
)
class RuleFinding:
    """`program` is the version that judged."""

    row: strawberry.Private[Finding]
    program: strawberry.Private[Program]

    @strawberry.field
    def rule(self) -> str:
        """Its code, as in award lines."""
        return self.row.rule

    @strawberry.field
    def name(self) -> str:
        """What members call it."""
        return self.row.name

    @strawberry.field
    def fired(self) -> bool:
        """Whether it gave anything."""
        return self.row.line is not None

    @strawberry.field
    def points(self) -> Points:
        """What it gave."""
        return Points(self.row.points)

    @strawberry.field
    def currency(self) -> PointCurrency:
        """Of the points."""
        return point_currency(self.program, self.row.currency)

    @strawberry.field(description="The arithmetic; null for a rule that gave nothing.")
    def because(self) -> str | None:
        """In words."""
        return self.row.line.because if self.row.line else None

    @strawberry.field(description="What its expressions looked at; empty for a rule that gave nothing.")
    def inputs(self) -> list[RuleInput]:
        """By name."""
        return rule_inputs(self.row.line) if self.row.line else []

    @strawberry.field(description="What it would have given without caps; null where none left less.")
    def wanted(self) -> Points | None:
        """More than `points`."""
        wanted = self.row.line.wanted if self.row.line else None
        return None if wanted is None else Points(wanted)

    @strawberry.field(description="The caps that left less.")
    def caps(self) -> list[CapEffect]:
        """Of the version that judged."""
        return cap_effects(self.program, self.row.line) if self.row.line else []

    @strawberry.field(description="Why it gave nothing; null for a rule that fired.")
    def reason(self) -> MissReason | None:
        """A code."""
        return self.row.miss.reason if self.row.miss else None

    @strawberry.field(
        description="What was missing, such as `needs event.amount >= 5000: event.amount is 4200`; null for a "
        "rule that fired."
    )
    def missing(self) -> str | None:
        """In words."""
        return self.row.miss.text if self.row.miss else None


@strawberry.type(description="An event that was recorded, and what each rule of then made of it.")
class EventExplanation:
    """The circumstances are those of then."""

    row: strawberry.Private[Explained]

    @strawberry.field
    def source(self) -> str:
        """Who reported it."""
        return self.row.event.source

    @strawberry.field(description="The source's own id of it.")
    def event_id(self) -> str:
        """Unique within its source."""
        return self.row.event.id

    @strawberry.field
    def type(self) -> str:
        """What happened."""
        return self.row.event.type

    @strawberry.field
    def occurred_at(self) -> datetime:
        """The event's own time."""
        return self.row.event.occurred_at

    @strawberry.field(description="When it was taken in.")
    def recorded_at(self) -> datetime:
        """Never before it happened, but for the clocks of tills."""
        return self.row.claim.claimed_at

    @strawberry.field(description="The version of the programme that judged it.")
    def program_version(self) -> int:
        """Its number."""
        return self.row.program.version

    @strawberry.field(description="The member's tier by which it was judged.")
    def tier(self) -> Tier:
        """That of the event's own time."""
        return next(tier for tier in tiers_of(self.row.program) if tier.code == self.row.tier.code)

    @strawberry.field(description="What it wrote; empty when it gave and counted nothing.")
    def entries(self) -> list[Annotated["Entry", strawberry.lazy("resolvers.ledger.entry")]]:
        """In the order of the ledger."""
        from resolvers.ledger.entry import Entry

        return [Entry.of(entry) for entry in self.row.entries]

    @strawberry.field(
        description="Every rule for events of its type, then its tier and challenges. Of a refund: those that "
        "gave something for its order; what of it was taken back, and what stayed spent, its entries say."
    )
    def rules(self) -> list[RuleFinding]:
        """In the order of the programme."""
        return [RuleFinding(row=finding, program=self.row.program) for finding in self.row.findings]


async def explanation_of(
    info: Info, source: str, id: str, *, may_see: Callable[[str], bool] | None = None, others: bool = False
) -> EventExplanation | None:
    """The explanation of an event; None for one that was never recorded, or is not the reader's to see (`may_see`;
    whoever has an entry may see its event)."""
    explained = await explain_event(info.context.services, source, id, others=others, may_see=may_see)
    return EventExplanation(row=explained) if explained else None
