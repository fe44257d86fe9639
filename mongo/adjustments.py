"""What staff have added, from the entries of a member: what a projection cannot tell from two states."""

from collections.abc import Mapping, Sequence

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.totals import raised_by
from mongo.client import Database
from mongo.ledger import RARE
from mongo.transactions import Session

Span = tuple[int, int]
"""Entries after the first sequence, up to and with the second."""
_ADJUSTING = [EntryKind.ADJUST.value, EntryKind.REVERSE.value]


class Adjustments:
    """Reads the adjustments among the entries of many members, and no other entry."""

    def __init__(self, database: Database) -> None:
        self._entries = database["entries"]

    async def raised(self, session: Session, spans: Mapping[str, Span]) -> dict[str, dict[str, int]]:
        """By member and currency what staff added within these spans; members without any left out."""
        if not spans:
            return {}
        query = {"member": {"$in": list(spans)}, "kind": {"$in": _ADJUSTING}}
        fields = {"member": 1, "seq": 1, "currency": 1, "kind": 1, "changes.adjusted": 1}
        found: dict[str, dict[str, int]] = {}
        async for row in self._entries.find(query, fields, session=session, hint=RARE):
            after, last = spans[row["member"]]
            adjusted = row["changes"].get("adjusted", 0)
            if adjusted and after < row["seq"] <= last:
                points = raised_by(EntryKind(row["kind"]), adjusted)
                _add(found.setdefault(row["member"], {}), row["currency"], points)
        return found


def raised_in(entries: Sequence[Entry]) -> dict[str, int]:
    """The same of entries that are at hand, by currency."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.changes.adjusted:
            _add(found, entry.currency, raised_by(entry.kind, entry.changes.adjusted))
    return found


def _add(found: dict[str, int], currency: str, points: int) -> None:
    found[currency] = found.get(currency, 0) + points
