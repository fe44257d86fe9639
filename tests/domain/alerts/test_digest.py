"""The first of a burst goes at once; what follows within a while is told in one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.alerts.delivery import Why
from domain.alerts.digest import Bundled, Told, digest_of, put_together
from domain.alerts.verdict import Hold, Merge, Send, Verdict
from domain.inbox.message import InboxRow
from tests.support.carrying import earned
from tests.support.deliveries import a_delivery
from tests.support.house import NOON
from tests.support.programs import a_program

HOUR = timedelta(hours=1)


def decided(seq: int, *told: Told, waiting: tuple[int, ...] = (), now: datetime = NOON) -> Verdict:
    delivery: Any = a_delivery(seq=seq, bundle="POINTS")
    return put_together(delivery, Bundled(told, waiting), HOUR, now)


class TestPutTogether:
    def test_the_first_goes_at_once(self) -> None:
        assert decided(1) == Send()

    def test_what_follows_waits_for_the_end_of_the_hour_after_the_last_that_went(self) -> None:
        told = Told(1, NOON - timedelta(minutes=50)), Told(2, NOON - timedelta(minutes=10))
        assert decided(3, *told) == Hold(NOON + timedelta(minutes=50), Why.DIGEST)

    def test_at_the_very_end_it_waits_no_more(self) -> None:
        assert decided(3, Told(1, NOON - HOUR)) == Send()

    def test_then_the_newest_goes_for_all(self) -> None:
        assert decided(5, Told(1, NOON - HOUR), waiting=(3, 2, 4)) == Send((2, 3, 4))
        assert decided(4, Told(1, NOON - HOUR), waiting=(2, 3, 5)) == Merge(5)

    def test_one_alone_goes_as_itself(self) -> None:
        assert decided(2, Told(1, NOON - HOUR), waiting=(2,)) == Send()

    def test_what_another_tells_already_goes_no_more_even_after_the_hour(self) -> None:
        assert decided(3, Told(5, NOON - 2 * HOUR, (2, 3))) == Merge(5)

    def test_itself_begun_before_holds_it_not(self) -> None:
        assert decided(2, Told(2, NOON)) == Send()


class TestDigestOf:
    ROWS = [
        InboxRow(earned("ada", n, points, at=NOON - n * HOUR), n) for n, points in ((1, 40), (3, 200), (2, 100))
    ]

    def test_it_sums_and_counts_and_stands_in_for_the_newest(self) -> None:
        digest = digest_of(self.ROWS, a_program(), ZoneInfo("UTC"), NOON)
        assert (digest.template, digest.values) == (
            "points_digest",
            {"points": 340, "count": 3, "currency": "Points"},
        )
        assert digest.data == {"news": "EARNED", "currency": "POINTS", "points": 340, "count": 3}
        assert (digest.key, digest.title, digest.body, digest.subject) == ("entry:3:points", "", "", None)

    def test_where_it_was_not_all_today_it_says_since_when(self) -> None:
        now = datetime(2026, 6, 16, 1, tzinfo=UTC)
        digest = digest_of(self.ROWS, a_program(), ZoneInfo("UTC"), now)
        assert digest.template == "points_digest_since"
        assert digest.values["date"] == NOON.date()
        assert digest_of(self.ROWS, a_program(), ZoneInfo("America/New_York"), now).template == "points_digest"
