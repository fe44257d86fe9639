"""The programme, as clients see it."""

import strawberry

from domain.program.program import Currency
from domain.program.program import Program as DomainProgram
from resolvers.context import Info
from resolvers.money import Money, money
from resolvers.tiers.types import Tier, tiers_of


@strawberry.type
class AdjustmentReason:
    """Why staff may adjust points."""

    code: str
    name: str


@strawberry.type
class PointCurrency:
    """A currency of points."""

    code: str
    name: str
    row: strawberry.Private[Currency]

    @strawberry.field(description="What one point is worth in money.")
    def worth(self, info: Info) -> Money | None:
        """Null when the programme does not say."""
        return money(self.row.worth, info.context.program.money)


@strawberry.type
class Program:
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


def point_currency(program: DomainProgram, code: str) -> PointCurrency:
    """The currency of that code; one that the programme has no longer goes by its code alone."""
    row = program.currency(code) or Currency(code, code)
    return PointCurrency(code=row.code, name=row.name, row=row)
