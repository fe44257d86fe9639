"""What has become of a hold: said by the entry that names it, or by time."""

from datetime import datetime, timedelta

import pytest

from domain.actors import SYSTEM
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.holds import HoldStatus, hold_status
from domain.ledger.kinds import EntryKind
from domain.ledger.seal import seal
from domain.ledger.state import Changes
from tests.support.ledger import NOW, SHOP

ENDS = NOW + timedelta(minutes=15)


def an_entry(kind: EntryKind, changes: Changes, *, input: str = "0" * 32) -> Entry:
    actor = SHOP if input else SYSTEM
    return seal(Head("m"), Draft("k", input, "POINTS", kind, changes, actor, NOW, NOW), NOW)


OPENED = an_entry(EntryKind.HOLD, Changes(hold=ENDS))
CLOSED = Changes()


class TestHoldStatus:
    def test_it_is_open_until_it_ends(self) -> None:
        assert hold_status(OPENED, None, ENDS - timedelta(milliseconds=1)) is HoldStatus.OPEN
        assert hold_status(OPENED, None, ENDS) is HoldStatus.EXPIRED

    @pytest.mark.parametrize("now", [NOW, ENDS])
    def test_what_closed_it_says_how_also_after_its_end(self, now: datetime) -> None:
        captured, voided = an_entry(EntryKind.CAPTURE, CLOSED), an_entry(EntryKind.VOID, CLOSED)
        assert hold_status(OPENED, captured, now) is HoldStatus.CAPTURED
        assert hold_status(OPENED, voided, now) is HoldStatus.VOIDED

    def test_what_time_has_voided_has_expired(self) -> None:
        assert hold_status(OPENED, an_entry(EntryKind.VOID, CLOSED, input=""), ENDS) is HoldStatus.EXPIRED
