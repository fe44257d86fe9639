"""What belongs to a reward: pictures, variants, what a gift card holds, and who hands it out."""

from collections.abc import Awaitable

import strawberry
from strawberry.scalars import JSON

from domain.program import rewards as domain
from domain.program.program import Program
from resolvers.context import Info, RequestContext
from resolvers.money import Money, money


@strawberry.type
class RewardVariant:
    """A size, colour or the like. `attributes`: names and values, such as {"size": "M"}."""

    code: str
    name: str
    attributes: JSON
    stock: int | None = strawberry.field(description="What is left of it; null when unlimited.")


@strawberry.type
class RewardPartner:
    """Who hands a reward out."""

    code: str
    name: str


@strawberry.type
class RewardParts:
    """Those fields of a reward."""

    row: strawberry.Private[domain.Reward]
    seen_by: strawberry.Private[str | None]

    def _live(self, context: RequestContext) -> Awaitable[domain.Reward]:
        """The reward with what is left of it now."""
        raise NotImplementedError

    @strawberry.field
    def image_url(self) -> str | None:
        """Where its picture is."""
        return self.row.image_url

    @strawberry.field(description="Where more pictures of it are.")
    def images(self) -> list[str]:
        """Addresses."""
        return list(self.row.images)

    @strawberry.field(description="Of which one is chosen; none for most rewards.")
    async def variants(self, info: Info) -> list[RewardVariant]:
        """With what is left of each."""
        if not self.row.variants:
            return []
        live = await self._live(info.context)
        return [
            RewardVariant(code=one.code, name=one.name, attributes=JSON(dict(one.attributes)), stock=one.stock)
            for one in live.variants
        ]

    @strawberry.field(description="The money that a gift card holds.")
    def value(self, info: Info) -> Money | None:
        """At first."""
        return money(self.row.value, info.context.program.money)

    @strawberry.field(description="Who hands it out, if it is somebody else.")
    def partner(self, info: Info) -> RewardPartner | None:
        """By the programme; one that it has no more keeps its code."""
        return partner_of(info.context.program, self.row.partner) if self.row.partner else None

    @strawberry.field(
        description="Whether the signed-in member, or the one through whose eyes staff look, has marked it; "
        "null where there is no member."
    )
    async def favourite(self, info: Info) -> bool | None:
        """One query for a page."""
        member = self.seen_by or info.context.identity.member_id
        if member is None:
            return None
        return self.row.code in (await info.context.loaders.favourites.load(member) or ())


def partner_of(program: Program, code: str) -> RewardPartner:
    """The partner of that code."""
    name = next((partner.name for partner in program.partners if partner.code == code), code)
    return RewardPartner(code=code, name=name)
