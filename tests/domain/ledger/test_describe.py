"""Entries in words, whatever of the programme has changed since."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM
from domain.ledger.describe import describe
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.seal import seal
from domain.ledger.state import Changes
from tests.support.programs import PROGRAM

AT = datetime(2026, 8, 1, 4, tzinfo=UTC)


def an_entry(kind: EntryKind, *, reason: str | None = None, reference: str | None = None) -> Entry:
    draft = Draft("k", "", "POINTS", kind, Changes(), SYSTEM, AT, AT, reference=reference, reason=reason)
    return seal(Head("ada"), draft, AT)


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
        ],
    )
    def test_each_kind(self, kind: EntryKind, reason: str | None, reference: str | None, words: str) -> None:
        assert describe(an_entry(kind, reason=reason, reference=reference), PROGRAM) == words

    def test_a_refund_is_called_by_its_event_and_a_reversal_by_its_reason(self) -> None:
        refund = replace(
            an_entry(EntryKind.REVERSE, reason="refund", reference="shop/r-1"), key="event:shop|r-1#POINTS"
        )
        assert describe(refund, PROGRAM) == "Refund r-1"
        assert describe(an_entry(EntryKind.REVERSE, reason="GOODWILL"), PROGRAM) == "Reversed: Goodwill"

    def test_the_day_of_expiry_is_the_programmes(self) -> None:
        entry = an_entry(EntryKind.EXPIRE)
        assert describe(entry, replace(PROGRAM, timezone="UTC")) == "Expired: could be spent until 1 August 2026"
