"""What the catalog costs whoever looks through it: 50 rewards, and 50,000.

    python -m bench.catalog [--rewards 50 50000] [--requests 200]

Starts MongoDB, Valkey and an API process for each catalog over a temporary directory, and asks as one member does,
with GraphQL over HTTP, one request at a time: 20 rewards with this member's availability (price, missing points,
every reason), whether they are favourites, and what is left. Three in ten rewards have a stock, two a limit, one a
price of its own; a sale is on. Requests to the catalogs take turns, so that a machine with other work to do is as
unfair to the one as to the other. Prints p50 and p99 in milliseconds, and what the largest takes over
the smallest.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import uvloop

from bench.machine import tell_machine
from bench.processes import Site, an_api
from cache.client import connect as connect_cache
from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.intake import RecordEvent
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.program.earning import EarningRule
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program
from domain.program.rewards import Price, Reward, RewardKind, RewardLimit, RewardTexts, Sale
from mongo.client import connect, open_database
from mongo.migrate import migrate
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import build_context, system_clock
from services.earning.record_events import Recorded, record_events
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program

SHOP = Actor(ActorKind.SERVICE, "shop")
_WORDS = """coffee espresso matcha latte sourdough croissant cinnamon blanket canvas lantern backpack umbrella
headphones concert cinema theatre museum weekend mountain harbour breakfast dinner tasting chocolate caramel
vanilla notebook fountain pencil bicycle helmet picnic garden orchid candle ceramic copper bamboo leather velvet"""
WORDS = _WORDS.split()
_SYLLABLES = "ba ko ri ten mo la chi su per no dar win gle ast our ine cra ft bel lum"
SYLLABLES = _SYLLABLES.split()
MADE_UP = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
CHARACTERS = "抹茶拿鐵咖啡紅綠烏龍奶蛋糕禮券折扣電影票旅行飯店晚餐早午"
CATEGORIES = ("food", "drinks", "home", "gifts", "travel", "culture", "kids", "sport")
PAGE = """query($after: String, $filter: RewardFilter, $order: RewardOrder! = FEATURED) { me {
    rewards(first: 20, after: $after, filter: $filter, orderBy: $order) {
        edges { node { code title cost stock favourite availability {
            redeemable cost missingPoints priceName refusals { code message } } } }
        pageInfo { endCursor hasNextPage } } } }"""
FACETS = """query($filter: RewardFilter) { me { rewards(first: 20, filter: $filter) { totalCount
    edges { node { code } } facets { kinds { kind count } categories { category count }
        prices { minCost maxCost count } } } } }"""


@dataclass
class Shop:
    """One catalog behind an API of its own."""

    rewards: int
    client: httpx.AsyncClient
    typed: str
    tenth: str | None = None

    async def ask(self, query: str, **variables: Any) -> tuple[float, Any]:
        """How long the answer took in milliseconds, and its data."""
        began = time.perf_counter()
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        took = 1_000 * (time.perf_counter() - began)
        body = answer.json()
        if "errors" in body:
            raise RuntimeError(body["errors"])
        return took, body["data"]["me"]["rewards"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rewards", type=int, nargs="+", default=[50, 50_000])
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    tell_machine("strawberry-graphql", "motor", "redis", "uvloop", "uvicorn")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, Path(directory), options.rewards, options.requests))
    return 0


async def _measure(servers: EmbeddedServers, directory: Path, sizes: list[int], requests: int) -> None:
    async with AsyncExitStack() as stack:
        shops = [await stack.enter_async_context(_shop(servers, directory, size)) for size in sizes]
        for shop in shops:
            await _walk_to_the_tenth(shop)
        print(f"load {os.getloadavg()[0]:.1f}; milliseconds, p50 / p99 of {requests} requests each")
        for name, query, variables in _questions():
            await _tell(name, shops, query, variables, requests)


def _questions() -> list[tuple[str, str, Any]]:
    return [
        ("first page", PAGE, lambda shop: {}),
        ("tenth page", PAGE, lambda shop: {"after": shop.tenth} if shop.tenth else {}),
        ("by price, filtered", PAGE, lambda shop: {"order": "COST_DESC", "filter": {"categories": ["food"]}}),
        ("what I can have", PAGE, lambda shop: {"filter": {"redeemableOnly": True}}),
        ("search with a typo", PAGE, lambda shop: {"filter": {"search": shop.typed}}),
        ("facets of a category", FACETS, lambda shop: {"filter": {"categories": ["food"]}}),
    ]


async def _tell(name: str, shops: list[Shop], query: str, variables: Any, requests: int) -> None:
    times: dict[int, list[float]] = {shop.rewards: [] for shop in shops}
    for number in range(requests + 10):
        for shop in shops:
            asked = variables(shop)
            if "search" in asked.get("filter", {}):
                # Another search each time: what was found once is kept for its next pages.
                asked = {"filter": {"search": f"{shop.typed}{' ' * (number % 150)}"}}
            took, _ = await shop.ask(query, **asked)
            if number >= 10:
                times[shop.rewards].append(took)
    told, middles = [], []
    for shop in shops:
        cuts = quantiles(times[shop.rewards], n=100)
        told.append(f"{shop.rewards:>7,}: {cuts[49]:6.2f} / {cuts[98]:6.2f}")
        middles.append((cuts[49], cuts[98]))
    ratios = [last / first for first, last in zip(middles[0], middles[-1], strict=True)]
    print(f"  {name:<22}" + "   ".join(told) + f"   ratio {ratios[0]:.2f} / {ratios[1]:.2f}")


async def _walk_to_the_tenth(shop: Shop) -> None:
    """The first search waits for its index; the tenth page of a catalog that has none is its second."""
    took, _ = await shop.ask(PAGE)
    began, _ = await shop.ask(PAGE, filter={"search": shop.typed})
    print(f"{shop.rewards:,} rewards: the very first page {took:,.0f} ms, the very first search {began:,.0f} ms")
    for _ in range(9):
        _, found = await shop.ask(PAGE, after=shop.tenth)
        if not found["pageInfo"]["hasNextPage"]:
            break
        shop.tenth = found["pageInfo"]["endCursor"]


@asynccontextmanager
async def _shop(servers: EmbeddedServers, directory: Path, size: int) -> AsyncIterator[Shop]:
    database, began = f"catalog{size}", time.perf_counter()
    home = directory / database
    home.mkdir()
    program = _programme(size)
    member = await _prepare(servers, database, program)
    print(f"{size:,} rewards: published and listed in {time.perf_counter() - began:.1f} s")
    site = Site(servers, open_database(connect(servers.mongodb_uri), database), home)
    async with (
        an_api(site) as api,
        httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{api.port}",
            headers={"authorization": f"Bearer {site.token(member)}"},
            timeout=120,
            trust_env=False,
        ) as client,
    ):
        title = program.rewards[len(program.rewards) // 2].title
        yield Shop(size, client, title[:1] + title[2:])


async def _prepare(servers: EmbeddedServers, name: str, program: Program) -> str:
    """Publishes, and enrols a member with 2,500 points; their id."""
    database = open_database(connect(servers.mongodb_uri), name)
    await migrate(database)
    cache = await connect_cache(servers.redis_url)
    context = build_context(database, cache, system_clock)
    await publish_program(context, SYSTEM, program)
    [enrolled] = await enrol_members(context, SHOP, [Enrol(f"crm-{name}", given_name="Ada")])
    if not isinstance(enrolled, Enrolled):
        raise TypeError(enrolled)
    id = enrolled.member.id
    at = datetime.now(UTC)
    bought = RecordEvent("shop", "o1", "purchase", MemberLookup(id=id), at, amount=Decimal("2500.00"))
    [recorded] = await record_events(context, SHOP, [bought])
    if not isinstance(recorded, Recorded):
        raise TypeError(recorded)
    await context.favourites.add(id, program.rewards[3].code, at)
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    return id


def _programme(size: int) -> Program:
    chance = random.Random(size)
    levels = (Tier("bronze", "Bronze", Decimal(0)), Tier("gold", "Gold", Decimal(100_000)))
    return Program(
        name="Bench",
        timezone="Europe/Berlin",
        money="EUR",
        currencies=(Currency("POINTS", "Points"),),
        earning=(EarningRule("spend", "Spend", ("purchase",), 1, Decimal("1.00")),),
        tiers=Tiers(Metric.POINTS, levels),
        rewards=tuple(_reward(number, chance) for number in range(size)),
        sales=(Sale("days", "Double days", 10, categories=("drinks",)),),
    )


def _reward(number: int, chance: random.Random) -> Reward:
    tenth = number % 10
    cost = chance.randrange(50, 5_000, 10)
    return Reward(
        code=f"R{number}",
        title=" ".join((*chance.sample(WORDS, 2), chance.choice(MADE_UP))).capitalize(),
        kind=chance.choice(list(RewardKind)),
        cost=cost,
        description=" ".join((*chance.choices(WORDS, k=3), *chance.choices(MADE_UP, k=15))),
        categories=tuple(chance.sample(CATEGORIES, 2)),
        stock=chance.randrange(0, 50) if tenth < 3 else None,
        limits=(RewardLimit(2),) if 3 <= tenth < 5 else (),
        prices=(Price(max(1, cost // 2), tiers=("gold",)),) if tenth == 5 else (),
        min_tier="gold" if tenth == 6 else None,
        translations={"zh-Hant": RewardTexts("".join(chance.sample(CHARACTERS, 6)))},
    )


if __name__ == "__main__":
    sys.exit(main())
