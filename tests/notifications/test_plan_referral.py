"""Both sides hear of a friend who counts, each in words of their own and never as points that were earned."""

from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM
from domain.alerts.preferences import Preferences
from domain.inbox.message import Message
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.seal import seal
from domain.ledger.state import EMPTY_STATE, Changes
from notifications.plan import plan
from tests.support.messages import in_words
from tests.support.programs import PROGRAM

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def an_entry(key: str, points: int = 0) -> Entry:
    draft = Draft(
        key=key,
        input="",
        currency="POINTS",
        kind=EntryKind.EARN,
        changes=Changes((Lot(None, points),) if points else (), earned=points),
        actor=SYSTEM,
        occurred_at=NOW,
        effective_at=NOW,
    )
    return seal(Head("ann", 4, EMPTY_STATE, NOW, NOW, b""), draft, NOW)


def told(entry: Entry) -> tuple[Message, ...]:
    return in_words(plan(entry, Preferences("ann"), PROGRAM, before=EMPTY_STATE, now=NOW))


class TestPlanReferral:
    def test_who_brought_a_friend_hears_that_they_count(self) -> None:
        (message,) = told(an_entry("friend:abc"))
        assert (message.key, message.data) == ("entry:5:friend", {"news": "REFERRAL_MADE"})
        assert (message.title, message.body) == (
            "Your friend is in",
            "Somebody you invited has taken part for the first time. Thank you for bringing them along!",
        )


class TestReferralAward:
    @pytest.mark.parametrize(
        ("event", "news", "title", "body"),
        [
            (
                "referral.made",
                "REFERRAL_MADE",
                "+500 Points for your invitation",
                "Somebody you invited has taken part for the first time. 500 Points are yours. Thank you!",
            ),
            (
                "referral.used",
                "REFERRAL_USED",
                "+500 Points to welcome you",
                "A friend invited you, and 500 Points are yours for it. Good to have you here!",
            ),
            ("tier.reached", "EARNED", "+500 Points", "You earned 500 Points. Your balance is 500."),
        ],
    )
    def test_it_says_what_it_was_given_for(self, event: str, news: str, title: str, body: str) -> None:
        (message,) = told(an_entry(f"event:regulars|entry:bob:7:{event}#1", 500))
        assert (message.key, message.data["news"]) == ("entry:5:points", news)
        assert (message.title, message.body) == (title, body)

    def test_an_order_that_is_called_like_one_is_an_award_like_any_other(self) -> None:
        (message,) = told(an_entry("event:till|entry:bob:7:referral.made#1", 500))
        assert (message.template, message.data["news"]) == ("points_earned", "EARNED")
