"""The programme, as clients see it."""

import strawberry

from domain.actors import Role
from domain.program.program import Program as DomainProgram
from resolvers.context import Info
from resolvers.engagement.program import ProgramEngagement
from resolvers.given import ABSENT, given
from resolvers.permissions import Having
from resolvers.program.liability import Liability, liability_of
from resolvers.program.types import PointCurrency, point_currency
from resolvers.tiers.types import Tier, tiers_of
from services.program.dump import dump_program


@strawberry.type
class AdjustmentReason:
    """Why staff may adjust points."""

    code: str
    name: str


@strawberry.type
class Program(ProgramEngagement):
    """The rules of the game, in the version in force."""

    row: strawberry.Private[DomainProgram]

    @strawberry.field
    def name(self) -> str:
        """What members call it."""
        return self.row.name

    @strawberry.field(description="An IANA zone: days, months and years of the programme are meant in it.")
    def timezone(self) -> str:
        """The zone's name."""
        return self.row.timezone

    @strawberry.field(description="The default one first.")
    def currencies(self) -> list[PointCurrency]:
        """Every currency of points."""
        return [point_currency(self.row, currency.code) for currency in self.row.currencies]

    @strawberry.field(description="Lowest first.")
    def tiers(self) -> list[Tier]:
        """Every tier."""
        return tiers_of(self.row)

    @strawberry.field
    def adjustment_reasons(self) -> list[AdjustmentReason]:
        """Why staff may adjust points."""
        return [AdjustmentReason(code=one.code, name=one.name) for one in self.row.adjustment_reasons]

    @strawberry.field(description="Grows with each publication.")
    def version(self) -> int:
        """The version's number."""
        return self.row.version

    @strawberry.field(
        description="Admins: the whole programme as YAML, without comments. It reads back to exactly the same.",
        extensions=[Having(Role.ADMIN)],
    )
    def yaml(self) -> str | None:
        """What is as by default is left out."""
        return dump_program(self.row)

    @strawberry.field(
        description="Admins: what the programme owes its members, in a currency (null: the default one).",
        extensions=[Having(Role.ADMIN)],
    )
    async def liability(self, info: Info, currency: str | None = ABSENT) -> Liability | None:
        """Raises BAD_REQUEST for a currency there is not, RETRYABLE while accounts are being counted."""
        return await liability_of(info.context, given(currency))
