"""Statements and readings as of a time, over random histories of every kind of entry."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.canonical import state_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.settle import settle
from domain.ledger.statement import Line, Standing, Total, added_up, standing_before, unposted
from domain.time import MILLISECOND
from tests.support.histories import sweep
from tests.support.ledger import NOW
from tests.support.paths import CURRENCIES, Path, Step, steps

DAYS = st.integers(0, 400)


def head_by(entries: list[Entry], at: datetime) -> Head:
    """The newest entry that counts by then."""
    known = [entry for entry in entries if entry.effective_at <= at]
    return Head.of(known[-1]) if known else Head("ada")


@dataclass(frozen=True)
class Paper:
    """A statement, without which of its lines are written."""

    opening: Standing
    lines: tuple[tuple[int, EntryKind, datetime, Total, Standing], ...]
    closing: Standing


def statement(entries: list[Entry], since: datetime, until: datetime, currency: str) -> Paper:
    opening, closing = (head_by(entries, moment - MILLISECOND) for moment in (since, until))
    within = [one for one in entries if since <= one.effective_at < until and one.currency == currency]
    lines = [*map(Line, within), *unposted(closing, since, until, currency)]
    return Paper(
        standing_before(opening, since, currency),
        tuple((one.entry.seq, one.entry.kind, one.entry.effective_at, one.total, one.standing) for one in lines),
        standing_before(closing, until, currency),
    )


def plus(standing: Standing, total: Total) -> Standing:
    return Standing(
        standing.available + total.points,
        standing.pending + total.pending,
        standing.held + total.held,
        standing.debt + total.debt,
    )


class TestStatement:
    @settings(max_examples=150, deadline=None)
    @given(st.booleans(), st.lists(steps, max_size=40), DAYS, DAYS)
    def test_opening_and_lines_are_closing_and_a_sweep_changes_nothing_of_it(
        self, idle: bool, wanted: list[Step], begin: int, length: int
    ) -> None:
        path = Path(idle)
        for step in wanted:
            path.take(step)
        until = min(NOW + (begin + length) * timedelta(hours=6), path.now)
        since = until - timedelta(hours=6 * length, milliseconds=1)
        unswept = {code: statement(path.entries, since, until, code) for code in CURRENCIES}
        for paper in unswept.values():
            running = paper.opening
            for *_, total, after in paper.lines:
                running = plus(running, total)
                assert running == after
            assert running == paper.closing

        sweep(path)

        for code in CURRENCIES:
            assert statement(path.entries, since, until, code) == unswept[code]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(steps, max_size=40), DAYS)
    def test_the_closing_of_one_period_is_the_opening_of_the_next(self, wanted: list[Step], day: int) -> None:
        path = Path(False)
        for step in wanted:
            path.take(step)
        middle = min(NOW + day * timedelta(hours=6), path.now)
        for code in CURRENCIES:
            first = statement(path.entries, NOW - timedelta(days=1), middle, code)
            second = statement(path.entries, middle, path.now, code)
            assert first.closing == second.opening

    def test_lines_not_written_yet_are_added_to_the_totals_of_their_kind(self) -> None:
        path = Path(False)
        for _ in range(2):
            path.take(Step("earn", "POINTS", points=7, days=1, which=0, waited=0))
        until = NOW + timedelta(days=3)
        (line,) = unposted(path.head, NOW, until, "POINTS")
        assert (line.posted, line.entry.kind, line.entry.seq) == (False, EntryKind.EXPIRE, 3)
        assert added_up({EntryKind.EXPIRE: Total(1, -5)}, [line]) == {EntryKind.EXPIRE: Total(2, -19)}
        assert unposted(path.head, NOW, until, "STARS") == ()
        assert unposted(path.head, until, until, "POINTS") == ()


class TestAsOf:
    @settings(max_examples=100, deadline=None)
    @given(st.booleans(), st.lists(st.tuples(steps, st.booleans()), max_size=40))
    def test_what_was_once_readable_as_of_a_time_stays_so(
        self, idle: bool, wanted: list[tuple[Step, bool]]
    ) -> None:
        path = Path(idle)
        read: dict[datetime, object] = {}
        for step, swept in wanted:
            path.take(step)
            if swept:
                sweep(path)
            for hours in range(0, 60, 7):
                at = path.now - timedelta(hours=hours, milliseconds=1)
                read.setdefault(at, self.reading(path, at))
        for at, reading in read.items():
            assert self.reading(path, at) == reading

    def reading(self, path: Path, at: datetime) -> object:
        """The state alone: which entry it is read from may be another once the sweep has written."""
        plain = state_to_plain(settle(head_by(path.entries, at).after, at))
        plain["accounts"] = {code: account for code, account in plain["accounts"].items() if account}
        return plain


class TestTheFirstMoment:
    def test_a_period_may_begin_with_the_first_moment_of_all_calendars(self) -> None:
        since = datetime.min.replace(tzinfo=UTC)
        assert standing_before(Head("ada"), since, "POINTS") == Standing()
        assert unposted(Head("ada"), since, since + MILLISECOND, "POINTS") == ()
