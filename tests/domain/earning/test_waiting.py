from dataclasses import replace
from datetime import UTC, datetime

from domain.earning.event import Event
from domain.earning.waiting import releases, releases_at, waits
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
