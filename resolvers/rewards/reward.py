"""Rewards of the catalog, and whether a member may have them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime

import strawberry

from domain.actors import Role
from domain.program import rewards as domain
from domain.program.rewards import RewardKind
from domain.refusals import Refused
from domain.rewards import availability as judged
from domain.rewards.wanted import Facets
from resolvers.context import Info, RequestContext
from resolvers.errors import forbidden
from resolvers.given import ABSENT, given
from resolvers.ids import global_id, key_of
from resolvers.money import Money, money
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.permissions import STAFF, may_see
from resolvers.program.types import PointCurrency, point_currency
from resolvers.refusals import user_error
from resolvers.rewards.facets import RewardFacets, facets_of
from resolvers.rewards.parts import RewardParts
from resolvers.rewards.words import RewardWords
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.rewards.judge_reward import judge_reward, limits_asked


@strawberry.type
class RewardAvailability:
    """One reward as one member may have it now. `cost` and `missingPoints` are for one.

    `priceName`: what the price is called where it is not the list price. `variants`: none for a reward without.
    """

    redeemable: bool
    cost: Points
    copay: Money | None
    missing_points: Points
    refusals: list[UserError]
    price_name: str | None
    variants: list["VariantAvailability"]


@strawberry.type
class VariantAvailability:
    """One size, colour or the like. `refusals` are its own, beside those of the reward."""

    code: str
    redeemable: bool
    refusals: list[UserError]


@strawberry.type(description="What members can have for points.")
class Reward(RewardWords, RewardParts, Node):
    """A reward. `seen_by` is the member through whose eyes it was listed, if any.

    `live` says that `row.stock` is what is left now; else it is asked for when it is needed.
    """

    row: strawberry.Private[domain.Reward]
    live: strawberry.Private[bool] = True
    seen_by: strawberry.Private[str | None] = None

    def _node_id(self) -> strawberry.ID:
        return global_id("Reward", self.row.code)

    @strawberry.field(description="The programme's own code of it.")
    def code(self) -> str:
        """Never changes."""
        return self.row.code

    @strawberry.field
    def kind(self) -> RewardKind:
        """What one gets."""
        return self.row.kind

    @strawberry.field
    def categories(self) -> list[str]:
        """Where the app files it."""
        return list(self.row.categories)

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency:
        """What it is paid in."""
        program = info.context.program
        return point_currency(program, program.currency_code(self.row.currency))

    @strawberry.field(description="The list price. What this member pays is in availability.")
    def cost(self) -> Points:
        """For one."""
        return Points(self.row.cost)

    @strawberry.field(description="What is paid in money beside the points.")
    def copay(self, info: Info) -> Money | None:
        """For one."""
        return money(self.row.copay, info.context.program.money)

    @strawberry.field
    def available_from(self) -> datetime | None:
        """Null: it always was."""
        return self.row.available_from

    @strawberry.field
    def available_until(self) -> datetime | None:
        """Exclusive; null: for ever."""
        return self.row.available_until

    @strawberry.field(
        description="Null when there is no end of it, or none was set; of a reward of variants each has its own."
    )
    async def stock(self, info: Info) -> int | None:
        """What is left now."""
        return (await self._live(info.context)).stock

    @strawberry.field(
        description="For the signed-in member, or for the one that staff name; null for staff who name none."
    )
    async def availability(
        self, info: Info, member_id: strawberry.ID | None = ABSENT
    ) -> RewardAvailability | None:
        """Staff and services may name any member, a member only themself: FORBIDDEN else."""
        context = info.context
        named = given(member_id)
        member = _named(context, named) if named is not None else self.seen_by or context.identity.member_id
        return await self._judged_for(context, member) if member else None

    async def _judged_for(self, context: RequestContext, id: str) -> RewardAvailability | None:
        member = await context.loaders.members.load(id)
        if member is None:
            return None
        reward = await self._live(context)
        eyes = await context.eyes.load(id)
        if eyes is None:
            return None
        asked = limits_asked(eyes, reward)
        counts = await context.loaders.limits.load_many(asked)
        used = {limit: count for limit, count in zip(asked, counts, strict=True) if count is not None}
        spent = await context.loaders.spent_pools.load(reward.pool) if reward.pool else False
        return _availability(context, judge_reward(context.services, reward, member, eyes, used, spent=spent))

    async def _live(self, context: RequestContext) -> domain.Reward:
        if self.live:
            return self.row
        return await context.loaders.rewards.load(self.row.code) or self.row


@strawberry.type
class RewardEdge:
    """A reward in a list."""

    cursor: str
    node: Reward


@strawberry.type
class RewardConnection:
    """A page of rewards."""

    edges: list[RewardEdge]
    page_info: PageInfo
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    weighed: strawberry.Private[Callable[[], Awaitable[Facets]]]

    @strawberry.field(
        description="How many there would be on all pages under another choice of each, all else as it is asked."
    )
    async def facets(self) -> RewardFacets:
        """Counted only when they are asked for."""
        return facets_of(await self.weighed())

    @strawberry.field(description="On all pages.")
    async def total_count(self) -> int:
        """Counted only when it is asked for."""
        return await self.counted()


def _named(context: RequestContext, id: strawberry.ID) -> str | None:
    member = key_of("Member", id)
    if not may_see(context.identity, member or "", STAFF, Role.SERVICE):
        raise forbidden("What another member may have is not yours to see.")
    return member


def _availability(context: RequestContext, found: judged.Availability) -> RewardAvailability:
    return RewardAvailability(
        redeemable=found.redeemable,
        cost=Points(found.cost),
        copay=money(found.copay, context.program.money),
        missing_points=Points(found.missing_points),
        # There is no input here that a path could point into.
        refusals=_errors(found.refusals),
        price_name=found.price.name,
        variants=[_variant(one, found.redeemable) for one in found.variants],
    )


def _variant(found: judged.VariantAvailability, redeemable: bool) -> VariantAvailability:
    mine = not found.refusals
    return VariantAvailability(
        code=found.variant.code, redeemable=redeemable and mine, refusals=_errors(found.refusals)
    )


def _errors(refusals: Iterable[Refused]) -> list[UserError]:
    return [user_error(replace(refusal, path=())) for refusal in refusals]
