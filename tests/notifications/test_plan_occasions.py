"""What no entry tells: birthdays, changes of an address, and what becomes of redemptions."""

from datetime import UTC, date, datetime

import pytest

from domain.inbox.message import Message, NotificationKind, Subject
from domain.members.change import ContactChange
from domain.rewards.redemption import Delivery
from notifications.plan_birthday import plan_birthday
from notifications.plan_redemption import plan_redemption
from notifications.plan_security import plan_security
from tests.support.messages import in_words
from tests.support.programs import PROGRAM
from tests.support.vouchers import a_redemption

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
WORDS = {
    "IN_REVIEW": "redemption_in_review",
    "ISSUED_AFTER_REVIEW": "redemption_approved",
    "REJECTED": "redemption_rejected",
    "TIMED_OUT": "redemption_timed_out",
    "SHIPPED": "redemption_shipped",
    "DELIVERED": "redemption_delivered",
    "CANCELLED": "redemption_cancelled",
}


def said(message: Message) -> Message:
    (found,) = in_words([message])
    return found


class TestPlanBirthday:
    def test_it_is_one_a_year(self) -> None:
        message = said(plan_birthday("ann", date(2026, 6, 15), NOW))
        assert (message.key, message.kind) == ("birthday:2026", NotificationKind.ANNOUNCEMENT)
        assert message.data == {"news": "BIRTHDAY"}
        assert message.title == "Happy birthday!"


class TestPlanSecurity:
    @pytest.mark.parametrize(
        ("what", "news", "title"),
        [
            ("email", "EMAIL_CHANGED", "Your e-mail address was changed"),
            ("phone", "PHONE_CHANGED", "Your phone number was changed"),
        ],
    )
    def test_a_change_is_urgent_and_stands_once(self, what: str, news: str, title: str) -> None:
        message = said(plan_security("ann", ContactChange(what, NOW, "before@example.com"), NOW))
        assert (message.kind, message.urgent, message.title) == (NotificationKind.SECURITY, True, title)
        assert message.key == f"security:{what}:1781524800000"
        assert message.data == {"news": news}
        # Whose address it was is told by mail as well; no SMS goes to a number of before.
        assert message.also == ("before@example.com" if what == "email" else None)


class TestPlanRedemption:
    @pytest.mark.parametrize(("word", "template"), WORDS.items())
    def test_each_word_is_urgent_and_told_under_its_own_key(self, word: str, template: str) -> None:
        (message,) = in_words(plan_redemption(a_redemption(untold=(word,)), PROGRAM, NOW))
        assert (message.key, message.template, message.urgent) == (f"redemption:r1:{word}", template, True)
        assert (message.kind, message.data["news"]) == (NotificationKind.REDEMPTION_UPDATED, word)
        assert message.subject == Subject("Redemption", "ann:r1")

    def test_a_carrier_is_named(self) -> None:
        shipped = a_redemption(untold=("SHIPPED",), delivery=Delivery(carrier="DHL", tracking_number="7"))
        (message,) = in_words(plan_redemption(shipped, PROGRAM, NOW))
        assert message.template == "redemption_shipped_by"
        assert "DHL" in message.body
        assert message.data == {"news": "SHIPPED", "reward": "coupon", "points": 250, "trackingNumber": "7"}

    def test_a_word_twice_is_told_once_and_an_unknown_one_not_at_all(self) -> None:
        twice = a_redemption(untold=("DELIVERED", "LATER", "DELIVERED"))
        assert [one.key for one in plan_redemption(twice, PROGRAM, NOW)] == ["redemption:r1:DELIVERED"]
