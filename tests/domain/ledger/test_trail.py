"""The trail of points against a model in which every single point is a thing of its own."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending, merge_lots, merge_pending
from domain.ledger.reversals import Spent, is_award, is_debit
from domain.ledger.reversals import given as given_by
from domain.ledger.trail import Trail, Use
from tests.support.paths import CURRENCIES, Path, Step, extension, steps

NEVER = datetime.max.replace(tzinfo=UTC)
GIVEN = (EntryKind.EARN, EntryKind.PENDING, EntryKind.REINSTATE, EntryKind.TRANSFER_IN)
USED = ("used", "held")


@dataclass(eq=False)
class Point:
    """One point of a credit: where it stands, which entry uses it, and as the how-manieth."""

    credit: int
    currency: str
    expires_at: datetime | None
    releases_at: datetime | None = None
    place: str = "lot"
    user: int = 0
    turn: int = 0
    paid: bool = False
    held_by: tuple[int, ...] = ()


@dataclass
class Model:
    """All points that ever were, who owes one, and what is known of entries."""

    points: list[Point] = field(default_factory=list)
    owed: dict[str, list[int]] = field(default_factory=lambda: {code: [] for code in CURRENCIES})
    idle: dict[str, datetime | None] = field(default_factory=dict)
    asked: Counter[int] = field(default_factory=Counter)
    recovered: Counter[int] = field(default_factory=Counter)
    entries: dict[int, Entry] = field(default_factory=dict)
    turns: int = 0

    def at(self, place: str, currency: str, user: int | None = None) -> list[Point]:
        """The points there (and used by that entry), in the order in which they are used."""
        found = [p for p in self.points if (p.place, p.currency) == (place, currency) and user in (None, p.user)]
        idle = self.idle.get(currency)
        return sorted(found, key=lambda point: (point.expires_at or idle or NEVER, point.credit))

    def come_in(self, points: list[Point], currency: str) -> None:
        for point in sorted(points, key=lambda point: (point.expires_at or NEVER, point.credit)):
            point.place = "lot"
            if self.owed[currency]:
                self.use([point], self.owed[currency].pop(0))
                point.paid = True

    def use(self, points: list[Point], user: int, place: str = "used") -> None:
        for point in points:
            self.turns += 1
            point.place, point.user, point.turn, point.paid = place, user, self.turns, False

    def follow(self, entry: Entry, step: Step, path: Path) -> None:
        """What the words of the plan say of such an entry."""
        self.entries[entry.seq] = entry
        if not entry.input:
            self.pass_time(entry)
        elif entry.kind in GIVEN or (entry.kind is EntryKind.ADJUST and is_award(entry)):
            self.give(entry, step, path)
        elif entry.kind is EntryKind.REVERSE:
            target = self.entries[entry.reverses or 0]
            wanted = step.points if step.which % 3 else given_by(target) - self.asked[target.seq]
            self.asked[target.seq] += wanted
            back = self.give_back if is_debit(target) else self.take_back
            back(entry, target.seq, wanted, step, path)
        elif entry.kind is EntryKind.EXTEND:
            old = next(lot.expires_at for lot in entry.changes.lots if lot.points < 0)
            for point in self.at("lot", entry.currency):
                if old and point.expires_at == old:
                    point.expires_at = old + timedelta(days=step.days)
        else:
            self.move(entry, step)
        if entry.changes.idle:
            self.idle[entry.currency] = entry.changes.idle.at

    def give(self, entry: Entry, step: Step, path: Path) -> None:
        transfer = entry.kind is EntryKind.TRANSFER_IN
        dates = {path.date(days) for days in ((step.days, step.days + 3) if transfer else (step.days,))}
        fresh = [Point(entry.seq, entry.currency, date) for date in dates for _ in range(step.points)]
        self.points += fresh
        if entry.kind is not EntryKind.PENDING:
            self.come_in(fresh, entry.currency)
        for point in fresh if entry.kind is EntryKind.PENDING else ():
            point.place, point.releases_at = "wait", entry.changes.pending[0].releases_at

    def move(self, entry: Entry, step: Step) -> None:
        code, closed = entry.currency, entry.reverses or 0
        if entry.kind is EntryKind.RELEASE:
            self.come_in([point for point in self.at("wait", code) if point.credit == closed], code)
        elif entry.kind is EntryKind.HOLD:
            held = self.at("lot", code)[: step.points]
            self.use(held, entry.seq, "held")
            for point in held:
                point.held_by += (entry.seq,)
        elif entry.kind in (EntryKind.CAPTURE, EntryKind.VOID):
            held = self.at("held", code, closed)
            wanted = step.points if step.points % 3 else len(held)
            spent = wanted if entry.kind is EntryKind.CAPTURE else 0
            self.use(held[:spent], entry.seq)
            self.come_in(held[spent:], code)
        else:
            self.use(self.at("lot", code)[: step.points], entry.seq)

    def pass_time(self, entry: Entry) -> None:
        moment, code = entry.occurred_at, entry.currency
        if entry.kind is EntryKind.RELEASE:
            due = [point for point in self.at("wait", code) if point.releases_at == moment]
            first = min(due, key=lambda point: point.expires_at or NEVER).expires_at
            self.come_in([point for point in due if point.expires_at == first], code)
        elif entry.kind is EntryKind.VOID:
            self.come_in(self.at("held", code, entry.reverses), code)
        else:
            dated = [point for point in self.at("lot", code) if point.expires_at == moment]
            self.use(dated or [point for point in self.at("lot", code) if not point.expires_at], entry.seq)

    def give_back(self, entry: Entry, target: int, wanted: int, step: Step, path: Path) -> None:
        used = sorted(self.at("used", entry.currency, target), key=lambda point: point.turn)
        back = used[len(used) - wanted :]
        for point in back:
            if step.days % 2 and point.expires_at and point.expires_at <= path.now:
                point.expires_at = extension(path.now, step.days)
        self.come_in(back, entry.currency)

    def take_back(self, entry: Entry, target: int, wanted: int, step: Step, path: Path) -> None:
        own = [point for point in self.points if point.credit == target]
        waiting = [point for point in own if point.place == "wait"]
        there = sorted((p for p in own if p.place == "lot"), key=lambda point: point.expires_at or NEVER)
        taken = (waiting + there)[:wanted]
        missing = min(wanted - len(taken), self.spent(target))
        held = min(sum(point.place == "held" for point in own), self.spent(target))
        policy = tuple(Spent)[(step.days + step.points) % 3]
        self.use(taken, entry.seq)
        others = self.at("lot", entry.currency)[: 0 if policy is Spent.ONLY_UNSPENT else missing]
        self.use(others, entry.seq)
        short = missing - len(others) if policy is Spent.MAY_GO_NEGATIVE else 0
        self.owed[entry.currency] += [entry.seq] * short
        self.recovered[target] += len(others) + short
        self.asked[target] -= min(missing - len(others) - short, held)  # a hold may yet give it back

    def spent(self, credit: int) -> int:
        """Gone otherwise than by time or by being taken back, and not made good by others yet."""
        gone = [p for p in self.points if p.credit == credit and p.place in USED and not self.lost(p)]
        return max(len(gone) - self.recovered[credit], 0)

    def lost(self, point: Point) -> bool:
        return point.place == "used" and (self.expired(point) or self.reversed(point))

    def expired(self, point: Point) -> bool:
        return point.place == "used" and self.entries[point.user].kind is EntryKind.EXPIRE

    def reversed(self, point: Point) -> bool:
        """Taken back from where it stood; what pays a debt of its own reversal counts there already."""
        user = self.entries.get(point.user) if point.place == "used" and not point.paid else None
        return user is not None and user.kind is EntryKind.REVERSE and user.reverses == point.credit


def agree(trail: Trail, model: Model, entry: Entry) -> None:
    """The trail and the model say the same of every entry, and both add up to the state."""
    for code, account in entry.after.accounts.items():
        credits = sorted({point.credit for point in model.points if point.currency == code})
        left = {credit: trail.left(credit) for credit in credits}
        assert merge_lots((), [lot for one in left.values() for lot in one.lots]) == account.lots
        assert merge_pending((), [part for one in left.values() for part in one.pending]) == account.pending
        assert len(model.owed[code]) == account.debt
        for credit in credits:
            mine = [point for point in model.points if point.credit == credit]
            lots = Counter(point.expires_at for point in mine if point.place == "lot")
            waits = Counter((p.releases_at, p.expires_at) for p in mine if p.place == "wait")
            assert left[credit].lots == merge_lots((), (Lot(*lot) for lot in lots.items()))
            assert left[credit].pending == tuple(Pending(*dates, points) for dates, points in waits.items())
            assert left[credit].expired == sum(map(model.expired, mine))
            assert left[credit].reversed == sum(map(model.reversed, mine)) + model.recovered[credit]
            assert left[credit].spent == model.spent(credit)
            went = Counter({part.seq: part.points for part in trail.went(credit)})
            assert went == Counter(point.user for point in mine if point.place in USED)
    for seq, one in model.entries.items():
        used = Counter(p.credit for p in model.points if (p.place == "used" and p.user == seq) or seq in p.held_by)
        assert _by_credit(trail.uses(seq)) == used
        assert trail.asked_back(seq) == model.asked[seq]
        if is_debit(one):
            assert sum(lot.points for lot in trail.used(seq)) == given_by(one) - model.asked[seq]


def _by_credit(uses: tuple[Use, ...]) -> Counter[int]:
    total: Counter[int] = Counter()
    for use in uses:
        total[use.credit] += use.points
    return total


class TestTrail:
    @settings(max_examples=250, deadline=None)
    @given(st.booleans(), st.lists(steps, max_size=40))
    def test_it_knows_of_every_point_where_it_is_and_what_it_paid_for(
        self, idle: bool, wanted: list[Step]
    ) -> None:
        path, trail, model = Path(idle), Trail(), Model()
        for step in wanted:
            for entry in path.take(step):
                trail.add(entry)
                model.follow(entry, step, path)
                agree(trail, model, entry)
