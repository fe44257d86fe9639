"""Points that came in were sent: what of a transfer is with the receiver has its other half with the sender."""

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from mongo.ledger import Ledger
from services.ledger.verify_report import Report

_AT_ONCE = 200


class Arrivals:
    """Gathers what came in, and looks for what was sent, many at a time.

    Both halves are written in one transaction, so that whoever sees the one finds the other.
    """

    def __init__(self, ledger: Ledger, report: Report) -> None:
        self._ledger = ledger
        self._report = report
        self._waiting: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """One more entry of any kind."""
        if entry.kind is EntryKind.TRANSFER_IN:
            self._waiting.append(entry)

    async def settle(self, *, all: bool = False) -> None:
        """Looks for the other halves once there are enough of them, or of `all`."""
        if not self._waiting or (len(self._waiting) < _AT_ONCE and not all):
            return
        entries, self._waiting = self._waiting, []
        sent = await self._ledger.sent(_origin(entry) for entry in entries)
        for entry in entries:
            if sent.get(_origin(entry)) != (entry.currency, entry.changes.received):
                law = f"{entry.changes.received} points came in that nobody sent"
                self._report.refuse(entry.member, entry.seq, law)


def _origin(entry: Entry) -> tuple[str, str]:
    """Member and key of the sender's entry, which the receiver's key names."""
    _, _, origin = entry.key.partition(":")
    member, _, key = origin.partition(":")
    return member, key
