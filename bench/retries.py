"""What a storm of retries costs, and a crowd at one member: 1,000 retries of one key, 64 writers in 64 processes.

    python -m bench.retries [--retries 1000] [--at-a-time 50] [--writers 64] [--each 3]

Starts MongoDB and Valkey of its own over a temporary directory. Writers are posters that know nothing of each
other, as those of so many processes; they share one event loop.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import uvloop

import demo
from cache.client import connect as connect_cache
from domain.actors import SYSTEM, Actor, ActorKind, Role
from domain.ledger.decide import earn
from domain.ledger.entry import AwardLine, Draft, EntryKind, Head
from domain.members.enrol import Enrol
from domain.refusals import Refused
from mongo.client import Database, connect, open_database
from mongo.faults import Contention
from mongo.ledger import Ledger
from mongo.migrate import migrate
from mongo.transactions import Transactions
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import build_context, system_clock
from services.identity import Identity
from services.ledger.poster import Poster, Posting
from services.members.enrol_members import Enrolled, enrol_members
from services.program.load_program import load_program
from services.program.publish_program import publish_program
from services.support.adjust_points import AdjustPoints, adjust_points

AGENT = Identity("agent", frozenset({Role.AGENT}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retries", type=int, default=1_000)
    parser.add_argument("--at-a-time", type=int, default=50)
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--each", type=int, default=3, help="commands a writer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, options))


async def _measure(servers: EmbeddedServers, options: argparse.Namespace) -> None:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    cache = await connect_cache(servers.redis_url)
    context = build_context(database, cache)
    program = load_program(Path(demo.__file__).parent / "programme.yaml")
    assert not isinstance(program, list)
    await publish_program(context, SYSTEM, program)
    await context.poster.post(_posting("warm", "client:warm"))

    async def storm(retry: Callable[[], Awaitable[Any]]) -> float:
        free = asyncio.Semaphore(options.at_a_time)

        async def one() -> None:
            async with free:
                await retry()

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(options.retries)))
        return time.perf_counter() - begun

    print(f"{options.retries} retries of one key, {options.at_a_time} at a time:")
    single = await storm(lambda: context.poster.post(_posting("ann", "client:1")))
    print(f"  of one posting: {single:.2f} s, {(await context.ledger.head('ann')).seq} effect")
    actor = Actor(ActorKind.SERVICE, "bench")
    (bob,) = await enrol_members(context, actor, [Enrol("bob")])
    assert isinstance(bob, Enrolled)
    command = AdjustPoints(bob.member.id, 5, "GOODWILL", "sorry", "k")
    adjusted = await storm(lambda: adjust_points(context, AGENT, command))
    head = await context.ledger.head(bob.member.id)
    print(f"  of an adjustment with its note: {adjusted:.2f} s, {head.seq} effect")
    await _crowd(database, options.writers, options.each)
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


async def _crowd(database: Database, writers: int, each: int) -> None:
    attempts: list[int] = []
    gave_up = 0

    async def writer(number: int) -> None:
        nonlocal gave_up
        poster = Poster(Ledger(database), Transactions(database.client), system_clock)
        for turn in range(each):
            outcome = None
            while outcome is None:
                posting = _posting("crowded", f"client:{number}:{turn}")
                try:
                    outcome = await poster.post(posting)
                except Contention:
                    gave_up += 1
                attempts.append(posting.attempts)

    begun = time.perf_counter()
    await asyncio.gather(*(writer(number) for number in range(writers)))
    seconds = time.perf_counter() - begun
    head = await Ledger(database).head("crowded")
    print(f"{writers} writers in as many processes on one member, {each} commands each: {seconds:.2f} s")
    average = sum(attempts) / head.seq
    print(f"  {head.seq} effects; lost races a command: {average:.1f} on average, {max(attempts)} at most")
    print(f"  asked to try again at the bound: {gave_up}")


def _posting(member: str, key: str) -> Posting:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = earn(head.after.account("POINTS"), 1, expires_at=None)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input="0" * 32,
            currency="POINTS",
            kind=EntryKind.EARN,
            changes=changes,
            actor=SYSTEM,
            occurred_at=at,
            effective_at=at,
            lines=(AwardLine("one", 1, 1, "1 point"),),
        )

    return Posting(member, key, "0" * 32, decide)


if __name__ == "__main__":
    main()
