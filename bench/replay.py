"""A year under the demo programme: what each rule gave, compared with what it gave before.

    python -m bench.replay BASKETS.ndjson.gz [--write]
    python -m bench.replay [--write]

Of real baskets, or of 600 things that the people of the demo did. The totals by rule are checked in
(tests/golden/retail_year.json and demo_year.json): a change of them is a change of what members would have got.
--write: puts the new ones in their place. Exit code 1 when they differ.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.baskets import read_baskets
from bench.totals import Totals, Year
from demo.activity import Span
from demo.load import PROGRAMME
from demo.story import story
from domain.earning.events.event import Event
from domain.earning.events.intake import take_in
from domain.program.program import Program
from services.program.load_program import load_program

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
RETAIL, DEMO = GOLDEN / "retail_year.json", GOLDEN / "demo_year.json"
_SPAN = Span(datetime(2026, 11, 22, 15, tzinfo=UTC))


def main() -> int:
    options = _options()
    started = time.perf_counter()
    totals, file = (replay(options.file), RETAIL) if options.file else (replay_demo(), DEMO)
    seconds = time.perf_counter() - started
    _print(totals)
    print(f"\n{totals['events']:,} events in {seconds:.1f} s")
    if options.write:
        file.write_text(json.dumps(totals, indent=2) + "\n", encoding="utf-8")
        return 0
    same = totals == checked_in(file)
    print("as checked in" if same else f"NOT AS CHECKED IN: see {file.name}, and --write if it is meant to change")
    return 0 if same else 1


def replay(file: Path) -> Totals:
    """What the baskets of a file come to under the demo programme."""
    return Year(demo_program()).live(read_baskets(file))


def replay_demo() -> Totals:
    """What some of the demo's people come to under its programme."""
    program = demo_program()
    return Year(program).live(_activity(program))


def checked_in(file: Path) -> Totals:
    """The totals of before."""
    totals: Totals = json.loads(file.read_text(encoding="utf-8"))
    return totals


def demo_program() -> Program:
    """The demo programme, as its file has it."""
    program = load_program(PROGRAMME)
    if isinstance(program, list):
        sys.exit("\n".join(map(str, program)))
    return program


def _activity(program: Program) -> Iterator[Event]:
    commands = [command for week in story(_SPAN, members=25, events=600) for command in week.events]
    for command in sorted(commands, key=lambda one: one.occurred_at):
        event = take_in(program, command, command.member.external_id or "", _SPAN.end)
        if isinstance(event, Event):
            yield event


def _print(totals: Totals) -> None:
    print(f"{'rule':<28}{'lines':>10}{'points':>14}{'left out by caps':>20}")
    for rule, one in totals["rules"].items():
        print(f"{rule:<28}{one['lines']:>10,}{one['points']:>14,}{one['cut']:>20,}")
    print(f"{'in all':<28}{'':>10}{totals['points']:>14,}")
    for name in ("reached", "budgets", "tiers"):
        print(f"\n{name}: " + ", ".join(f"{what} {number:,}" for what, number in totals[name].items()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", help="baskets.ndjson.gz; the demo's people if left out")
    parser.add_argument("--write", action="store_true", help="check the new totals in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
