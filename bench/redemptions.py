"""Redemptions a second, against bare transactions of MongoDB that write the same documents with the same driver.

    python -m bench.redemptions [--callers 16] [--each 20] [--rounds 5]

Starts MongoDB and Valkey of its own over a temporary directory. `distinct`: every caller is a member who redeems a
reward of their own, which has a stock; `hot`: all of them redeem one reward, of which there is enough. The
baseline inserts the very entries and redemptions that were written (with other ids), and takes the stock by the
same conditional write, in collections with the same indexes, majority and journal; its callers take turns at one
stock, since they are quicker so than by meeting and trying again. Each round measures everything once, and a ratio
is of one round, so that a machine with other work to do is unfair to both. What is printed are medians.

`guarded`: the programme has a guard that looks at the member's redemptions of the last hour, which are read
exactly; `limited`: the reward has a limit of each member and one of everyone a day.
"""

import argparse
import asyncio
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

from cache.client import connect as connect_cache
from domain.actors import SYSTEM, Actor, ActorKind
from domain.ledger.decide import adjust
from domain.ledger.entry import Draft, Head
from domain.ledger.kinds import EntryKind
from domain.members.member import Member, MemberStatus, Profile
from domain.program.earning import CapOf, Period
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program
from domain.program.rewards import Guard, Reward, RewardKind, RewardLimit
from domain.refusals import Refused
from mongo.client import Client, Database, Document, connect, open_database
from mongo.ledger import INDEXES as ENTRIES
from mongo.migrate import migrate
from mongo.redemptions import INDEXES as REDEMPTIONS
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward

PLENTY = 100_000_000
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--each", type=int, default=20, help="redemptions a caller and round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, options.callers, options.each, options.rounds))


async def _measure(servers: EmbeddedServers, callers: int, each: int, rounds: int) -> None:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    await database["raw_entries"].create_indexes(ENTRIES)
    await database["raw_redemptions"].create_indexes(REDEMPTIONS)
    await database["raw_rewards"].insert_many([{"_id": f"own-{n}", "stock": PLENTY} for n in range(callers)])
    await database["raw_rewards"].insert_one({"_id": "hot", "stock": PLENTY})
    cache = await connect_cache(servers.redis_url)
    keep_pace()
    context = build_context(database, cache)
    await publish_program(context, SYSTEM, _programme(callers))
    members = [await _a_member(context, number) for number in range(callers)]
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    names = ("motor", "pymongo", "redis", "uvloop")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))
    print(f"{callers} callers, {each} redemptions each and round, {rounds} rounds\n")
    await _redeem(context, members, 3, lambda number: f"own-{number}")
    found = [await _round(context, client, database, members, each) for _ in range(rounds)]
    await publish_program(context, SYSTEM, replace(_programme(callers), guards=(Guard("fast", "Fast", _GUARD),)))
    await _redeem(context, members, 3, lambda number: f"own-{number}")
    guarded = [await _guarded(context, client, database, members, each) for _ in range(rounds)]
    _print(found + guarded)
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


_GUARD = "redemption.hour > 1000000"


async def _round(
    context: Context, client: Client, database: Database, members: Sequence[Member], each: int
) -> Figures:
    count = len(members) * each
    rows = await _written(database, count)
    return {
        "distinct": await _rate(count, lambda: _redeem(context, members, each, lambda n: f"own-{n}")),
        "bare distinct": await _rate(count, lambda: _bare(client, database, rows, len(members), hot=False)),
        "hot": await _rate(count, lambda: _redeem(context, members, each, lambda _: "hot")),
        "bare hot": await _rate(count, lambda: _bare(client, database, _anew(rows), len(members), hot=True)),
        "limited": await _rate(count, lambda: _redeem(context, members, each, lambda n: f"limited-{n}")),
        "one": await _rate(each, lambda: _redeem(context, members[:1], each, lambda n: f"own-{n}")),
        "bare one": await _rate(each, lambda: _bare(client, database, _anew(rows[:each]), 1, hot=False)),
    }


async def _guarded(
    context: Context, client: Client, database: Database, members: Sequence[Member], each: int
) -> Figures:
    count = len(members) * each
    rows = await _written(database, count)
    return {
        "guarded": await _rate(count, lambda: _redeem(context, members, each, lambda n: f"own-{n}")),
        "bare guarded": await _rate(count, lambda: _bare(client, database, rows, len(members), hot=False)),
    }


def _print(rounds: list[Figures]) -> None:
    for name, words, baseline in (
        ("distinct", "distinct rewards", "bare distinct"),
        ("hot", "one hot reward", "bare hot"),
        ("limited", "distinct, two limits", "bare distinct"),
        ("guarded", "distinct, a guard that counts", "bare guarded"),
        ("one", "one caller", "bare one"),
    ):
        mine = [figures for figures in rounds if name in figures]
        ratio = median(figures[name] / figures[baseline] for figures in mine)
        rate, bare = median(f[name] for f in mine), median(f[baseline] for f in mine)
        print(f"{words + ':':32}{rate:>8,.0f} a second, bare {bare:>8,.0f}, ratio {ratio:.2f}")


async def _rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return count / (time.perf_counter() - begun)


async def _redeem(context: Context, members: Sequence[Member], each: int, code: Callable[[int], str]) -> None:
    async def caller(number: int, member: Member) -> None:
        actor = Actor(ActorKind.MEMBER, member.id)
        for _ in range(each):
            command = RedeemReward(member.id, code(number), secrets.token_hex(8))
            outcome = await redeem_reward(context, actor, command)
            if not isinstance(outcome, Redeemed):
                raise RuntimeError(f"refused: {outcome}")

    await asyncio.gather(*(caller(number, member) for number, member in enumerate(members)))


async def _written(database: Database, count: int) -> list[tuple[Document, Document]]:
    """So many entries and redemptions of other ids, made of those that were written last."""
    redemptions = await database["redemptions"].find({}).sort("_id", -1).to_list(count)
    wanted = [{"member": row["member"], "seq": row["seq"]} for row in redemptions]
    entries = {(row["member"], row["seq"]): row async for row in database["entries"].find({"$or": wanted})}
    pairs = [(entries[row["member"], row["seq"]], row) for row in redemptions]
    return _anew([pairs[number % len(pairs)] for number in range(count)])


def _anew(pairs: Sequence[tuple[Document, Document]]) -> list[tuple[Document, Document]]:
    made = []
    for entry, redemption in pairs:
        member, key = secrets.token_hex(10), entry["key"]
        vouchers = [
            voucher | {"code": secrets.token_hex(7), "bare": secrets.token_hex(7)}
            for voucher in redemption.get("vouchers", ())
        ]
        own = {"_id": secrets.token_hex(10), "member": member, "key": key, "vouchers": vouchers}
        plain = {name: value for name, value in entry.items() if name != "_id"}
        made.append((plain | {"member": member}, redemption | own))
    return made


async def _bare(
    client: Client, database: Database, pairs: list[tuple[Document, Document]], callers: int, *, hot: bool
) -> None:
    turn = asyncio.Lock()

    async def caller(number: int) -> None:
        code = "hot" if hot else f"own-{number}"
        for entry, redemption in pairs[number::callers]:
            held: Any = turn if hot else nullcontext()
            async with held:
                await _transact(client, database, entry, redemption, code)

    await asyncio.gather(*(caller(number) for number in range(callers)))


async def _transact(client: Client, database: Database, entry: Document, redemption: Document, code: str) -> None:
    async with await client.start_session() as session:
        session.start_transaction(
            read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
        )
        await database["raw_rewards"].update_one(
            {"_id": code, "stock": {"$gte": 1}}, {"$inc": {"stock": -1}}, session=session
        )
        await database["raw_redemptions"].insert_one(redemption, session=session)
        await database["raw_entries"].insert_one(entry, session=session)
        await session.commit_transaction()


def _programme(callers: int) -> Program:
    plain = Reward("hot", "A mug", RewardKind.COUPON, 1, stock=PLENTY, voucher_days=30)
    limits = (RewardLimit(PLENTY, Period.DAY), RewardLimit(PLENTY, Period.DAY, CapOf.EVERYONE))
    own = [replace(plain, code=f"own-{number}") for number in range(callers)]
    limited = [replace(plain, code=f"limited-{number}", limits=limits) for number in range(callers)]
    return Program(
        name="Bench",
        timezone="America/New_York",
        money="USD",
        currencies=(Currency("POINTS", "Points"),),
        earning=(),
        tiers=Tiers(Metric.POINTS, (Tier("bronze", "Bronze", Decimal(0)),)),
        rewards=(plain, *own, *limited),
    )


async def _a_member(context: Context, number: int) -> Member:
    id = secrets.token_hex(10)
    joined = datetime(2026, 3, 1, tzinfo=UTC)
    member = Member(
        id, f"ext-{number}", f"9{number:015d}", f"R{number:07d}", MemberStatus.ACTIVE, joined, Profile()
    )
    await context.members.insert(member)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = adjust(head.after.account("POINTS"), PLENTY, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
        if isinstance(changes, Refused):
            return changes
        return Draft("client:0", "", "POINTS", EntryKind.ADJUST, changes, SYSTEM, at, at)

    await context.poster.post(Posting(id, "client:0", "", decide))
    return member


if __name__ == "__main__":
    main()
