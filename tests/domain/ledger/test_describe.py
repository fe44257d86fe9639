"""Entries in words, whatever of the programme has changed since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.actors import SYSTEM
from domain.ledger.describe import describe
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.seal import seal
from domain.ledger.state import Account, Changes, Override, State, TierMark
from domain.program.engagement import Badge, Challenge
from tests.support.programs import PROGRAM

AT = datetime(2026, 8, 1, 4, tzinfo=UTC)


NOTHING = Changes()
REGULAR = Badge("regular", "A regular")
COFFEES = Challenge("coffees", "Three coffees", ("purchase",), 3)
HEAD = Head("ada", after=State({"POINTS": Account((Lot(AT, 5),), earned=5, redeemed=5)}))


def an_entry(
    kind: EntryKind, changes: Changes = NOTHING, *, reason: str | None = None, reference: str | None = None
) -> Entry:
    draft = Draft("k", "", "POINTS", kind, changes, SYSTEM, AT, AT, reference=reference, reason=reason)
    return seal(HEAD, draft, AT)


class TestDescribe:
    @pytest.mark.parametrize(
        ("kind", "reason", "reference", "words"),
        [
            (EntryKind.EARN, "purchase", "shop/4711", "Purchase 4711"),
            (EntryKind.EARN, "sign_up", None, "Sign up"),
            (EntryKind.EARN, None, None, "Earned"),
            (EntryKind.REDEEM, "mug", "redemption/1", "Redeemed: A mug"),
            (EntryKind.REDEEM, "yacht", None, "Redeemed: yacht"),
            (EntryKind.REDEEM, None, None, "Redeemed"),
            (EntryKind.ADJUST, "GOODWILL", None, "Adjusted: Goodwill"),
            (EntryKind.ADJUST, "WHIM", None, "Adjusted: WHIM"),
            (EntryKind.EXPIRE, None, None, "Expired: could be spent until 31 July 2026"),
            (EntryKind.PENDING, "purchase", "shop/4711", "Purchase 4711, pending"),
            (EntryKind.RELEASE, "delivery", "shop/d-1", "Available now: Delivery d-1"),
            (EntryKind.RELEASE, None, None, "Available now"),
            (EntryKind.TRANSFER_IN, None, "transfer/1", "Received from another member"),
            (EntryKind.TRANSFER_OUT, None, "transfer/1", "Sent to another member"),
            (EntryKind.HOLD, None, "order/9", "Set aside"),
            (EntryKind.CAPTURE, None, "order/9", "Spent of what was set aside"),
            (EntryKind.VOID, None, None, "No longer set aside"),
            (EntryKind.REINSTATE, "GOODWILL", None, "Given back after expiry: Goodwill"),
            (EntryKind.EXTEND, "GOODWILL", None, "Expires later"),
            (EntryKind.REVERSE, None, None, "Reversed"),
        ],
    )
    def test_each_kind(self, kind: EntryKind, reason: str | None, reference: str | None, words: str) -> None:
        assert describe(an_entry(kind, reason=reason, reference=reference), PROGRAM) == words

    @pytest.mark.parametrize(
        ("reason", "reference", "words"),
        [
            ("member.joined", "regulars/joined:ann", "Joined"),
            ("member.birthday", "regulars/birthday:ann:2026", "Birthday"),
            ("tier.reached", "regulars/tier.reached:ann:silver:2026", "Tier reached"),
            ("challenge.reached", "regulars/entry:ann:5:challenge:coffees", "Challenge reached: Three coffees"),
            ("challenge.reached", "regulars/entry:ann:5:challenge:coffees:2", "Challenge reached: Three coffees"),
            ("challenge.reached", "regulars/entry:ann:5:challenge:gone", "Challenge reached: gone"),
            ("badge.earned", "regulars/entry:ann:5:badge:regular", "Badge earned: A regular"),
            ("badge.earned", "regulars/entry:ann:5:badge:gone", "Badge earned: gone"),
            ("referral.made", "friend/bob", "A friend came with your code"),
        ],
    )
    def test_what_follows_from_entries_is_said_in_words(self, reason: str, reference: str, words: str) -> None:
        entry = an_entry(EntryKind.EARN, reason=reason, reference=reference)
        assert describe(entry, replace(PROGRAM, challenges=(COFFEES,), badges=(REGULAR,))) == words

    @pytest.mark.parametrize(
        ("changes", "reason", "words"),
        [
            (Changes(tier=TierMark("silver", AT)), None, "Silver, as the time of the last tier is over"),
            (Changes(tier=TierMark("jade", AT)), None, "jade, as the time of the last tier is over"),
            (
                Changes(tier=TierMark("gold", AT), override=Override("gold", AT + timedelta(days=30))),
                "GOODWILL",
                "Gold given until 30 August 2026: Goodwill",
            ),
            (
                Changes(tier=TierMark("gold", AT), override=Override("gold", AT + timedelta(days=30))),
                None,
                "Gold given until 30 August 2026",
            ),
            (
                Changes(tier=TierMark("bronze", AT), override=Override("gold", AT)),
                None,
                "Bronze, as no other tier is given any more",
            ),
        ],
    )
    def test_a_tier_says_why(self, changes: Changes, reason: str | None, words: str) -> None:
        assert describe(an_entry(EntryKind.TIER, changes, reason=reason), PROGRAM) == words

    def test_a_tier_by_new_terms_says_so(self) -> None:
        entry = replace(an_entry(EntryKind.TIER, Changes(tier=TierMark("silver", AT))), key="tier:v8")
        assert describe(entry, PROGRAM) == "Silver, by new terms of the programme"

    def test_the_reward_of_a_challenge_names_both(self) -> None:
        given = replace(an_entry(EntryKind.REDEEM, reason="mug"), key="challenge:coffees:5")
        assert describe(given, replace(PROGRAM, challenges=(COFFEES,))) == "Given for Three coffees: A mug"

    def test_a_refund_is_called_by_its_event_and_a_reversal_by_its_reason(self) -> None:
        refund = replace(
            an_entry(EntryKind.REVERSE, reason="refund", reference="shop/r-1"), key="event:shop|r-1#POINTS"
        )
        assert describe(refund, PROGRAM) == "Refund r-1"
        assert describe(an_entry(EntryKind.REVERSE, reason="GOODWILL"), PROGRAM) == "Reversed: Goodwill"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            (Changes((Lot(AT, -5),), reversed=5), "Taken back: Goodwill"),
            (Changes((Lot(AT, -5),), adjusted=-5), "Taken back: Goodwill"),
            (Changes((Lot(AT, 5),), adjusted=5), "Given back: Goodwill"),
            (Changes((Lot(AT, 5),), redeemed=-5), "Given back: Goodwill"),
            (Changes(), "Reversed: Goodwill"),
        ],
    )
    def test_a_reversal_says_which_way_the_points_went(self, changes: Changes, words: str) -> None:
        assert describe(an_entry(EntryKind.REVERSE, changes, reason="GOODWILL"), PROGRAM) == words

    def test_a_redemption_given_back_names_the_reward(self) -> None:
        back = an_entry(EntryKind.REVERSE, Changes((Lot(AT, 5),), redeemed=-5), reason="mug")
        assert describe(back, PROGRAM) == "Given back: A mug"

    def test_an_extension_names_the_new_last_day(self) -> None:
        later = Changes((Lot(AT, -5), Lot(AT + timedelta(days=31), 5)))
        words = "Expires later: can be spent until 31 August 2026"
        assert describe(an_entry(EntryKind.EXTEND, later), PROGRAM) == words

    def test_what_was_released_past_its_date_is_told_by_its_own_date(self) -> None:
        late = replace(an_entry(EntryKind.EXPIRE), effective_at=AT + timedelta(days=3))
        assert describe(late, PROGRAM) == "Expired: could be spent until 31 July 2026"

    def test_the_day_of_expiry_is_the_programmes(self) -> None:
        entry = an_entry(EntryKind.EXPIRE)
        assert describe(entry, replace(PROGRAM, timezone="UTC")) == "Expired: could be spent until 1 August 2026"
