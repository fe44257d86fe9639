"""Currencies of points, as clients see them."""

import strawberry

from domain.program.program import Currency, Program
from resolvers.context import Info
from resolvers.money import Money, money


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


def point_currency(program: Program, code: str) -> PointCurrency:
    """The currency of that code; one that the programme has no longer goes by its code alone."""
    row = program.currency(code) or Currency(code, code)
    return PointCurrency(code=row.code, name=row.name, row=row)
