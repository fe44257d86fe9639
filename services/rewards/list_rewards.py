"""The catalog, in pages."""

from dataclasses import dataclass
from typing import Any

from domain.program.program import Program
from domain.program.rewards import RewardKind
from domain.refusals import Refused, invalid
from domain.rewards.availability import opens_before
from domain.tiers.standing import tier_at
from mongo.rewards import Page, Reach, RewardFilter, RewardOrder
from services.context import Context
from services.ledger.read_states import AccountView

__all__ = ["ListRewards", "Page", "RewardOrder", "count_rewards", "list_rewards"]

MAX_SEARCH = 200
MAX_CATEGORIES = 100
Position = tuple[Any, str]


@dataclass(frozen=True, slots=True)
class ListRewards:
    """What to show. `redeemable_by`: only what this account can have now, stock and all."""

    kinds: tuple[RewardKind, ...] = ()
    categories: tuple[str, ...] = ()
    search: str | None = None
    max_cost: int | None = None
    redeemable_by: AccountView | None = None
    order: RewardOrder = RewardOrder.FEATURED


async def list_rewards(
    context: Context, query: ListRewards, *, first: int = 20, after: Position | None = None
) -> Page | Refused:
    """At most `first` rewards behind `after` = (sort value, code). Refuses filters too long to search with."""
    wanted = await _wanted(context, query)
    if isinstance(wanted, Refused):
        return wanted
    return await context.rewards.page(wanted, query.order, first=first, after=after)


async def count_rewards(context: Context, query: ListRewards) -> int | Refused:
    """How many rewards there are on all pages; refuses what `list_rewards` refuses."""
    wanted = await _wanted(context, query)
    return wanted if isinstance(wanted, Refused) else await context.rewards.count(wanted)


async def _wanted(context: Context, query: ListRewards) -> RewardFilter | Refused:
    if len(query.search or "") > MAX_SEARCH:
        return invalid(f"Search for at most {MAX_SEARCH} characters.", "filter", "search")
    if len(query.categories) > MAX_CATEGORIES:
        return invalid(f"Name at most {MAX_CATEGORIES} categories.", "filter", "categories")
    program = await context.programs.current()
    within = _reach(program, query.redeemable_by) if query.redeemable_by else None
    return RewardFilter(query.kinds, query.categories, query.search, query.max_cost, within)


def _reach(program: Program, view: AccountView) -> Reach:
    levels = [level.code for level in program.tiers.levels]
    tier = tier_at(program, view.state, view.at)
    held = levels.index(tier.code)
    available = {currency.code: view.state.account(currency.code).available for currency in program.currencies}
    return Reach(available, tuple(levels[: held + 1]), view.at, opens_before(tier))
