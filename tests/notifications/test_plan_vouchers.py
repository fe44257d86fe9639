from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.inbox.message import Message, NotificationKind, RewardName, Subject
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher
from domain.time import to_ms
from notifications.plan_vouchers import plan_vouchers, voucher_horizon
from tests.support.ledger import NOW
from tests.support.messages import in_words
from tests.support.programs import a_program
from tests.support.vouchers import COUPON, ENDS, a_redemption

NEW_YORK = ZoneInfo("America/New_York")
PROGRAM = a_program(rewards=(Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=30),))


def at(day: int, hour: int = 9, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=NEW_YORK).astimezone(UTC)


def planned(now: datetime, redemption: Redemption, program: Program = PROGRAM) -> list[tuple[str, int]]:
    """Each message's alert, and the days that are left."""
    messages = plan_vouchers(redemption, program, now)
    return [(message.key.rsplit(":", 1)[1], message.data["days"]) for message in messages]


class TestPlanVouchers:
    def test_the_alert_says_which_in_how_long_and_until_when(self) -> None:
        (message,) = in_words(plan_vouchers(a_redemption(COUPON), PROGRAM, at(8)), PROGRAM)

        assert message == Message(
            member="ann",
            key=f"voucher:r1:{to_ms(ENDS)}:7",
            kind=NotificationKind.REDEMPTION_UPDATED,
            template="voucher_ending",
            values={"reward": RewardName("coupon"), "count": 1, "days": 7, "ends": ENDS},
            created_at=at(8),
            data={
                "news": "VOUCHER_ENDING",
                "reward": "coupon",
                "vouchers": 1,
                "days": 7,
                "expiresAt": "2026-07-15T12:00:00.000Z",
            },
            subject=Subject("Redemption", "ann:r1"),
            title="Five off: your voucher ends in 7 days",
            body="It can be used until 15 July 2026, 08:00: do not let it go to waste.",
        )

    def test_each_day_until_the_end_plans_the_nearest_alert(self) -> None:
        days = [planned(at(day, 0), a_redemption(COUPON)) for day in range(7, 17)]
        assert days == [
            [],
            *([("7", left)] for left in (7, 6, 5, 4, 3, 2)),
            [("1", 1)],
            [("1", 0)],
            [],
        ]

    def test_on_the_last_day_it_says_today(self) -> None:
        (message,) = in_words(plan_vouchers(a_redemption(COUPON), PROGRAM, at(15, 7)), PROGRAM)
        assert message.title == "Five off: your voucher ends today"

    def test_those_that_end_together_have_one_message(self) -> None:
        earlier = Voucher("C", ENDS - timedelta(days=6))
        both = a_redemption(COUPON, replace(COUPON, code="B"), earlier, quantity=3)
        first, second = in_words(plan_vouchers(both, PROGRAM, at(8)), PROGRAM)
        assert (first.title, first.data["vouchers"]) == ("Five off: your voucher ends in 1 day", 1)
        assert (second.title, second.data["vouchers"]) == ("Five off: 2 vouchers end in 7 days", 2)
        assert second.body == "They can be used until 15 July 2026, 08:00: do not let them go to waste."

    @pytest.mark.parametrize(
        "redemption",
        [
            a_redemption(replace(COUPON, used_at=NOW)),
            a_redemption(replace(COUPON, void_at=NOW)),
            a_redemption(COUPON, status=RedemptionStatus.CANCELLED),
            a_redemption(Voucher("ABC")),
            a_redemption(),
        ],
    )
    def test_what_is_used_void_or_without_an_end_has_none(self, redemption: Redemption) -> None:
        assert [planned(at(day), redemption) for day in range(1, 31)] == [[]] * 30

    def test_an_alert_that_would_be_due_on_the_day_of_the_redemption_does_not_come(self) -> None:
        week = a_redemption(Voucher("ABC", NOW + timedelta(days=7)))
        assert [planned(at(day, month=6), week) for day in (15, 16, 20, 21)] == [[], [], [], [("1", 1)]]
        short = a_redemption(Voucher("ABC", NOW + timedelta(days=1)))
        assert planned(at(15, 10, month=6), short) == []

    def test_a_reward_that_the_programme_has_dropped_has_its_code(self) -> None:
        (message,) = in_words(
            plan_vouchers(a_redemption(COUPON), a_program(rewards=()), at(8)), a_program(rewards=())
        )
        assert message.title == "coupon: your voucher ends in 7 days"


class TestVoucherHorizon:
    def test_reaches_over_the_earliest_alert_and_there_is_none_without_alerts(self) -> None:
        assert voucher_horizon(PROGRAM, NOW) == NOW + timedelta(days=9)
        assert voucher_horizon(a_program(voucher_alert_days=()), NOW) is None
        assert plan_vouchers(a_redemption(COUPON), a_program(voucher_alert_days=()), at(14)) == ()
