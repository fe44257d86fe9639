"""The ledger's laws over random histories of every command, against a model that knows each credit by itself.

The ledger must agree with it to the point after every step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.ledger import dates, decide, holds, reversals, transfers
from domain.ledger.canonical import changes_from_plain, changes_to_plain, state_from_plain, state_to_plain
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.laws import broken_laws
from domain.ledger.lots import Pending
from domain.ledger.posting import follow, settlements
from domain.ledger.reversals import Spent
from domain.ledger.settle import next_due, settle
from domain.ledger.state import Account, Changes
from domain.ledger.trail import Trail
from domain.refusals import Code, Refused
from tests.domain.ledger.model import NEVER, Model, Part, as_credit, merged_by_credit
from tests.support.ledger import NOW, SHOP

GIVEN = st.integers(1, 300)
POINTS = st.integers(1, 90)
DAYS = st.integers(1, 60)
MEMBERS = st.sampled_from(["ann", "bob"])
LIMITS = transfers.SendLimits(per_day=400)


@dataclass
class Ledger:
    """One member's entries, and the model beside them."""

    head: Head
    entries: list[Entry]
    model: Model


class Histories(RuleBasedStateMachine):
    """Two members and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.ledgers = {name: Ledger(Head(name), [], Model()) for name in ("ann", "bob")}
        # Something to spend, so that most commands of a history do something.
        for name, points in (("ann", 500), ("bob", 120)):
            self.earn(name, points, 45)

    # Posting -------------------------------------------------------------------------------------------------

    def post(
        self,
        name: str,
        kind: EntryKind,
        make: Callable[[Account], Changes | Refused],
        *,
        lines: tuple[AwardLine, ...] = (),
        reverses: int | None = None,
    ) -> Entry | Refused:
        ledger = self.ledgers[name]

        def decision(head: Head, at: datetime) -> Draft | Refused:
            changes = make(head.after.account("POINTS"))
            if isinstance(changes, Refused):
                return changes
            key = f"client:{name}:{len(ledger.entries)}"
            return Draft(key, "i", "POINTS", kind, changes, SHOP, at, at, lines=lines, reverses=reverses)

        before = ledger.head
        chain = follow(ledger.head, decision, at=None, now=self.now)
        if isinstance(chain, Refused):
            assert ledger.head == before
            return chain
        assert isinstance(chain, list)
        for entry in chain:
            assert list(broken_laws(ledger.head, entry)) == []
            ledger.head = Head.of(entry)
            ledger.entries.append(entry)
        return chain[-1]

    def date(self, days: int) -> datetime:
        return (self.now + timedelta(days=days)).replace(hour=0)

    def account(self, name: str) -> Account:
        return settle(self.ledgers[name].head.after, self.now).account("POINTS")

    # Commands ------------------------------------------------------------------------------------------------

    @rule(name=MEMBERS, points=GIVEN, days=DAYS)
    def earn(self, name: str, points: int, days: int) -> None:
        lines = (AwardLine("base", 1, points, "because"),)
        entry = self.post(
            name,
            EntryKind.EARN,
            lambda account: decide.earn(account, points, expires_at=self.date(days)),
            lines=lines,
        )
        assert isinstance(entry, Entry)
        assert entry.points == points
        self.ledgers[name].model.come_in([Part(entry.seq, points, self.date(days))])

    @rule(name=MEMBERS, points=GIVEN, waits=st.integers(1, 20), days=DAYS)
    def earn_later(self, name: str, points: int, waits: int, days: int) -> None:
        part = Pending(self.date(waits) + timedelta(days=1), self.date(days), points)
        lines = (AwardLine("base", 1, points, "because"),)
        entry = self.post(name, EntryKind.PENDING, lambda account: decide.earn_later(account, part), lines=lines)
        assert isinstance(entry, Entry)
        assert (entry.points, entry.changes.waiting) == (0, points)
        self.ledgers[name].model.parts.append(Part(entry.seq, points, self.date(days), part.releases_at))

    @rule(name=MEMBERS, which=st.integers(0, 50))
    def release(self, name: str, which: int) -> None:
        """When the order is delivered: what waits of one award, before its date."""
        model = self.ledgers[name].model
        waiting = [part for part in model.parts if part.releases_at]
        if not waiting:
            return
        part = waiting[which % len(waiting)]
        wanted = Pending(part.releases_at, part.expires_at, part.points)
        entry = self.post(
            name, EntryKind.RELEASE, lambda account: decide.release(account, wanted), reverses=part.credit
        )
        assert isinstance(entry, Entry)
        assert entry.points == part.points
        model.come_in([part])

    @rule(name=MEMBERS, points=POINTS)
    def redeem(self, name: str, points: int) -> None:
        model = self.ledgers[name].model
        possible = points <= model.available()
        entry = self.post(name, EntryKind.REDEEM, lambda account: decide.redeem(account, points))
        assert isinstance(entry, Entry) == possible
        if possible:
            model.take(points)
        else:
            assert isinstance(entry, Refused)
            assert entry.code is Code.INSUFFICIENT_POINTS

    @rule(name=MEMBERS, points=st.integers(-90, 90).filter(bool), days=DAYS)
    def adjust(self, name: str, points: int, days: int) -> None:
        model = self.ledgers[name].model
        entry = self.post(
            name, EntryKind.ADJUST, lambda account: decide.adjust(account, points, expires_at=self.date(days))
        )
        assert isinstance(entry, Entry) == (points > 0 or -points <= model.available())
        if isinstance(entry, Entry) and points > 0:
            model.come_in([Part(entry.seq, points, self.date(days))])
        elif isinstance(entry, Entry):
            model.take(-points)

    @rule(name=MEMBERS, points=POINTS, days=st.integers(1, 10))
    def hold(self, name: str, points: int, days: int) -> None:
        model = self.ledgers[name].model
        until = self.date(days) + timedelta(hours=days)
        entry = self.post(name, EntryKind.HOLD, lambda account: holds.hold(account, points, until=until))
        assert isinstance(entry, Entry) == (points <= model.available())
        if isinstance(entry, Entry):
            assert (entry.points, entry.changes.held) == (-points, points)
            cut = model.take(points)
            model.parts += [replace(part, hold=entry.seq, hold_ends=until) for part in cut]

    @rule(name=MEMBERS, which=st.integers(0, 10), part=st.integers(1, 90) | st.none())
    def capture(self, name: str, which: int, part: int | None) -> None:
        model = self.ledgers[name].model
        open_holds = sorted({p.hold for p in model.parts if p.hold is not None})
        if not open_holds:
            refused = self.post(name, EntryKind.CAPTURE, lambda account: holds.capture(account, 9999, None))
            assert isinstance(refused, Refused)
            assert refused.code is Code.HOLD_NOT_OPEN
            self.hold(name, part or 60, 3)
            return
        seq = open_holds[which % len(open_holds)]
        held = sum(p.points for p in model.parts if p.hold == seq)
        points = held if part is None else part
        entry = self.post(name, EntryKind.CAPTURE, lambda account: holds.capture(account, seq, part), reverses=seq)
        assert isinstance(entry, Entry) == (points <= held)
        if isinstance(entry, Entry):
            assert entry.changes.held == -held
            model.take(points, of=lambda p: p.hold == seq)
            model.come_in([p for p in model.parts if p.hold == seq])

    @rule(name=MEMBERS, which=st.integers(0, 10))
    def void(self, name: str, which: int) -> None:
        model = self.ledgers[name].model
        open_holds = sorted({p.hold for p in model.parts if p.hold is not None})
        if open_holds:
            seq = open_holds[which % len(open_holds)]
            entry = self.post(name, EntryKind.VOID, lambda account: holds.void(account, seq), reverses=seq)
            assert isinstance(entry, Entry)
            model.come_in([p for p in model.parts if p.hold == seq])

    @rule(name=MEMBERS, points=POINTS)
    def transfer(self, name: str, points: int) -> None:
        other = "bob" if name == "ann" else "ann"
        model, day = self.ledgers[name].model, self.now.date().isoformat()
        sent_on = self.account(name).sent_on
        room = 400 - (sent_on.points if sent_on and sent_on.day == day else 0)
        out = self.post(
            name,
            EntryKind.TRANSFER_OUT,
            lambda account: transfers.send(account, points, LIMITS, day=day, next_day=self.date(1)),
        )
        assert isinstance(out, Entry) == (points <= room and points <= model.available())
        if isinstance(out, Entry):
            moved = out.changes.lots
            received = self.post(other, EntryKind.TRANSFER_IN, lambda account: transfers.receive(account, moved))
            assert isinstance(received, Entry)
            assert received.points == points
            cut = model.take(points)
            self.ledgers[other].model.come_in(as_credit(cut, received.seq))

    @rule(name=MEMBERS, which=st.integers(0, 50), days=DAYS)
    def extend(self, name: str, which: int, days: int) -> None:
        model = self.ledgers[name].model
        lots = [lot for lot in model.lots() if lot.expires_at]
        if not lots:
            return
        date = lots[which % len(lots)].expires_at
        assert date is not None
        until = date + timedelta(days=days)
        entry = self.post(name, EntryKind.EXTEND, lambda account: dates.extend(account, date, until=until))
        assert isinstance(entry, Entry)
        assert entry.points == 0
        for part in model.parts:
            if part.spendable and part.expires_at == date:
                part.expires_at = until

    @rule(name=MEMBERS, points=POINTS, days=DAYS)
    def reinstate(self, name: str, points: int, days: int) -> None:
        account = self.account(name)
        expired = account.expired - account.reinstated
        entry = self.post(
            name,
            EntryKind.REINSTATE,
            lambda account: dates.reinstate(account, points, expires_at=self.date(days)),
        )
        assert isinstance(entry, Entry) == (points <= expired)
        if isinstance(entry, Entry):
            self.ledgers[name].model.come_in([Part(entry.seq, points, self.date(days))])

    @rule(name=MEMBERS, which=st.integers(0, 50), points=POINTS | st.none(), policy=st.sampled_from(Spent))
    def take_back_an_award(self, name: str, which: int, points: int | None, policy: Spent) -> None:
        ledger = self.ledgers[name]
        awards = [entry for entry in ledger.entries if reversals.is_award(entry)]
        if not awards:
            return
        award = awards[which % len(awards)]
        settled = settled_trail(ledger, self.now)
        wanted = reversals.left_to_reverse(award, settled, points)
        if isinstance(wanted, Refused):
            assert wanted.code in (Code.ALREADY_REVERSED, Code.INVALID_INPUT)
            return
        spent = ledger.model.spent(award.seq, reversals.given(award))
        done: list[reversals.Reversal] = []

        def make(account: Account) -> Changes:
            done[:] = [
                reversals.take_back(account, award, settled, wanted, policy=policy, version=1, because="returned")
            ]
            return done[0].changes

        reversal = reversals.take_back(
            self.account(name), award, settled, wanted, policy=policy, version=1, because="returned"
        )
        entry = self.post(name, EntryKind.REVERSE, make, lines=reversal.lines, reverses=award.seq)
        assert isinstance(entry, Entry)
        assert done[0] == reversal
        self.model_take_back(ledger.model, award.seq, wanted, spent, policy)
        taken = entry.changes.reversed - entry.changes.adjusted
        ledger.model.lost[award.seq] = ledger.model.lost.get(award.seq, 0) + taken
        assert sum(line.points for line in entry.lines) == -taken

    @rule(name=MEMBERS, which=st.integers(0, 50))
    def spend_all_and_owe(self, name: str, which: int) -> None:
        available = self.ledgers[name].model.available()
        if available > 0:
            self.redeem(name, available)
            self.take_back_an_award(name, which, None, Spent.MAY_GO_NEGATIVE)

    def model_take_back(self, model: Model, credit: int, points: int, spent: int, policy: Spent) -> None:
        waiting = [part for part in model.parts if part.credit == credit and part.releases_at]
        own = [part for part in model.parts if part.credit == credit and part.spendable]
        for part in waiting + sorted(own, key=lambda part: part.expires_at):
            amount = min(points, part.points)
            part.points -= amount
            points -= amount
        model.tidy()
        missing = min(points, spent)
        if policy is Spent.ONLY_UNSPENT or not missing:
            return
        there = sum(part.points for part in model.parts if part.spendable)
        model.take(min(missing, there))
        if policy is Spent.MAY_GO_NEGATIVE:
            model.debt += max(missing - there, 0)

    @rule(name=MEMBERS, which=st.integers(0, 50), points=POINTS | st.none(), extend=st.booleans())
    def give_back_a_debit(self, name: str, which: int, points: int | None, extend: bool) -> None:
        ledger = self.ledgers[name]
        debits = [entry for entry in ledger.entries if reversals.is_debit(entry)]
        if not debits:
            return
        debit = debits[which % len(debits)]
        trail = settled_trail(ledger, self.now)
        wanted = reversals.left_to_reverse(debit, trail, points)
        if isinstance(wanted, Refused):
            return
        before = settle(ledger.head.after, self.now)
        extended_to = self.date(30) if extend else None

        def make(account: Account) -> Changes | Refused:
            back = reversals.give_back(
                account, debit, trail, wanted, at=self.now, extended_to=extended_to, version=1, because="returned"
            )
            return back if isinstance(back, Refused) else back.changes

        lines = (AwardLine(reversals.RULE, 1, wanted, "returned"),)
        entry = self.post(name, EntryKind.REVERSE, make, lines=lines, reverses=debit.seq)
        assert isinstance(entry, Entry)
        assert entry.points == wanted
        left, uses = wanted, []
        for use in reversed(trail.uses(debit.seq)):
            amount = min(left, use.points)
            left -= amount
            date = use.expires_at or NEVER
            uses.append(Part(use.credit, amount, self.date(30) if extend and date <= self.now else date))
        assert left == 0
        ledger.model.come_in(merged_by_credit(uses))
        assert before.account("POINTS").redeemed - self.account(name).redeemed in (0, wanted)

    @rule(hours=st.integers(1, 24 * 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for ledger in self.ledgers.values():
            ledger.model.pass_time(self.now)

    # Laws ----------------------------------------------------------------------------------------------------

    @invariant()
    def the_ledger_agrees_with_the_model(self) -> None:
        for name, ledger in self.ledgers.items():
            ledger.model.pass_time(self.now)
            account = self.account(name)
            assert (account.available, account.debt) == (ledger.model.available(), ledger.model.debt)
            assert account.lots == ledger.model.lots()
            assert account.waiting == sum(part.points for part in ledger.model.parts if part.releases_at)
            assert account.held == sum(p.points for p in ledger.model.parts if p.hold is not None)

    @invariant()
    def points_are_conserved_over_the_programme(self) -> None:
        came = went = 0
        for name in self.ledgers:
            account = self.account(name)
            came += account.earned + account.reinstated + account.adjusted + account.received
            went += account.available + account.waiting + account.held + account.redeemed
            went += account.expired + account.reversed + account.sent
        assert came == went
        assert self.account("ann").sent == self.account("bob").received

    @invariant()
    def every_balance_is_the_one_before_plus_the_points(self) -> None:
        for ledger in self.ledgers.values():
            available = waiting = held = 0
            for sequence, entry in enumerate(ledger.entries, start=1):
                after = entry.after.account("POINTS")
                available += entry.points
                waiting += entry.changes.waiting
                held += entry.changes.held
                assert (entry.seq, after.available, after.waiting, after.held) == (
                    sequence,
                    available,
                    waiting,
                    held,
                )

    @invariant()
    def the_trail_is_the_models(self) -> None:
        for ledger in self.ledgers.values():
            trail = settled_trail(ledger, self.now)
            for entry in ledger.entries:
                there = [part for part in ledger.model.parts if part.credit == entry.seq]
                left = trail.left(entry.seq)
                assert sum(lot.points for lot in left.lots) == sum(p.points for p in there if p.spendable)
                assert sum(p.points for p in left.pending) == sum(p.points for p in there if p.releases_at)
                if reversals.is_award(entry):
                    assert left.spent == ledger.model.spent(entry.seq, reversals.given(entry))

    @invariant()
    def plain_forms_lose_nothing(self) -> None:
        for ledger in self.ledgers.values():
            assert state_from_plain(state_to_plain(ledger.head.after)) == ledger.head.after
            for entry in ledger.entries[-2:]:
                assert changes_from_plain(changes_to_plain(entry.changes)) == entry.changes

    @invariant()
    def settling_in_steps_is_settling_at_once(self) -> None:
        for ledger in self.ledgers.values():
            later = self.now + timedelta(days=20)
            settled = settle(ledger.head.after, later)
            assert settle(settle(ledger.head.after, self.now), later) == settled
            assert next_due(settled, later) is None


def settled_trail(ledger: Ledger, now: datetime) -> Trail:
    """The trail with what time has done since the newest entry."""
    return Trail.of([*ledger.entries, *settlements(ledger.head, now, now)])


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
