from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.alerts.preferences import Preferences
from domain.inbox.message import Message, NotificationKind, Subject
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.seal import seal
from domain.ledger.state import Account, Changes, Override, State, TierMark
from notifications.plan import needs_before, plan
from tests.support.messages import in_words
from tests.support.programs import PROGRAM

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 4, tzinfo=UTC)  # midnight in New York
HEAD = Head("ann", 4, State({"POINTS": Account((Lot(JULY, 2000),), earned=2000)}), NOW, NOW, b"")


def an_entry(kind: EntryKind, changes: Changes, head: Head = HEAD, **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "key": "k",
        "input": "",
        "currency": "POINTS",
        "actor": SYSTEM,
        "occurred_at": NOW,
        "effective_at": NOW,
    }
    return seal(head, Draft(kind=kind, changes=changes, **(fields | more)), NOW)


def earned(points: int = 500, **more: Any) -> Entry:
    return an_entry(EntryKind.EARN, Changes((Lot(JULY, points),) if points else (), earned=points, **more))


def planned(entry: Entry, before: State = HEAD.after) -> tuple[Message, ...]:
    return in_words(plan(entry, Preferences("ann"), PROGRAM, before=before, now=NOW))


class TestPoints:
    def test_an_award_is_told_with_its_points_and_the_balance(self) -> None:
        assert planned(earned()) == (
            Message(
                member="ann",
                key="entry:5:points",
                kind=NotificationKind.POINTS_CHANGED,
                template="points_earned",
                values={"points": 500, "currency": "Points", "balance": 2500, "owed": 0},
                created_at=NOW,
                data={"points": 500, "balance": 2500, "currency": "POINTS", "kind": "EARN", "news": "EARNED"},
                subject=Subject("Entry", "ann:5"),
                title="+500 Points",
                body="You earned 500 Points. Your balance is 2,500.",
            ),
        )

    @pytest.mark.parametrize(
        ("kind", "changes", "title", "body"),
        [
            (
                EntryKind.REDEEM,
                Changes((Lot(JULY, -1500),), redeemed=1500),
                "−1,500 Points",
                "You spent 1,500 Points. Your balance is 500.",
            ),
            (
                EntryKind.ADJUST,
                Changes((Lot(JULY, 50),), adjusted=50),
                "+50 Points",
                "We added 50 Points for you. Your balance is 2,050.",
            ),
            (
                EntryKind.ADJUST,
                Changes((Lot(JULY, -50),), adjusted=-50),
                "−50 Points",
                "We corrected your account by −50 Points. Your balance is 1,950.",
            ),
        ],
    )
    def test_spending_and_corrections_are_told_in_their_words(
        self, kind: EntryKind, changes: Changes, title: str, body: str
    ) -> None:
        (message,) = planned(an_entry(kind, changes))
        assert (message.title, message.body, message.data["kind"]) == (title, body, kind.value)

    @pytest.mark.parametrize(
        ("kind", "changes", "title", "body"),
        [
            (
                EntryKind.PENDING,
                Changes(pending=(Pending(JULY, None, 120),), earned=120),
                "+120 Points from 1 July 2026",
                "You earned 120 Points. They wait until 1 July 2026. Your balance is 2,000.",
            ),
            (
                EntryKind.PENDING,
                Changes(pending=(Pending(None, JULY, 120),), earned=120),
                "+120 Points soon",
                "You earned 120 Points. They wait until your order is complete. Your balance is 2,000.",
            ),
            (
                EntryKind.TRANSFER_IN,
                Changes((Lot(JULY, 30),), received=30),
                "+30 Points",
                "Another member sent you 30 Points. Your balance is 2,030.",
            ),
            (
                EntryKind.TRANSFER_OUT,
                Changes((Lot(JULY, -30),), sent=30),
                "−30 Points",
                "You sent 30 Points to another member. Your balance is 1,970.",
            ),
            (
                EntryKind.REVERSE,
                Changes((Lot(JULY, -30),), reversed=30),
                "−30 Points",
                "30 Points that you had been given were taken back. Your balance is 1,970.",
            ),
            (
                EntryKind.REVERSE,
                Changes((Lot(JULY, -2000),), debt=500, reversed=2500),
                "−2,500 Points",
                "2,500 Points that you had been given were taken back. "
                "You owe 500 Points: what you get next pays that first.",
            ),
            (
                EntryKind.REVERSE,
                Changes((Lot(JULY, 30),), redeemed=-30),
                "+30 Points",
                "30 Points were given back to you. Your balance is 2,030.",
            ),
            (
                EntryKind.REINSTATE,
                Changes((Lot(JULY, 30),), reinstated=30),
                "+30 Points",
                "30 Points that had expired are yours again. Your balance is 2,030.",
            ),
            (
                EntryKind.EXTEND,
                Changes((Lot(JULY, -2000), Lot(JULY + timedelta(days=31), 2000))),
                "2,000 Points last longer",
                "2,000 Points can now be spent until the end of 31 July 2026.",
            ),
        ],
    )
    def test_what_is_new_in_an_account_is_told_in_its_words(
        self, kind: EntryKind, changes: Changes, title: str, body: str
    ) -> None:
        (message,) = planned(an_entry(kind, changes))
        assert (message.title, message.body) == (title, body)
        assert (message.key, message.kind) == ("entry:5:points", NotificationKind.POINTS_CHANGED)

    def test_a_release_tells_what_is_available_and_what_it_paid(self) -> None:
        waiting = Pending(NOW, JULY, 120)
        owing = State({"POINTS": Account(pending=(waiting,), debt=200, earned=120)})
        released = Changes(pending=(waiting._replace(points=-120),), debt=-120)
        (message,) = planned(an_entry(EntryKind.RELEASE, released, Head("ann", 4, owing, NOW, NOW, b"")))
        assert message.title == "120 Points are available"
        assert message.body == (
            "120 Points that you earned can be spent now. You owe 80 Points: what you get next pays that first."
        )
        assert message.data == {
            "points": 120,
            "balance": -80,
            "currency": "POINTS",
            "kind": "RELEASE",
            "news": "RELEASED",
            "pendingChange": -120,
            "debt": 80,
        }

    def test_holds_are_silent_until_they_are_captured(self) -> None:
        taken = Changes((Lot(JULY, -500),), hold=JULY)
        held = an_entry(EntryKind.HOLD, taken)
        assert planned(held) == ()
        assert planned(an_entry(EntryKind.VOID, Changes((Lot(JULY, 500),), unhold=5), Head.of(held))) == ()
        capture = an_entry(EntryKind.CAPTURE, Changes((Lot(JULY, 100),), unhold=5, redeemed=400), Head.of(held))
        (message,) = planned(capture)
        assert message.title == "−400 Points"
        assert message.body == "You spent 400 Points that were set aside for it. Your balance is 1,600."
        assert message.data["heldChange"] == -500

    def test_a_reversal_that_could_take_nothing_says_nothing(self) -> None:
        assert planned(an_entry(EntryKind.REVERSE, Changes())) == ()

    def test_an_expiry_names_the_last_day_in_the_programmes_zone(self) -> None:
        changes = Changes((Lot(JULY, -2000),), expired=2000)
        (message,) = planned(an_entry(EntryKind.EXPIRE, changes, effective_at=JULY, occurred_at=JULY))
        assert (message.kind, message.key) == (NotificationKind.POINTS_EXPIRED, "entry:5:expired")
        assert message.title == "2,000 Points expired"
        assert message.body == (
            "2,000 Points could be spent until 30 June 2026 and have expired. Your balance is 0."
        )

    def test_an_entry_that_moves_no_points_says_nothing(self) -> None:
        assert planned(earned(0, qualifying=(("2026", 10),))) == ()

    def test_imported_history_is_no_news_after_seven_days(self) -> None:
        week_old = replace(earned(), effective_at=NOW - timedelta(days=7))
        assert len(planned(week_old)) == 1
        assert planned(replace(week_old, effective_at=NOW - timedelta(days=7, milliseconds=1))) == ()


class TestTier:
    def test_a_higher_tier_is_told_beside_the_points(self) -> None:
        entry = earned(qualifying=(("2026", 1200),), tier=TierMark("silver", NOW))
        assert needs_before(entry)

        points, tier = planned(entry)

        assert points.kind is NotificationKind.POINTS_CHANGED
        assert (tier.kind, tier.key) == (NotificationKind.TIER_CHANGED, "entry:5:tier")
        assert (tier.title, tier.body) == (
            "You reached Silver",
            "Welcome to Silver. What you earn counts 1.25 times.",
        )
        assert tier.data == {"tier": "silver", "previous": "bronze", "news": "TIER_REACHED"}

    def test_a_fall_and_a_code_the_programme_has_no_more_are_not_told(self) -> None:
        gold = State(qualifying={"2026": 3500}, tier=TierMark("gold", NOW))
        for code in ("silver", "gold", "platinum"):
            entry = earned(0, tier=TierMark(code, NOW))
            assert planned(entry, gold) == ()

    def test_an_entry_that_says_a_tier_is_over_is_told(self) -> None:
        gold = State(qualifying={"2023": 3500}, tier=TierMark("gold", NOW - timedelta(days=900)))
        (message,) = planned(an_entry(EntryKind.TIER, Changes(tier=TierMark("bronze", NOW))), gold)
        assert (message.kind, message.key) == (NotificationKind.TIER_CHANGED, "entry:5:tier")
        assert (message.title, message.body) == ("You are Bronze now", "Your time as Gold is over.")
        assert message.data == {"tier": "bronze", "previous": "gold", "news": "TIER_ENDED"}

    def test_a_tier_that_staff_give_is_told_as_one_that_was_reached(self) -> None:
        given = Changes(tier=TierMark("gold", NOW), override=Override("gold", JULY))
        (message,) = planned(an_entry(EntryKind.TIER, given), State())
        assert (message.title, message.data) == (
            "You reached Gold",
            {"tier": "gold", "previous": "bronze", "news": "TIER_REACHED"},
        )

    def test_a_tier_that_staff_only_keep_going_is_no_news(self) -> None:
        gold = State(tier=TierMark("gold", NOW))
        kept = Changes(tier=TierMark("gold", NOW), override=Override("gold", JULY))
        assert planned(an_entry(EntryKind.TIER, kept), gold) == ()

    def test_a_tier_that_had_lapsed_is_reached_anew(self) -> None:
        lapsed = State(qualifying={"2024": 1500}, tier=TierMark("silver", NOW - timedelta(days=800)))
        (message,) = planned(earned(0, qualifying=(("2026", 1000),), tier=TierMark("silver", NOW)), lapsed)
        assert message.data == {"tier": "silver", "previous": "bronze", "news": "TIER_REACHED"}
