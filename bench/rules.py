"""What expressions cost: one condition, fifty of them an event, and the worst hostile one that is accepted.

    python -m bench.rules [--seconds 20] [--seed 1]

Processor time of one thread, the best of some rounds. Hostile ones are the hand-made worst, and as
many random ones as the seconds allow, over the largest facts that an event, a member and a programme can bring.
"""

import argparse
import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

from bench.hostile import HAND_MADE, LARGEST, Writer
from domain.rules import (
    DateFacts,
    EventFacts,
    Expression,
    Facts,
    Gives,
    LineFacts,
    MemberFacts,
    Scope,
    compile_expression,
)
from domain.rules.cost import MAX_STEPS
from domain.rules.expression import MAX_LENGTH

CONDITIONS = [
    "event.amount >= {n}000",
    "event.type == 'purchase' && event.channel in ['app', 'web', 'shop-{n}']",
    "event.lines.exists(l, l.category == 'coffee' && l.amount > {n})",
    "event.lines.filter(l, l.brand == 'acme').size() >= {n}",
    "member.tier == 'gold' && member.days > {n}",
    "counters.coffee % 5 == 4 && date.weekday <= 5 && date.hour >= {n}",
    "'segment-{n}' in member.segments",
    "has(attributes.table) && attributes.table == {n}",
    "date.month == 12 && !('holiday-{n}' in date.calendars)",
    "member.age >= 18 && (member.birthday || member.anniversary) && event.units > {n}",
]


def usual() -> Facts:
    """A basket of five lines of a member in two segments."""
    line = LineFacts("espresso", "coffee", "acme", 2, 700)
    return Facts(
        EventFacts("purchase", "pos", "app", "zurich", 3_500, 10, (line,) * 5),
        MemberFacts("gold", 2, 400, 33, False, False, "en", "CH", False, ("vip", "new"), ()),
        DateFacts(2026, 11, 22, 7, 21, 5, 47, ()),
        {"coffee": 4},
        {},
        {"table": 12},
        {"diet": "vegan"},
    )


def compiled(text: str) -> Expression | None:
    result = compile_expression(text, scope=Scope.LINE, gives=Gives.TRUTH, counters=("coffee",))
    return result if isinstance(result, Expression) else None


def seconds(work: Callable[[], object], times: int = 1) -> float:
    begun = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - begun) / times


def show_usual() -> None:
    conditions = [compiled(text.format(n=n)) for n in range(5) for text in CONDITIONS]
    known = [condition for condition in conditions if condition is not None]

    def event() -> None:
        facts = usual()
        for condition in known:
            condition.evaluate(facts)

    event()
    together = min(seconds(event, 200) for _ in range(10))
    print(f"{len(known)} conditions of an event of 5 lines, its facts made anew: {together * 1e6:.0f} µs")
    facts = usual()
    for condition in known[: len(CONDITIONS)]:
        one = min(seconds(lambda c=condition: c.evaluate(facts), 1_000) for _ in range(5))  # type: ignore[misc]
        print(f"  {one * 1e6:5.1f} µs  {condition.text}")


def show_hostile(options: argparse.Namespace) -> None:
    begun, count, accepted = time.monotonic(), 0, 0
    slowest, dearest, compiling = (0.0, 0, ""), (0.0, 0, ""), 0.0
    for text in _texts(random.Random(options.seed)):
        if time.monotonic() - begun > options.seconds:
            break
        count += 1
        compile_begun = time.thread_time()
        expression = compiled(text)
        compiling = max(compiling, time.thread_time() - compile_begun)
        if expression is None:
            continue
        accepted += 1
        for facts in LARGEST:
            expression.evaluate(facts)
            took = min(seconds(lambda: expression.evaluate(facts)) for _ in range(2))  # noqa: B023
            slowest = max(slowest, (took, expression.steps, text))
            if took > 100e-6:
                dearest = max(dearest, (took / expression.steps, expression.steps, text))
    print(f"hostile: {count:,} texts, {accepted:,} accepted ({MAX_STEPS:,} steps are allowed)")
    print(f"  slowest to compile or refuse: {compiling * 1e3:.1f} ms")
    print(f"  slowest accepted: {slowest[0] * 1e3:.1f} ms, {slowest[1]:,} steps: {slowest[2][:300]}")
    print(f"  dearest step: {dearest[0] * 1e9:.0f} ns, of {dearest[1]:,}: {dearest[2][:300]}")


def _texts(chance: random.Random) -> Iterator[str]:
    yield from HAND_MADE
    while True:
        text = Writer(chance).condition(chance.randint(1, 6))
        if len(text) <= MAX_LENGTH:
            yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="how long to look for hostile ones")
    parser.add_argument("--seed", type=int, default=1)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"cel-expr-python {version('cel-expr-python')}, protobuf {version('protobuf')}")
    show_usual()
    show_hostile(parser.parse_args())


if __name__ == "__main__":
    main()
