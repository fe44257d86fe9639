"""The dispatcher is killed at random instants until every message is through: none is lost, none is doubled.

    python -m bench.killed_dispatcher [--messages 10000] [--members 1000] [--processes 2] [--seed 1] [--no-kills]

Starts MongoDB and Valkey over a temporary directory, a partner's server that counts what it gets by its
`webhook-id`, and processes that dispatch whenever they get the lease. Each is killed with SIGKILL at random
instants and another one started, until all messages are through. Exit code 1 unless the server got each of them by
its one id, in the order of each member, and all are noted as sent.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.dispatcher_process import PARTNER
from bench.machine import tell_machine
from bench.people import enrolled, small_programme
from bench.receiver import Receiver, a_receiver
from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from domain.alerts.delivery import DeliveryState, provider_id
from domain.inbox.message import Message, NotificationKind
from domain.program.alerts import AlertHook, Alerts, Route
from domain.program.program import Program
from domain.program.rewards import Partner
from mongo.client import connect, open_database
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import House, build_context
from services.program.publish_program import publish_program

LONGEST_LIFE = 2.5
"""Seconds that a process dispatches before it is killed, at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `kills` while the killed one dispatched; `again`: what the server got more than once."""

    messages: int
    seconds: float
    kills: int
    distinct: int
    again: int
    expected: bool
    in_order: bool
    states: dict[str, int]

    @property
    def well(self) -> bool:
        """Whether each message came by its one id, in order, and is noted as sent."""
        all_sent = self.states == {DeliveryState.SENT.value: self.messages}
        return self.distinct == self.messages and self.expected and self.in_order and all_sent


async def put_messages(house: House, members: list[str], count: int) -> None:
    """So many rows of the inbox, the members in turn; their `number` counts from 1 a member."""
    now = house.context.clock()
    message = Message("", "", NotificationKind.POINTS_CHANGED, "points_earned", {}, now, title="+5 points")
    rows = [
        replace(
            message,
            member=members[number % len(members)],
            key=f"entry:{number // len(members) + 1}:points",
            data={"number": number // len(members) + 1},
        )
        for number in range(count)
    ]
    await house.context.inbox.put_many(rows)


async def publish_hook(house: House, program: Program) -> None:
    """The partner is told of everything, and no telephone rings."""
    routes = (Route(NotificationKind.POINTS_CHANGED, ()),)
    alerts = Alerts(routes=routes, digest=None, webhooks=(AlertHook(PARTNER),))
    partners = (*program.partners, Partner(PARTNER, "Counts"))
    await publish_program(house.context, SYSTEM, replace(program, alerts=alerts, partners=partners))


async def kill_until_through(
    house: House,
    uri: str,
    receiver: Receiver,
    *,
    messages: int,
    processes: int,
    seed: int,
    kills: bool = True,
    longest_life: float = LONGEST_LIFE,
) -> Outcome:
    """Keeps so many processes, each killed at random instants while it dispatches, until nothing waits."""
    dice, over, killed = random.Random(seed), asyncio.Event(), 0
    begun_at = time.monotonic()

    async def one_life() -> bool:
        """Whether it was killed while it dispatched, and not by the end of all."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bench.dispatcher_process", uri, house.database.name),
            *(house.cache.url, house.cache.prefix, receiver.url),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
        )
        assert process.stdout is not None
        begun = asyncio.create_task(process.stdout.readline())
        ending = asyncio.create_task(over.wait())
        try:
            await asyncio.wait({begun, ending}, return_when=asyncio.FIRST_COMPLETED)
            if begun.done() and not over.is_set():
                await asyncio.wait({ending}, timeout=dice.uniform(0, longest_life) if kills else None)
            return not over.is_set()
        finally:
            begun.cancel()
            ending.cancel()
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            await process.wait()

    async def lives() -> None:
        nonlocal killed
        while not over.is_set():
            killed += await one_life()

    async def watch() -> None:
        while len(receiver.got) < messages or await _waits(house):  # noqa: ASYNC110 other processes do it
            await asyncio.sleep(0.05)
        over.set()

    await asyncio.gather(watch(), *(lives() for _ in range(processes)))
    return await _outcome(house, receiver, messages, time.monotonic() - begun_at, killed)


async def _waits(house: House) -> bool:
    waiting = await house.database["deliveries"].find_one({"state": DeliveryState.WAITING.value})
    return waiting is not None or bool(await house.context.inbox.unrouted(limit=1))


async def _outcome(house: House, receiver: Receiver, messages: int, seconds: float, kills: int) -> Outcome:
    deliveries = await house.database["deliveries"].find({}, {"state": 1}).to_list(None)
    states: dict[str, int] = {}
    for row in deliveries:
        states[row["state"]] = states.get(row["state"], 0) + 1
    expected = {str(provider_id(row["_id"])) for row in deliveries}
    return Outcome(
        messages,
        seconds,
        kills,
        distinct=len(receiver.got),
        again=sum(receiver.got.values()) - len(receiver.got),
        expected=receiver.got.keys() == expected,
        in_order=all(order == sorted(order) for order in receiver.order.values()),
        states=states,
    )


async def bench(arguments: argparse.Namespace, say: Callable[[str], None]) -> bool:
    """Whether all went well."""
    with (
        tempfile.TemporaryDirectory(prefix="regulars-bench-") as directory,
        EmbeddedServers(Path(directory), mongodb=True, redis=True) as servers,
    ):
        database = open_database(connect(servers.mongodb_uri), "bench")
        await migrate(database)
        cache = await connect_cache(servers.redis_url)
        house = House(database, cache, build_context(database, cache))
        await publish_hook(house, small_programme())
        members = await enrolled(house.context, arguments.members)
        say(f"{arguments.messages:,} messages to {arguments.members:,} members, {arguments.processes} processes")
        await put_messages(house, members, arguments.messages)
        async with a_receiver() as receiver:
            found = await kill_until_through(
                house,
                servers.mongodb_uri,
                receiver,
                messages=arguments.messages,
                processes=arguments.processes,
                seed=arguments.seed,
                kills=not arguments.no_kills,
            )
        say(f"{found.seconds:.1f} s, {arguments.messages / found.seconds:,.0f} a second, {found.kills} kills")
        say(f"the receiver got {found.distinct:,} distinct ids, and {found.again:,} of them again")
        say(f"noted: {found.states}; in order: {found.in_order}; ids as planned: {found.expected}")
        await cache.aclose()
        database.client.close()
        return found.well


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-kills", action="store_true")
    arguments = parser.parse_args()
    tell_machine("motor", "httpx")
    sys.exit(0 if asyncio.run(bench(arguments, print)) else 1)


if __name__ == "__main__":
    main()
