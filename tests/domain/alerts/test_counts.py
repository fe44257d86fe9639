"""How deliveries that ended are counted."""

from datetime import timedelta

from domain.alerts.channel import Channel
from domain.alerts.counts import BOUNDS, DeliveryCount, count_ended
from domain.alerts.delivery import DeliveryState, Why
from domain.inbox.message import NotificationKind
from tests.support.deliveries import a_delivery
from tests.support.house import NOON

SENT, DROPPED = DeliveryState.SENT, DeliveryState.DROPPED
POINTS = NotificationKind.POINTS_CHANGED


def buckets(**counts: int) -> tuple[int, ...]:
    """By the bound in seconds that a bucket is below of: `s1=2` are two within the second."""
    known = [f"s{bound:g}".replace(".", "_") for bound in BOUNDS]
    assert counts.keys() <= {*known, "rest"}
    return tuple(counts.get(name, 0) for name in [*known, "rest"])


class TestCountEnded:
    def test_alike_are_added_up_and_others_told_apart(self) -> None:
        deliveries = [
            a_delivery("ann", state=SENT),
            a_delivery("bob", state=SENT, created_at=NOON - timedelta(seconds=1)),
            a_delivery("ann", state=SENT, channel=Channel.PUSH),
            a_delivery("cy", state=DROPPED, why=Why.CAPPED),
            a_delivery("cy", seq=2, state=DROPPED, why=Why.READ),
        ]
        assert count_ended(deliveries, NOON) == [
            DeliveryCount(POINTS, Channel.EMAIL, SENT, None, 2, 1_000, buckets(s0_25=1, s1=1)),
            DeliveryCount(POINTS, Channel.PUSH, SENT, None, 1, 0, buckets(s0_25=1)),
            DeliveryCount(POINTS, Channel.EMAIL, DROPPED, Why.CAPPED, 1, 0, buckets(s0_25=1)),
            DeliveryCount(POINTS, Channel.EMAIL, DROPPED, Why.READ, 1, 0, buckets(s0_25=1)),
        ]

    def test_what_waits_has_not_ended(self) -> None:
        assert count_ended([a_delivery(why=Why.RETRY)], NOON) == []

    def test_why_it_had_waited_is_nothing_of_one_that_was_sent(self) -> None:
        [count] = count_ended([a_delivery(state=SENT, why=Why.QUIET_HOURS)], NOON)
        assert count.why is None

    def test_a_bound_is_within_its_bucket_and_a_moment_more_is_in_the_next(self) -> None:
        for took, bucket in ((0.25, "s0_25"), (0.251, "s0_5"), (259_200, "s259200"), (259_200.001, "rest")):
            begun = NOON - timedelta(seconds=took)
            [count] = count_ended([a_delivery(state=SENT, created_at=begun)], NOON)
            assert count.buckets == buckets(**{bucket: 1})

    def test_one_that_was_planned_by_a_clock_ahead_took_no_time(self) -> None:
        [count] = count_ended([a_delivery(state=SENT, created_at=NOON + timedelta(seconds=5))], NOON)
        assert (count.milliseconds, count.buckets) == (0, buckets(s0_25=1))
