"""How fast messages are planned and put into their readers' words, in one process on one core.

    python -m bench.planning [--entries 20000] [--profile]

Entries of every kind that members hear of, for readers of six languages in turn; planned (which messages follow,
with which values), then said (in the reader's language, numbers and dates as it writes them). The clock is the
processor's time of this thread. The baseline of the same run: the same messages planned, and one plain English
sentence formatted for each, with nothing of the language known. Exit code 1 below 5,000 messages a second.
"""

import argparse
import cProfile
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.machine import tell_machine
from domain.actors import SYSTEM
from domain.alerts.preferences import Preferences
from domain.inbox.message import Message
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.seal import seal
from domain.ledger.state import Account, Changes, State, TierMark
from domain.members.member import Member, MemberStatus, Profile
from domain.program.program import Program
from notifications.plan import plan
from notifications.plan_expiring import plan_expiring
from notifications.words.say import say
from services.program.load_program import load_program

AIM = 5_000
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ENDS = datetime(2026, 7, 1, 4, tzinfo=UTC)
LOCALES = ("en", "zh-Hans", "zh-Hant", "ja", "es", "ar")
PLAIN = "{points:,} {currency}: your balance is {balance:,}."
DEMO = "demo/programme.yaml"


def main() -> int:
    options = _options()
    tell_machine("jinja2", "babel")
    program = load_program(DEMO)
    if not isinstance(program, Program):
        raise SystemExit("\n".join(map(str, program)))
    readers = [_reader(number, locale) for number, locale in enumerate(LOCALES)]
    entries = list(_entries(program, options.entries))
    gc.freeze()
    _all(program, entries[:100], readers)  # the catalogs are read and the formats made once a process
    if options.profile:
        cProfile.runctx("_all(program, entries, readers)", globals(), locals(), sort="tottime")
        return 0
    count, seconds = _all(program, entries, readers)
    a_second = count / seconds
    print(f"\n{count:,} messages of {len(entries):,} entries, in {', '.join(LOCALES)}")
    print(f"planned and said: {a_second:,.0f} messages a second ({1e6 * seconds / count:.0f} µs each)")
    count, bare = _planned(program, entries, _plainly)
    plain = count / bare
    print(f"baseline, planned and formatted plainly: {plain:,.0f} messages a second; ratio {a_second / plain:.2f}")
    return 0 if a_second >= AIM else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000, help="how many entries are planned")
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of how much it is")
    return parser.parse_args()


def _all(program: Program, entries: Sequence[Entry], readers: Sequence[Member]) -> tuple[int, float]:
    return _planned(
        program,
        entries,
        lambda message, place: say(message, member=readers[place % len(readers)], program=program),
    )


def _planned(
    program: Program, entries: Sequence[Entry], put: Callable[[Message, int], object]
) -> tuple[int, float]:
    """How many messages there were, and the processor's seconds for planning each and putting it into words."""
    count, wishes = 0, Preferences("ann")
    began = time.thread_time()
    for place, entry in enumerate(entries):
        messages = plan(entry, wishes, program, before=entry.after, now=NOW)
        # One in ten is met by the daily sweep, too.
        if place % 10 == 0:
            messages += plan_expiring(entry.member, entry.after, program, NOW + timedelta(days=14))
        for message in messages:
            put(message, place)
        count += len(messages)
    return count, time.thread_time() - began


def _plainly(message: Message, place: int) -> object:
    values: dict[str, Any] = {"points": 0, "currency": "", "balance": 0, **message.values}
    return PLAIN.format(**values)


def _reader(number: int, locale: str) -> Member:
    profile = Profile(given_name="Ada", locale=locale)
    return Member(f"m{number}", None, "", "", MemberStatus.ACTIVE, NOW, profile)


def _entries(program: Program, count: int) -> Iterator[Entry]:
    code = program.default_currency.code
    account = Account((Lot(ENDS, 2_000),), pending=(Pending(ENDS, None, 300),), earned=2_300)
    head = Head("ann", 4, State({code: account}), NOW, NOW, b"")
    tier = program.tiers.levels[1].code
    kinds = (
        (EntryKind.EARN, Changes((Lot(ENDS, 500),), earned=500)),
        (EntryKind.EARN, Changes((Lot(ENDS, 1_250),), earned=1_250, tier=TierMark(tier, NOW))),
        (EntryKind.REDEEM, Changes((Lot(ENDS, -700),), redeemed=700)),
        (EntryKind.ADJUST, Changes((Lot(ENDS, 50),), adjusted=50)),
        (EntryKind.PENDING, Changes(pending=(Pending(ENDS, None, 120),), earned=120)),
        (EntryKind.EXPIRE, Changes((Lot(ENDS, -2_000),), expired=2_000)),
    )
    for number in range(count):
        kind, changes = kinds[number % len(kinds)]
        draft = Draft(
            key=f"k{number}",
            input="",
            currency=code,
            kind=kind,
            changes=changes,
            actor=SYSTEM,
            occurred_at=NOW,
            effective_at=NOW,
        )
        yield seal(head, draft, NOW)


if __name__ == "__main__":
    sys.exit(main())
