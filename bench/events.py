"""How many events a second come in and are in the ledger: a programme of 50 rules, against one of a single rule.

    python -m bench.events [--events 10000] [--members 2000] [--batch 500] [--calls 2] [--rounds 3]

Starts MongoDB and Valkey of its own over a temporary directory. Each round records as many events under each
programme, for members of its own, in batches as `recordEvents` takes them, of which some are on their way at a
time. What is printed are medians over the rounds, of the ratio as well: a ratio is of one round, so that a machine
with other work to do is unfair to both. At the end the ledger is held to its laws.

- one rule: a point for each 1.00.
- fifty rules: forty for purchases, with conditions in expressions, schedules, multipliers and caps of the
  member's an event, a day and a month; ten for other types of event; two counters, and a cap of the programme.
- fifty, a budget: the same, of which one rule has a budget of everyone that does not run out; each event uses it,
  and so is a transaction.
- fifty, used up: that budget has run out.
"""

import argparse
import asyncio
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import uvloop

from cache.client import connect as connect_cache
from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.intake import RecordEvent, RecordLine
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule, Schedule, Stack, Weekday
from domain.program.engagement import Counter
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program
from mongo.client import connect, open_database
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context
from services.context import Context
from services.earning.record_events import Recorded, record_events
from services.ledger.verify_ledger import verify_ledger
from services.members.enrol_members import enrol_members
from services.program.publish_program import publish_program

SHOP = Actor(ActorKind.SERVICE, "shop")
CATEGORIES = ("BAKERY", "DAIRY", "PRODUCE", "MEAT", "WINE")
TIERS = Tiers(
    Metric.POINTS,
    (Tier("bronze", "Bronze", Decimal(0)), Tier("silver", "Silver", Decimal(1_000), Decimal("1.25"))),
)
SPEND = EarningRule("spend", "Spend", ("purchase",), 1, Decimal("1.00"))
PLAIN = Program(
    name="One rule",
    timezone="Europe/Berlin",
    money="EUR",
    currencies=(Currency("POINTS", "Points"),),
    earning=(SPEND,),
    tiers=TIERS,
)
DAILY = (Cap(500, CapPeriod.DAY),)
MONTHLY = (Cap(2_000, CapPeriod.MONTH),)


def fifty() -> Program:
    """The programme of 50 rules."""
    rules = [
        replace(SPEND, caps=DAILY),
        *(_of_category(index, category) for index, category in enumerate(CATEGORIES * 2)),
        *(_above(euros) for euros in range(10, 110, 10)),
        *(_nth(number) for number in range(1, 8)),
        *(_on_day(day) for day in Weekday),
        *(_multiplier(index, category) for index, category in enumerate(CATEGORIES)),
        *(EarningRule(f"other-{number}", "Other", (f"other_{number}",), 5) for number in range(10)),
    ]
    return replace(
        PLAIN,
        name="Fifty rules",
        earning=tuple(rules),
        counters=(
            Counter("orders", ("purchase",)),
            Counter("baskets", ("purchase",), last_days=7),
        ),
        caps=(Cap(5_000, CapPeriod.MONTH),),
    )


def with_budget(program: Program, points: int) -> Program:
    """The same with a budget of everyone on its first rule."""
    first, *others = program.earning
    budget = Cap(points, CapPeriod.EVER, CapOf.EVERYONE)
    return replace(program, earning=(replace(first, caps=(budget,)), *others))


def _of_category(index: int, category: str) -> EarningRule:
    caps = MONTHLY if index % 2 else (Cap(30, CapPeriod.EVENT),)
    return EarningRule(
        f"category-{index}",
        category.title(),
        ("purchase",),
        1,
        Decimal("2.00"),
        lines=f'line.category == "{category}" && line.quantity > 0',
        caps=caps,
    )


def _above(euros: int) -> EarningRule:
    return EarningRule(
        f"above-{euros}",
        f"Above {euros}",
        ("purchase",),
        euros // 10,
        when=f"event.amount >= {euros * 100} && event.units >= 2",
        stack=Stack.BEST,
        group="above",
        caps=MONTHLY,
    )


def _nth(number: int) -> EarningRule:
    when = f"counters.orders % {number + 1} == {number} || counters.baskets > {number * 3}"
    return EarningRule(f"nth-{number}", "Nth", ("purchase",), 2, when=when, caps=MONTHLY)


def _on_day(day: Weekday) -> EarningRule:
    return EarningRule(f"on-{day}", "Day", ("purchase",), 3, schedule=Schedule(days=(day,)), caps=MONTHLY)


def _multiplier(index: int, category: str) -> EarningRule:
    return EarningRule(
        f"times-{index}",
        "Times",
        ("purchase",),
        multiply=Decimal("1.5"),
        of=("spend",),
        when=f'event.lines.exists(line, line.category == "{category}") && member.days >= {index}',
        caps=MONTHLY,
    )


@dataclass(frozen=True, slots=True)
class Load:
    """How much is recorded, and how."""

    events: int
    batch: int
    calls: int


class Figure(NamedTuple):
    """Events a second, and the microseconds of this process's own work for each."""

    rate: float
    work: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000, help="events a programme and round")
    parser.add_argument("--members", type=int, default=2_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--calls", type=int, default=2, help="batches on their way at a time")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    load = Load(options.events, options.batch, options.calls)
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, load, options.members, options.rounds))


async def _measure(servers: EmbeddedServers, load: Load, members: int, rounds: int) -> None:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    cache = await connect_cache(servers.redis_url)
    keep_pace()
    context = build_context(database, cache)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    names = ("motor", "pymongo", "redis", "uvloop", "cel-expr-python")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))
    programs = {
        "one rule": PLAIN,
        "fifty rules": fifty(),
        "fifty, a budget": with_budget(fifty(), 10**9),
        "fifty, used up": with_budget(fifty(), 1),
    }
    await publish_program(context, SYSTEM, PLAIN)
    crowds = {name: await _enrol(context, name, members) for name in programs}
    figures: list[dict[str, Figure]] = []
    for number in range(rounds + 1):
        figures.append({})
        for name, program in programs.items():
            few = replace(load, events=min(load.events, 4 * load.batch)) if "budget" in name else load
            rate = await _rate(context, program, crowds[name], few, f"{number}-{name}")
            figures[-1][name] = rate
    _print(figures[1:], load)  # the first one warms up
    await _describe(context, crowds["fifty rules"])
    report = await verify_ledger(context)
    print(f"verify: {report.entries:,} entries, {len(report.violations)} violations")
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


async def _enrol(context: Context, name: str, count: int) -> list[str]:
    ids = [f"{name}-{number}" for number in range(count)]
    for start in range(0, count, 500):
        await enrol_members(context, SHOP, [Enrol(id) for id in ids[start : start + 500]])
    return ids


async def _rate(context: Context, program: Program, members: Sequence[str], load: Load, name: str) -> Figure:
    """From their being sent to their being answered."""
    await publish_program(context, SYSTEM, program)
    now = context.clock()
    events = [
        _purchase(f"{name}-{number}", members[number % len(members)], number, now) for number in range(load.events)
    ]
    batches = [events[start : start + load.batch] for start in range(0, len(events), load.batch)]
    begun, worked = time.perf_counter(), time.process_time()
    waiting = iter(batches)

    async def caller() -> None:
        for batch in waiting:
            results = await record_events(context, SHOP, batch)
            assert all(isinstance(result, Recorded) for result in results), results

    await asyncio.gather(*(caller() for _ in range(load.calls)))
    rate = load.events / (time.perf_counter() - begun)
    return Figure(rate, (time.process_time() - worked) * 1e6 / load.events)


def _purchase(id: str, member: str, number: int, now: datetime) -> RecordEvent:
    lines = tuple(
        RecordLine(
            f"sku-{place}", Decimal(100 + number * 37 % 1_900) / 100, CATEGORIES[(number + place) % 5], None, 1
        )
        for place in range(3)
    )
    return RecordEvent(
        source="shop",
        id=f"{id}-{secrets.token_hex(4)}",
        type="purchase",
        member=MemberLookup(external_id=member),
        occurred_at=now - timedelta(seconds=number % 3_600),
        channel="store" if number % 3 else "web",
        lines=lines,
    )


def _print(rounds: Sequence[dict[str, Figure]], load: Load) -> None:
    how = f"{load.events:,} events in batches of {load.batch}, {load.calls} at a time"
    print(f"\nmedians of {len(rounds)} rounds; {how}")
    for name in rounds[0]:
        rate = median(figures[name].rate for figures in rounds)
        ratio = median(figures[name].rate / figures["one rule"].rate for figures in rounds)
        work = median(figures[name].work for figures in rounds)
        print(f"{name + ':':20}{rate:>8,.0f} a second, {ratio:.2f} of one rule; {work:,.0f} µs of Python an event")


async def _describe(context: Context, members: Sequence[str]) -> None:
    found = await context.members.find(MemberLookup(external_id=members[0]))
    if found is None:
        return
    entries = await context.ledger.since(found.id, 0)
    lines = sum(len(entry.lines) for entry in entries) / len(entries)
    print(f"an event gave by {lines:.1f} rules; a member has {len(entries[-1].after.counters)} counters")


if __name__ == "__main__":
    main()
