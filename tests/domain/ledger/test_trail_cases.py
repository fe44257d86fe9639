"""Where the trail is easily wrong: what pays a debt, and what counts as spent."""

from datetime import datetime, timedelta

from domain.ledger import decide, holds
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.reversals import Spent, give_back, take_back
from domain.ledger.seal import seal
from domain.ledger.state import Account, Changes, Idle
from domain.ledger.trail import Left, Trail, Use
from domain.refusals import Refused
from tests.support.ledger import NOW, SHOP

FIRST, SECOND, THIRD = (NOW + timedelta(days=days) for days in (10, 20, 40))


class Book:
    """Entries one by one."""

    def __init__(self) -> None:
        self.head, self.trail = Head("ada"), Trail()
        self.entries: list[Entry] = []

    @property
    def account(self) -> Account:
        return self.head.after.account("POINTS")

    def put(self, kind: EntryKind, changes: Changes | Refused, reverses: int | None = None) -> Entry:
        assert isinstance(changes, Changes)
        points = -changes.reversed
        lines = (AwardLine("reversal", 1, points, "because"),) if points else ()
        draft = Draft("k", "i", "POINTS", kind, changes, SHOP, NOW, NOW, lines=lines, reverses=reverses)
        entry = seal(self.head, draft, NOW)
        self.head = Head.of(entry)
        self.trail.add(entry)
        self.entries.append(entry)
        return entry

    def earn(self, points: int, expires_at: datetime | None, idle: Idle | None = None) -> None:
        self.put(EntryKind.EARN, decide.earn(self.account, points, expires_at=expires_at, idle=idle))

    def owe(self, points: int) -> int:
        """An award that is spent and taken back; the sequence of the reversal, which is owed."""
        self.earn(points, FIRST)
        self.put(EntryKind.REDEEM, decide.redeem(self.account, points))
        award = self.entries[-2]
        back = take_back(
            self.account, award, self.trail, points, policy=Spent.MAY_GO_NEGATIVE, version=1, because=""
        )
        return self.put(EntryKind.REVERSE, back.changes, award.seq).seq


class TestWhatIsOwed:
    def test_a_hold_that_ends_pays_from_the_lots_that_the_ledger_takes(self) -> None:
        book = Book()
        book.earn(5, SECOND)
        book.earn(5, None, Idle(FIRST))  # goes before the other, but has no date of its own
        held = book.put(EntryKind.HOLD, holds.hold(book.account, 10, until=FIRST))
        owed = book.owe(3)

        book.put(EntryKind.VOID, holds.void(book.account, held.seq), held.seq)

        assert book.account.lots == (Lot(SECOND, 2), Lot(None, 5))
        assert (book.trail.left(1).lots, book.trail.left(2).lots) == ((Lot(SECOND, 2),), (Lot(None, 5),))
        assert book.trail.uses(owed)[-1:] == (Use(1, SECOND, 3),)

    def test_what_comes_back_extended_pays_after_what_expires_before_it(self) -> None:
        book = Book()
        book.earn(5, FIRST)
        book.earn(5, SECOND)
        debit = book.put(EntryKind.REDEEM, decide.redeem(book.account, 10))
        owed = book.owe(3)

        back = give_back(
            *(book.account, debit, book.trail, 10),
            at=FIRST,
            extended_to=THIRD,
            version=1,
            because="",
        )
        assert not isinstance(back, Refused)
        book.put(EntryKind.REVERSE, back.changes, debit.seq)

        assert book.account.lots == (Lot(SECOND, 2), Lot(THIRD, 5))
        assert (book.trail.left(1).lots, book.trail.left(2).lots) == ((Lot(THIRD, 5),), (Lot(SECOND, 2),))
        assert book.trail.uses(owed)[-1:] == (Use(2, SECOND, 3),)


class TestSpent:
    def test_points_that_came_back_after_others_were_taken_for_them_are_not_spent_below_zero(self) -> None:
        book = Book()
        book.earn(10, FIRST)
        debit = book.put(EntryKind.REDEEM, decide.redeem(book.account, 10))
        book.earn(10, SECOND)
        award = book.entries[0]

        def take(points: int) -> Changes:
            policy = Spent.WITHIN_BALANCE
            made = take_back(book.account, award, book.trail, points, policy=policy, version=1, because="")
            return book.put(EntryKind.REVERSE, made.changes, award.seq).changes

        assert take(5).lots == (Lot(SECOND, -5),)
        back = give_back(book.account, debit, book.trail, 10, at=NOW, extended_to=None, version=1, because="")
        assert not isinstance(back, Refused)
        book.put(EntryKind.REVERSE, back.changes, debit.seq)
        assert book.trail.left(1) == Left((Lot(FIRST, 10),), (), spent=0, held=0, expired=0, reversed=5)
        assert take(5).lots == (Lot(FIRST, -5),)
        assert book.trail.left(1) == Left((Lot(FIRST, 5),), (), spent=0, held=0, expired=0, reversed=10)
