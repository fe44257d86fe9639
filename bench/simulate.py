"""How fast a year of real baskets is simulated: the programme in force and a draft, fifty rules each.

    python -m bench.simulate BASKETS.ndjson.gz [--limit N]

Starts MongoDB and Valkey of its own over a temporary directory, puts the baskets there as recorded events, then:
1. the baseline: the events are read as a simulation reads them, by one process, and nothing else;
2. `regulars program simulate` of a draft that doubles what is spent, its start included.
Exit code 1 when the simulation takes a minute or longer.
"""

import argparse
import asyncio
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.baskets import read_baskets
from bench.fifty_rules import PROGRAM
from domain.earning.events.event import Event
from domain.earning.events.plain import event_from_plain, event_to_plain
from mongo.client import connect, open_database
from mongo.events import Events
from runtime.embedded.servers import EmbeddedServers
from services.program.dump import dump_program
from services.simulation.history import PAGE

ROOT = Path(__file__).parent.parent
AIM = 60.0
JOINED = datetime(2016, 11, 1, 12, tzinfo=UTC)
CLAIMED = datetime(2018, 2, 1, tzinfo=UTC)
BATCH = 2_000
_UNCAPPED = {f"units-{place}" for place in range(6, 10)}


def main() -> int:
    options = _options()
    events = list(read_baskets(options.file))[: options.limit]
    with tempfile.TemporaryDirectory() as place, EmbeddedServers(Path(place)) as servers:
        client: MongoClient[dict[str, Any]] = MongoClient(servers.mongodb_uri)
        _print_machine(client)
        env = os.environ | {"MONGODB_URI": servers.mongodb_uri, "REDIS_URL": servers.redis_url}
        env |= {"DATA_DIR": place}
        _regulars(env, "migrate")
        _regulars(env, "program", "publish", str(_file(place, "in-force")))
        lines = sum(len(event.lines) for event in events) / len(events)
        print(f"{len(events):,} baskets of {lines:.1f} lines, {len(PROGRAM.earning)} rules on either side")
        _insert(client, events)
        began = time.perf_counter()
        asyncio.run(_read(servers.mongodb_uri))
        reading = time.perf_counter() - began
        print(f"\nbaseline, reading alone: {reading:.1f} s = {len(events) / reading:,.0f} events a second")
        began, busy = time.perf_counter(), _cpu_seconds()
        told = _regulars(env, "program", "simulate", str(_file(place, "draft", points=2)))
        seconds, busy = time.perf_counter() - began, _cpu_seconds() - busy
        client.close()
    print(f"simulation, two sides: {seconds:.1f} s = {2 * len(events) / seconds:,.0f} events a second")
    print(
        f"processor time of both processes: {busy:.1f} s, {1e6 * busy / len(events) / 2:.0f} µs an event and side"
    )
    print(f"that is {seconds / reading:.1f} times as long as reading; load now {os.getloadavg()[0]:.1f}\n\n{told}")
    return 0 if seconds < AIM else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="baskets.ndjson.gz")
    parser.add_argument("--limit", type=int, help="only the first so many baskets")
    return parser.parse_args()


def _print_machine(client: MongoClient[dict[str, Any]]) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}")
    print(f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    packages = ", ".join(f"{name} {version(name)}" for name in ("cel-expr-python", "motor", "pymongo", "uvloop"))
    print(f"versions: Python {platform.python_version()}, MongoDB {client.server_info()['version']}, {packages}")


def _file(place: str, name: str, *, points: int = 1) -> Path:
    """The programme's file; what is spent gives so many points.

    A programme that can be published keeps at most 200 numbers for each member: some caps a day are left out.
    """
    rules = [replace(rule, points=points) if rule.code == "spend" else rule for rule in PROGRAM.earning]
    rules = [replace(rule, caps=rule.caps[:1]) if rule.code in _UNCAPPED else rule for rule in rules]
    file = Path(place) / f"{name}.yaml"
    file.write_text(dump_program(replace(PROGRAM, earning=tuple(rules))))
    return file


def _insert(client: MongoClient[dict[str, Any]], events: list[Event]) -> None:
    """The members, and the events as their claims stand when all is done."""
    database = client["regulars"]
    database["members"].insert_many(
        {
            "_id": member,
            "cardNumber": f"card-{member}",
            "referralCode": f"code-{member}",
            "status": "ACTIVE",
            "joinedAt": JOINED,
            "joinDay": "11-01",
            "profile": {"locale": "en", "timezone": "UTC", "attributes": {}},
        }
        for member in {event.member for event in events}
    )
    for start in range(0, len(events), BATCH):
        database["events"].insert_many(map(_claim, events[start : start + BATCH]), ordered=False)


def _claim(event: Event) -> dict[str, Any]:
    return {
        "_id": event.claim_id,
        "member": event.member,
        "input": "0" * 32,
        "occurredAt": event.occurred_at,
        "claimedAt": CLAIMED,
        "effectiveAt": event.occurred_at,
        "state": "DONE",
        "body": event_to_plain(event) | {"by": ["SERVICE", "bench"]},
    }


async def _read(uri: str) -> None:
    client = connect(uri)
    now = datetime.now(UTC)
    async for page in Events(open_database(client, "regulars")).history(None, now, claimed_by=now, limit=PAGE):
        for one in page:
            event_from_plain(one.body, one.member)
    client.close()


def _cpu_seconds() -> float:
    """Processor time so far of the commands that have ended, and of the processes that they waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _regulars(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "runtime.cli", *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"regulars {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
