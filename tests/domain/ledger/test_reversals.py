"""What a reversal may ask for, and what it leaves for later."""

from dataclasses import replace

import pytest

from domain.ledger.decide import earn, redeem
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.holds import hold, void
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import follow
from domain.ledger.reversals import Spent, left_to_reverse, take_back
from domain.ledger.state import Account, Changes
from domain.ledger.trail import Trail
from domain.refusals import Code, Refused
from tests.support.ledger import LATER, NOW, SHOP


class History:
    """One member's entries."""

    def __init__(self) -> None:
        self.head = Head("m1")
        self.entries: list[Entry] = []

    @property
    def account(self) -> Account:
        return self.head.after.account("POINTS")

    @property
    def trail(self) -> Trail:
        return Trail.of(self.entries)

    def post(self, kind: EntryKind, changes: Changes | Refused, **more: object) -> Entry:
        assert isinstance(changes, Changes)
        draft = Draft(f"client:{len(self.entries)}", "i", "POINTS", kind, changes, SHOP, NOW, NOW)
        draft = replace(draft, **more)  # type: ignore[arg-type]
        chain = follow(self.head, lambda head, at: draft, at=None, now=NOW)
        assert isinstance(chain, list)
        self.entries += chain
        self.head = Head.of(chain[-1])
        return chain[-1]

    def earn(self, points: int) -> Entry:
        lines = (AwardLine("base", 1, points, "because"),)
        return self.post(EntryKind.EARN, earn(self.account, points, expires_at=LATER), lines=lines)

    def take_back(self, award: Entry, points: int | None, policy: Spent) -> Entry:
        wanted = left_to_reverse(award, self.trail, points)
        assert isinstance(wanted, int)
        reversal = take_back(self.account, award, self.trail, wanted, policy=policy, version=1, because="returned")
        entry = self.post(EntryKind.REVERSE, reversal.changes, lines=reversal.lines, reverses=award.seq)
        assert sum(line.points for line in entry.lines) == -entry.changes.reversed
        return entry


class TestHeldPoints:
    @pytest.mark.parametrize("policy", [Spent.ONLY_UNSPENT, Spent.WITHIN_BALANCE])
    def test_what_a_hold_keeps_from_a_reversal_can_be_taken_back_when_it_ends(self, policy: Spent) -> None:
        history = History()
        award = history.earn(100)
        held = history.post(EntryKind.HOLD, hold(history.account, 70, until=LATER))

        first = history.take_back(award, None, policy)

        assert (first.changes.reversed, [line.points for line in first.lines]) == (30, [-30, 0])
        assert first.lines[1].because == ("70 more are set aside: they can be taken back when the hold has ended")
        history.post(EntryKind.VOID, void(history.account, held.seq), reverses=held.seq)
        second = history.take_back(award, None, policy)
        assert (second.changes.reversed, history.account.available) == (70, 0)
        again = left_to_reverse(award, history.trail, None)
        assert isinstance(again, Refused)
        assert again.code is Code.ALREADY_REVERSED

    def test_other_points_are_taken_for_held_ones_where_the_policy_says_so(self) -> None:
        history = History()
        award = history.earn(100)
        history.post(EntryKind.HOLD, hold(history.account, 100, until=LATER))
        history.earn(60)

        taken = history.take_back(award, None, Spent.WITHIN_BALANCE)

        assert (taken.changes.reversed, history.account.available) == (60, 0)
        assert left_to_reverse(award, history.trail, None) == 40

    def test_the_end_of_a_hold_pays_where_the_account_may_owe(self) -> None:
        history = History()
        award = history.earn(100)
        held = history.post(EntryKind.HOLD, hold(history.account, 70, until=LATER))
        history.take_back(award, None, Spent.MAY_GO_NEGATIVE)
        assert (history.account.available, history.account.debt) == (-70, 70)

        history.post(EntryKind.VOID, void(history.account, held.seq), reverses=held.seq)

        assert (history.account.available, history.account.debt, history.account.lots) == (0, 0, ())

    def test_what_was_spent_is_not_asked_for_again(self) -> None:
        history = History()
        award = history.earn(100)
        history.post(EntryKind.REDEEM, redeem(history.account, 80))

        taken = history.take_back(award, None, Spent.WITHIN_BALANCE)

        assert (taken.changes.reversed, [line.points for line in taken.lines]) == (20, [-100, 80])
        assert isinstance(left_to_reverse(award, history.trail, None), Refused)
