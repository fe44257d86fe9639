"""Which credits paid for a debit, and where the points of a credit went; see `trail` for how that is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.trail import Trail, Use, Went, given_by


@dataclass(frozen=True, slots=True)
class UsedFor:
    """Where the points of one credit are: the numbers add up to `given`.

    `spent` are those that left otherwise than by expiry or a reversal of this credit; what paid a debt, or was
    taken for the reversal of another credit, is among them. `parts` says which entries have all but the first
    two.
    """

    given: int
    unspent: int
    pending: int
    held: int
    spent: int
    expired: int
    reversed: int
    parts: tuple[Went, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    kind: EntryKind
    given: int
    reverses: int | None


@dataclass(slots=True)
class Trace:
    """A fold over a member's entries from the first one, to be asked about any of them."""

    _trail: Trail = field(default_factory=Trail)
    _known: dict[int, _Known] = field(default_factory=dict)
    newest: int = 0
    """The newest entry that is written."""

    def add(self, entry: Entry) -> None:
        """Follows the next entry of the member."""
        self.foresee(entry)
        self.newest = entry.seq

    def foresee(self, entry: Entry) -> None:
        """Follows a step of time that is due and that no entry says yet."""
        self._trail.add(entry)
        self._known[entry.seq] = _Known(entry.kind, given_by(entry), entry.reverses)

    def paid_by(self, seq: int) -> tuple[Use, ...]:
        """The credits, lot by lot, that paid for a debit or are held, less what was given back; none for others.

        Of what a member owes it names those that have paid so far.
        """
        points: dict[tuple[int, object], Use] = {}
        for use in self._trail.uses(seq):
            known = points.get(use[:2])
            points[use[:2]] = use._replace(points=use.points + (known.points if known else 0))
        return tuple(points.values())

    def used_for(self, seq: int) -> UsedFor | None:
        """Where the points of a credit are; None for an entry that gave none."""
        credit = self._known.get(seq)
        if credit is None or not credit.given:
            return None
        left, parts = self._trail.left(seq), self._trail.went(seq)
        unspent, pending = sum(lot.points for lot in left.lots), sum(part.points for part in left.pending)
        by_fate = _by_fate(parts, {part.seq: self._fate(part.seq, seq) for part in parts})
        return UsedFor(given=credit.given, unspent=unspent, pending=pending, parts=parts, **by_fate)

    def _fate(self, debit: int, credit: int) -> str:
        known = self._known[debit]
        if known.kind is EntryKind.REVERSE and known.reverses == credit:
            return "reversed"
        return {EntryKind.EXPIRE: "expired", EntryKind.HOLD: "held"}.get(known.kind, "spent")


def _by_fate(parts: tuple[Went, ...], fates: Mapping[int, str]) -> dict[str, int]:
    total = dict.fromkeys(("held", "spent", "expired", "reversed"), 0)
    for part in parts:
        total[fates[part.seq]] += part.points
    return total
