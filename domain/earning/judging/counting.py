"""What an event counts: counters, and streaks."""

import math
from collections.abc import Iterable

from domain.earning.events.event import EventLine
from domain.earning.facts.known import Known
from domain.earning.facts.periods import keeps, running
from domain.earning.facts.recorded import streak_bucket, streak_value, too_late
from domain.earning.judging.book import Book
from domain.earning.judging.missed import Missed, failed
from domain.earning.planning.gates import shut
from domain.earning.planning.planned import Counting
from domain.program.earning import Period
from domain.program.engagement import Counts
from domain.rules import Failed

# To look one up in its enumeration takes ten times as long.
_DAYS, _UNITS, _AMOUNT = Counts.DAYS, Counts.UNITS, Counts.AMOUNT
_DAY = Period.DAY


def count_counters(known: Known, book: Book) -> None:
    """Each counter counts in the period of the event's own day."""
    for planned in known.plan.counting.get(known.event.type, ()):
        counter, keep = planned.counter, planned.keep
        amount = amount_of(known, book, planned.counting)
        period = known.period(planned.per)
        if amount <= 0 or too_late(known.state.counters.get(counter.code, ()), period, keep):
            continue
        if counter.counts is _DAYS and not first_of_day(known, book, counter.code):
            continue
        book.count(counter.code, period, amount, keep)


def count_streaks(known: Known, book: Book) -> None:
    """A streak grows with its next period, and begins anew when more was missed than its grace."""
    for planned in known.plan.running.get(known.event.type, ()):
        streak = planned.streak
        missed = shut(known, planned.when)
        if missed:
            _note_failure(book, f"streak:{streak.code}", missed)
            continue
        period, last = running(streak.per, known.day), streak_bucket(streak, known.state)
        # What comes late changes nothing of what went on without it.
        if last is None or period > last.period:
            length = streak_value(streak, known.state, known.day) + 1
            book.count(f"streak:{streak.code}", period, length)


def amount_of(known: Known, book: Book, counting: Counting) -> int:
    """What the event counts for something; 0 when it does not, or it cannot be told."""
    name, counts, when, lines = counting
    missed = shut(known, when) if when else None
    found = known.lines(lines) if missed is None else ()
    if isinstance(found, Failed):
        missed = failed(found.reason)
    if missed or isinstance(found, Failed):
        _note_failure(book, name, missed)
        return 0
    if counts is _UNITS:
        return sum([line.quantity for line in found])
    if counts is _AMOUNT:
        return known.amount if lines is None else _paid(known, found)
    return 1 if lines is None or found else 0


def first_of_day(known: Known, book: Book, name: str) -> bool:
    """Whether something that counts days has not counted the event's yet; it has from now on.

    Days are kept beside the count; one that is older than all of these is taken as counted.
    """
    marks, day, keep = f"day:{name}", known.period(_DAY), keeps(_DAY)
    if known.state.counted(marks, day) or too_late(known.state.counters.get(marks, ()), day, keep):
        return False
    book.count(marks, day, 1, keep)
    return True


def _paid(known: Known, lines: Iterable[EventLine]) -> int:
    """What was paid for some lines, in whole minor units."""
    if known.basket is None:
        return 0
    return math.floor(known.basket.paid_share * sum([line.amount_minor for line in lines]))


def _note_failure(book: Book, name: str, missed: Missed | None) -> None:
    """What an event simply does not count needs no word."""
    if missed is not None and missed.is_failure:
        book.miss(name, missed)
