"""What staff give where points expire by inactivity, long after the member did anything."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.posting import follow
from domain.ledger.settle import settle
from domain.ledger.state import Account
from domain.ledger.trail import Trail
from domain.program.earning import Expiry
from domain.program.policies import Lapsed, Reversal
from domain.refusals import Refused
from domain.support.correction import Adjustment, EntryReversal
from domain.support.decide import Case, Order, decide_adjustment, decide_reversal
from tests.support.ledger import NOW, SHOP, earning, redeeming
from tests.support.programs import a_program

IDLE = a_program(expiry=Expiry(1, inactivity=True))
PASSED = datetime(2026, 8, 1, 4, tzinfo=UTC)
LONG_AFTER = datetime(2027, 3, 10, tzinfo=UTC)
NEXT = datetime(2027, 5, 1, 4, tzinfo=UTC)
ORDER = Order("GOODWILL", SHOP, "client:agent:k", "i")


def spent() -> list[Entry]:
    """A member who earned points, spent all of them, and did nothing since."""
    entries: list[Entry] = []
    for decide in (earning(100, expires_at=None), redeeming(100, key="client:2")):
        head = Head.of(entries[-1]) if entries else Head("ann")
        chain = follow(head, decide, at=None, now=NOW)
        assert isinstance(chain, list)
        entries += chain
    account = replace(entries[-1].after.account("POINTS"), idle_at=PASSED)
    entries[-1] = replace(entries[-1], after=replace(entries[-1].after, accounts={"POINTS": account}))
    return entries


def after(head: Head, draft: Draft | Refused | None) -> Account:
    chain = follow(head, lambda head, at: draft, at=None, now=LONG_AFTER)
    assert isinstance(chain, list)
    return settle(chain[-1].after, LONG_AFTER).account("POINTS")


class TestInactivity:
    def test_what_staff_give_lives_though_an_older_date_has_passed(self) -> None:
        head = Head.of(spent()[-1])
        account = after(head, decide_adjustment(Case(IDLE, ORDER, head, LONG_AFTER), Adjustment(40, "POINTS")))
        assert (account.available, account.expired, account.idle_at) == (40, 0, NEXT)

    @pytest.mark.parametrize(("lapsed", "available"), [(Lapsed.EXTENDED, 100), (Lapsed.LOST, 0)])
    def test_what_a_cancelled_redemption_gives_back_goes_by_the_policy(
        self, lapsed: Lapsed, available: int
    ) -> None:
        entries = spent()
        head, program = Head.of(entries[-1]), replace(IDLE, reversal=Reversal(expired=lapsed))
        case = Case(program, ORDER, head, LONG_AFTER)
        account = after(head, decide_reversal(case, EntryReversal(2), entries[1], Trail.of(entries)))
        assert (account.available, account.expired) == (available, 100 - available)
