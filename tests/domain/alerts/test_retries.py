"""What did not arrive is tried again later each time, never sooner than asked, and not when it is too late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.alerts.channel import Channel
from domain.alerts.retries import retry_at
from tests.support.deliveries import a_delivery
from tests.support.house import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestRetryAt:
    @pytest.mark.parametrize(
        ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (10, 1_024), (11, 2_048), (12, 3_600), (90, 3_600)]
    )
    def test_the_wait_doubles_up_to_an_hour_and_jitter_spreads_over_all_of_it(
        self, attempts: int, seconds: int
    ) -> None:
        delivery = a_delivery(attempts=attempts)
        for jitter in (0, 0.5, 1):
            assert retry_at(delivery, NOON, jitter=jitter) == NOON + timedelta(seconds=seconds) * jitter

    def test_webhooks_have_the_waits_of_their_specification_and_end_with_them(self) -> None:
        hook = a_delivery(provider="webhook:POST", attempts=1)
        hook = replace(hook, channel=Channel.WEBHOOK, until=NOON + 9 * DAY)
        waits = [retry_at(replace(hook, attempts=n), NOON, jitter=0.5) for n in range(1, 11)]
        hours = (2, 5, 10, 14, 20, 24)
        expected = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), *(n * HOUR for n in hours)]
        assert waits == [*(NOON + wait for wait in expected), None]

    def test_it_is_never_sooner_than_the_provider_asked_and_they_may_ask_for_a_day(self) -> None:
        delivery = a_delivery(attempts=1)
        assert retry_at(delivery, NOON, jitter=1, after=timedelta(seconds=1)) == NOON + timedelta(seconds=2)
        assert retry_at(delivery, NOON, jitter=0, after=timedelta(seconds=30)) == NOON + timedelta(seconds=30)
        assert retry_at(delivery, NOON, jitter=0, after=timedelta(days=999)) == NOON + DAY
        assert retry_at(delivery, NOON, jitter=0, after=timedelta(days=-9)) == NOON

    def test_what_would_come_too_late_is_not_tried(self) -> None:
        delivery = a_delivery(attempts=12, until=NOON + HOUR)
        assert retry_at(delivery, NOON, jitter=1) == NOON + HOUR
        late = NOON + timedelta(milliseconds=1)
        assert retry_at(delivery, late, jitter=1) is None
