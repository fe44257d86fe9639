"""The trail of points: which credit's points stand where, and which credits paid for a debit.

Lots merge by date and keep no history; the trail follows a member's entries from the first one and keeps the
credits apart. Within a lot the earlier credit is used first; reversals and captures take what they name.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending, soonest_first

_LotKey = tuple[str, datetime | None]
_WaitKey = tuple[str, datetime | None, datetime | None]
_Key = TypeVar("_Key", _LotKey, _WaitKey)
_Part = TypeVar("_Part", Lot, Pending)


class Use(NamedTuple):
    """Points of the credit with the sequence `credit`, from the lot of `expires_at`."""

    credit: int
    expires_at: datetime | None
    points: int


class Went(NamedTuple):
    """Points of a credit that the entry `seq` spent, holds, paid a debt with, let expire or took back."""

    seq: int
    points: int


@dataclass(frozen=True, slots=True)
class Left:
    """Where the points of one credit are. `spent`: they left, are held or paid a debt, and none took them back.

    `held` are those of them that a hold may yet give back.
    """

    lots: tuple[Lot, ...]
    pending: tuple[Pending, ...]
    spent: int
    held: int
    expired: int
    reversed: int


@dataclass(slots=True)
class _Credit:
    given: int = 0
    expired: int = 0
    reversed: int = 0
    recovered: int = 0
    """What reversals of it took from other credits, or made a debt of."""


@dataclass(slots=True)
class Trail:
    """A fold over one member's entries in their order, from sequence 1."""

    _lots: dict[_LotKey, dict[int, int]] = field(default_factory=dict)
    _waiting: dict[_WaitKey, dict[int, int]] = field(default_factory=dict)
    _held: dict[int, list[Use]] = field(default_factory=dict)
    _credits: dict[int, _Credit] = field(default_factory=dict)
    _uses: dict[int, list[Use]] = field(default_factory=dict)
    _users: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _closed: set[int] = field(default_factory=set)
    _debts: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    _idle: dict[str, datetime | None] = field(default_factory=dict)
    _asked: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _unqualified: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    @staticmethod
    def of(entries: Iterable[Entry]) -> "Trail":
        """The trail of a member's entries from the first one."""
        trail = Trail()
        for entry in entries:
            trail.add(entry)
        return trail

    def add(self, entry: Entry) -> None:
        """Follows the next entry of the member."""
        pool = self._leaving(entry)
        fresh = given_by(entry)
        if fresh:
            self._credits[entry.seq] = _Credit(fresh)
            pool.append(Use(entry.seq, None, fresh))
        self._arrive(entry, pool)
        if entry.changes.idle:
            self._idle[entry.currency] = entry.changes.idle.at

    def left(self, seq: int) -> Left:
        """Where the points of a credit are now."""
        lots = [Lot(date, parts[seq]) for (_, date), parts in self._lots.items() if seq in parts]
        pending = [Pending(*key[1:], parts[seq]) for key, parts in self._waiting.items() if seq in parts]
        credit = self._credits.get(seq, _Credit())
        there = sum(lot.points for lot in lots) + sum(part.points for part in pending)
        # Below zero, it would be what came back after others had been taken for it.
        spent = max(credit.given - there - credit.expired - credit.reversed - credit.recovered, 0)
        lots.sort(key=soonest_first)
        held = sum(use.points for uses in self._held.values() for use in uses if use.credit == seq)
        gone = credit.reversed + credit.recovered
        return Left(tuple(lots), tuple(pending), spent, min(held, spent), credit.expired, gone)

    def uses(self, seq: int) -> tuple[Use, ...]:
        """Which credits paid for a debit, a hold or what is owed, less what was given back."""
        return tuple(self._uses.get(seq, ()))

    def went(self, seq: int) -> tuple[Went, ...]:
        """Where the points of a credit are that are neither unspent nor waiting, oldest first.

        With those that are, they add up to what the credit gave. A hold is among them while it is open.
        """
        parts = [Went(debit, self._paid(debit, seq)) for debit in sorted(self._users.get(seq, ()))]
        return tuple(part for part in parts if part.points)

    def used(self, seq: int) -> tuple[Lot, ...]:
        """The lots that a debit took and that were not given back yet, in the order they were taken."""
        return tuple(Lot(use.expires_at, use.points) for use in self.uses(seq))

    def asked_back(self, seq: int) -> int:
        """How many points of an entry reversals have asked for, whether or not they could be had."""
        return self._asked.get(seq, 0)

    def unqualified(self, seq: int) -> dict[str, int]:
        """What reversals of an award took from the years' counters, below zero."""
        return dict(self._unqualified.get(seq, {}))

    def _paid(self, debit: int, credit: int) -> int:
        if debit in self._closed:
            return 0
        return sum(use.points for use in self._uses[debit] if use.credit == credit)

    def _leaving(self, entry: Entry) -> list[Use]:
        """The points that the entry moves, credit by credit, in the order in which it uses them."""
        named = entry.reverses if entry.kind in (EntryKind.REVERSE, EntryKind.RELEASE) else None
        pool: list[Use] = []
        for part in entry.changes.pending:
            if part.points < 0:
                key = (entry.currency, *part[:2])
                pool += _pop(self._waiting, key, -part.points, named, part.expires_at)
        for lot in entry.changes.lots:
            if lot.points < 0:
                pool += _pop(self._lots, (entry.currency, lot.expires_at), -lot.points, named, lot.expires_at)
        if entry.changes.unhold is not None:
            pool += self._held.pop(entry.changes.unhold, [])
            self._closed.add(entry.changes.unhold)
            pool.sort(key=lambda use: (soonest_first(self._dated(entry.currency, use)), use.credit))
        if entry.kind is EntryKind.REVERSE and entry.reverses is not None:
            pool += self._reverse(entry, entry.reverses, pool)
        return pool

    def _reverse(self, entry: Entry, target: int, taken: list[Use]) -> list[Use]:
        """Notes a reversal; what it gives back of a debit, in the order in which it comes in."""
        changes = entry.changes
        back = -changes.redeemed if changes.redeemed else max(changes.adjusted, 0)
        self._asked[target] += back or -sum(line.points for line in entry.lines if line.points < 0)
        counters = self._unqualified[target]
        for year, delta in changes.qualifying:
            counters[year] = counters.get(year, 0) + delta
        if back:
            given, self._uses[target] = _split_last(self._uses.get(target, []), back)
            return sorted(given, key=lambda use: (soonest_first(Lot(*use[1:])), use.credit))
        own = sum(use.points for use in taken if use.credit == target)
        credit = self._credits.setdefault(target, _Credit())
        credit.reversed += own
        credit.recovered += changes.reversed - changes.adjusted - own
        return []

    def _arrive(self, entry: Entry, pool: list[Use]) -> None:
        """Brings what moved to where the entry says; the first of it is what was used up."""
        changes, currency = entry.changes, entry.currency
        gained = [lot for lot in changes.lots if lot.points > 0]
        waits = [part for part in changes.pending if part.points > 0]
        paid = max(-changes.debt, 0)
        arriving = sum(lot.points for lot in gained) + sum(part.points for part in waits) + paid
        used, rest = _split_first(pool, sum(use.points for use in pool) - arriving)
        # Whatever finds no lot to stand in has paid what was owed.
        for lot, uses in _matched(rest, gained):
            _push(self._lots, (currency, lot.expires_at), uses)
        for part, uses in _matched(rest, waits):
            _push(self._waiting, (currency, *part[:2]), uses)
        self._pay(currency, rest)
        if changes.hold is not None:
            self._held[entry.seq] = list(used)
        if used or changes.debt > 0:
            self._uses[entry.seq] = list(used)
        for use in used:
            self._users[use.credit].add(entry.seq)
        if changes.debt > 0:
            self._debts[currency].append(Use(entry.seq, None, changes.debt))
        if entry.kind is EntryKind.EXPIRE:
            for use in used:
                self._credits[use.credit].expired += use.points

    def _pay(self, currency: str, payment: list[Use]) -> None:
        """What is owed is paid, the oldest debt first."""
        for use in payment:
            left = use.points
            while left:
                debt, *later = self._debts[currency]
                part = min(left, debt.points)
                self._uses[debt.credit].append(use._replace(points=part))
                self._users[use.credit].add(debt.credit)
                left -= part
                owed = debt._replace(points=debt.points - part)
                self._debts[currency] = [owed, *later] if owed.points else later

    def _dated(self, currency: str, use: Use) -> Lot:
        return Lot(use.expires_at or self._idle.get(currency), use.points)


def given_by(entry: Entry) -> int:
    """The points that begin with this entry: 0 for debits, and for what only moves points or brings them back."""
    if entry.kind is EntryKind.REVERSE:
        return 0
    changes = entry.changes
    return changes.earned + max(changes.adjusted, 0) + changes.received + changes.reinstated


def _pop(
    parts: dict[_Key, dict[int, int]], key: _Key, points: int, named: int | None, expires_at: datetime | None
) -> list[Use]:
    """Takes points: of the credit that is named first, then of the earliest."""
    there = parts[key]
    taken: list[Use] = []
    for credit in sorted(there, key=lambda credit: (credit != named, credit)):
        part = min(points, there[credit])
        if not part:
            break
        points -= part
        there[credit] -= part
        taken.append(Use(credit, expires_at, part))
    parts[key] = {credit: left for credit, left in there.items() if left}
    if not parts[key]:
        del parts[key]
    return taken


def _push(parts: dict[_Key, dict[int, int]], key: _Key, uses: Iterable[Use]) -> None:
    there = parts.setdefault(key, {})
    for use in uses:
        there[use.credit] = there.get(use.credit, 0) + use.points


def _split_first(uses: list[Use], points: int) -> tuple[list[Use], list[Use]]:
    """The first `points` of them, and the rest."""
    first: list[Use] = []
    for index, use in enumerate(uses):
        if use.points > points:
            part = [use._replace(points=points)] if points else []
            return first + part, [use._replace(points=use.points - points), *uses[index + 1 :]]
        first.append(use)
        points -= use.points
    return first, []


def _split_last(uses: list[Use], points: int) -> tuple[list[Use], list[Use]]:
    """The last `points` of them, and the rest, both in their order."""
    kept, last = _split_first(uses, sum(use.points for use in uses) - points)
    return last, kept


def _matched(rest: list[Use], wanted: list[_Part]) -> list[tuple[_Part, list[Use]]]:
    """Takes out of `rest` what fills each part: points of its own date where there are some, then any.

    Of one date the later credits, since the earlier are used first and pay what is owed.
    """
    filled: list[tuple[_Part, list[Use]]] = []
    for own_date in (True, False):
        for part in wanted:
            missing = part.points - sum(use.points for known, uses in filled if known is part for use in uses)
            fitting = [use for use in rest if not own_date or use.expires_at == part.expires_at]
            fitting.sort(key=lambda use: (soonest_first(Lot(*use[1:])), -use.credit))
            uses, _ = _split_first(fitting, missing)
            filled.append((part, uses))
            _remove(rest, uses)
    return filled


def _remove(rest: list[Use], gone: list[Use]) -> None:
    for use in gone:
        at = next(i for i, one in enumerate(rest) if one[:2] == use[:2] and one.points >= use.points)
        left = rest[at].points - use.points
        rest[at : at + 1] = [rest[at]._replace(points=left)] if left else []
