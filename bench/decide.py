"""How fast events are decided, in one process: judged by fifty rules and made changes of entries, not stored.

    python -m bench.decide BASKETS.ndjson.gz [--limit N] [--profile]

Every member's state goes on from event to event, folded outside the clock; the clock is the processor's time of
this thread. The baselines of the same run: fifty flat rules with nothing to ask, and a round trip of the event
through JSON. Exit code 1 below 5,000 events a second.
"""

import argparse
import cProfile
import gc
import json
import os
import platform
import sys
import time
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.baskets import read_baskets
from bench.fifty_rules import PROGRAM, flat_only
from domain.earning.events.event import Event
from domain.earning.events.plain import event_from_plain, event_to_plain
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.posting.effect import Effect, effects
from domain.ledger.settle import settle
from domain.ledger.state import EMPTY_STATE, State, apply
from domain.program.program import Program
from domain.tiers.standing import tier_at

AIM = 5_000
JOINED = date(2016, 11, 1)


def main() -> int:
    options = _options()
    _print_machine()
    events = list(read_baskets(options.file))[: options.limit]
    # The baskets are the bench's own: a server that decides holds none of them to collect.
    gc.freeze()
    lines = sum(len(event.lines) for event in events)
    print(f"{len(events):,} baskets of {lines / len(events):.1f} lines, {len(PROGRAM.earning)} rules")
    if options.profile:
        cProfile.runctx("_decide(PROGRAM, events)", globals(), {"events": events}, sort="tottime")
        return 0
    seconds, fired = _decide(PROGRAM, events)
    a_second = len(events) / seconds
    print(
        f"\nfifty rules of all forms: {a_second:,.0f} events a second ({1e6 * seconds / len(events):.0f} µs each)"
    )
    seconds, _ = _decide(flat_only(), events)
    print(f"baseline, fifty flat rules: {len(events) / seconds:,.0f} events a second")
    seconds = _round_trip(events)
    print(f"baseline, event to JSON and back: {len(events) / seconds:,.0f} events a second")
    print(f"\nlines written: {sum(fired.values()):,}, by {len(fired)} rules")
    for rule, count in sorted(fired.items()):
        print(f"  {rule:<24}{count:>9,}")
    return 0 if a_second >= AIM else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="baskets.ndjson.gz")
    parser.add_argument("--limit", type=int, help="only the first so many baskets")
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of how much it is")
    return parser.parse_args()


def _print_machine() -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}")
    print(f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    packages = ", ".join(f"{name} {version(name)}" for name in ("cel-expr-python", "protobuf"))
    print(f"versions: Python {platform.python_version()}, {packages}")


def _decide(program: Program, events: list[Event]) -> tuple[float, Counter[str]]:
    """Seconds that all decisions took, and how often each rule wrote a line."""
    states: dict[str, State] = {}
    fired: Counter[str] = Counter()
    person, spent = Person(JOINED), 0
    for event in events:
        before = settle(states.get(event.member, EMPTY_STATE), event.occurred_at)
        began = time.thread_time_ns()
        written = _decide_one(program, event, before, person)
        spent += time.thread_time_ns() - began
        state = before
        for effect in written:
            state = apply(state, effect.currency, effect.changes, 0)
            fired.update(line.rule for line in effect.lines)
        states[event.member] = state
    return spent / 1e9, fired


def _decide_one(program: Program, event: Event, state: State, person: Person) -> list[Effect]:
    tier = tier_at(program, state, event.occurred_at)
    found = effects(Circumstances(program, event, state, person, tier), state, event.occurred_at)
    if not isinstance(found, list):
        sys.exit(f"{event.id}: {found}")
    return found


def _round_trip(events: list[Event]) -> float:
    began = time.thread_time_ns()
    for event in events:
        event_from_plain(json.loads(json.dumps(event_to_plain(event))), event.member)
    return (time.thread_time_ns() - began) / 1e9


if __name__ == "__main__":
    sys.exit(main())
