from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.actors import SYSTEM
from domain.earning.events.event import Event
from domain.earning.posting.waiting import releases, releases_at, still_waiting, waits
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.ledger.seal import seal
from domain.ledger.state import Changes
from domain.program.policies import PendingAwards
from tests.support.programs import a_program

# Eight in the evening of the 9th in New York.
PURCHASE = Event("shop", "1", "purchase", "m", datetime(2026, 3, 10, 0, tzinfo=UTC))
PROGRAM = a_program(pending=PendingAwards(("purchase",), 14, ("delivery",)))


class TestWaits:
    def test_awards_of_the_types_that_the_programme_names_wait(self) -> None:
        assert waits(PROGRAM, PURCHASE)
        assert not waits(PROGRAM, replace(PURCHASE, type="review"))
        assert not waits(a_program(), PURCHASE)


class TestReleasesAt:
    def test_it_is_the_end_of_the_programmes_day_so_many_days_after_the_events(self) -> None:
        # The clocks went forward on the 8th: the end of the 23rd is at 04:00 UTC.
        assert releases_at(PROGRAM, PURCHASE) == datetime(2026, 3, 24, 4, tzinfo=UTC)

    def test_without_days_only_an_event_releases(self) -> None:
        assert releases_at(a_program(pending=PendingAwards(("purchase",), None, ("delivery",))), PURCHASE) is None


class TestReleases:
    def test_only_events_that_the_programme_names_release(self) -> None:
        assert releases(PROGRAM, "delivery")
        assert not releases(PROGRAM, "purchase")
        assert not releases(a_program(), "delivery")


class TestStillWaiting:
    FREE = datetime(2026, 3, 24, 4, tzinfo=UTC)

    def entries(self, *changes: tuple[EntryKind, Changes]) -> list[Entry]:
        """An award of 20 points that wait, and what named it."""
        head, entries = Head("m"), []
        for kind, change in (
            (EntryKind.PENDING, Changes(earned=20, pending=(Pending(self.FREE, None, 20),))),
            *changes,
        ):
            at = PURCHASE.occurred_at
            entries.append(seal(head, Draft("k", "", "POINTS", kind, change, SYSTEM, at, at), at))
            head = Head.of(entries[-1])
        return entries

    def taken(self, points: int) -> tuple[EntryKind, Changes]:
        return EntryKind.REVERSE, Changes(reversed=points, pending=(Pending(self.FREE, None, -points),))

    def test_it_waits_until_its_date(self) -> None:
        [award] = self.entries()
        before = self.FREE - timedelta(milliseconds=1)
        assert still_waiting(award, [], before) == Pending(self.FREE, None, 20)
        assert still_waiting(award, [], self.FREE) is None

    def test_what_was_taken_back_waits_no_more(self) -> None:
        award, *later = self.entries(self.taken(8), self.taken(5))
        assert still_waiting(award, later, PURCHASE.occurred_at) == Pending(self.FREE, None, 7)
        award, *later = self.entries(self.taken(20))
        assert still_waiting(award, later, PURCHASE.occurred_at) is None

    def test_a_delivery_released_all_of_it(self) -> None:
        award, *later = self.entries((EntryKind.RELEASE, Changes(pending=(Pending(self.FREE, None, -20),))))
        assert still_waiting(award, later, PURCHASE.occurred_at) is None

    def test_what_did_not_wait_does_not(self) -> None:
        [award] = self.entries()
        assert still_waiting(replace(award, changes=Changes(earned=20)), [], PURCHASE.occurred_at) is None
