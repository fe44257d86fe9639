"""What Regulars says itself nobody else may say."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.earning.events.event import Event
from domain.earning.events.intake import RecordEvent, take_in
from domain.members.lookup import MemberLookup
from domain.refusals import Refused
from tests.support.programs import PROGRAM

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
OURS = ["member.joined", "tier.reached", "challenge.reached", "badge.earned", "referral.made", "member.invented"]


def taken(source: str = "shop", event_type: str = "visit", *, own: bool = False) -> Event | Refused:
    command = RecordEvent(source, "1", event_type, MemberLookup(id="ann"), NOON)
    return take_in(PROGRAM, command, "ann", NOON, own=own)


class TestTakeIn:
    @pytest.mark.parametrize("event_type", OURS)
    def test_types_of_our_own_are_refused_from_outside(self, event_type: str) -> None:
        refused = taken(event_type=event_type)
        assert isinstance(refused, Refused)
        assert refused.path == ("type",)
        assert refused.message == (
            "Types that begin with member., tier., challenge., badge., referral. are of events that Regulars "
            "itself makes: use another."
        )

    def test_and_so_is_the_source(self) -> None:
        refused = taken(source="regulars")
        assert isinstance(refused, Refused)
        assert (refused.path, refused.message) == (
            ("source",),
            "The source regulars is Regulars' own: name the system that the event comes from.",
        )

    @pytest.mark.parametrize(
        "more", [{"event_type": "referral"}, {"event_type": "membership"}, {"source": "regulars-shop"}]
    )
    def test_what_only_resembles_them_is_fine(self, more: dict[str, Any]) -> None:
        assert isinstance(taken(**more), Event)

    def test_ours_are_taken(self) -> None:
        assert isinstance(taken("regulars", "member.joined", own=True), Event)
