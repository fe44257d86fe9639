"""Holds the entries of members, given oldest first, to the laws, to the signed root and to their projections."""

from collections.abc import Callable

from domain.ledger.canonical import state_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from domain.ledger.root import Tip
from mongo.accounts import Projected
from mongo.entry_documents import Unreadable
from mongo.ledger import Ledger
from services.ledger.signed_tips import SignedTips
from services.ledger.verify_report import Report
from services.ledger.verify_transfers import Arrivals

_PROGRESS_EVERY = 1_000
Progress = Callable[[int], None]


class Auditor:
    """Reads members one after the other into `report`; `progress` hears how many entries were read.

    What is behind a projection is held against it at the end of its member.
    """

    def __init__(self, ledger: Ledger, report: Report, signed: SignedTips, progress: Progress) -> None:
        self._ledger = ledger
        self._report = report
        self._signed = signed
        self._progress = progress
        self._arrivals = Arrivals(ledger, report)
        self._head: Head | None = None
        self._tip: Tip | None = None

    @property
    def member(self) -> str | None:
        """Whose entries are being read."""
        return self._head.member if self._head else None

    def open(self, head: Head) -> None:
        """Begins with a member whose next entry follows `head`; what stands up to there is taken as checked."""
        self._head = head
        self._tip = self._signed.tips.get(head.member)
        for code, account in head.after.accounts.items():
            self._report.of(code).entries += account.available

    async def read(self, entry: Entry | Unreadable) -> None:
        """Holds the next entry to the laws; what came in, a few at a time, to who sent it."""
        assert self._head is not None, "open a member first"  # noqa: S101
        self._report.entries += 1
        if self._report.entries % _PROGRESS_EVERY == 0:
            self._progress(self._report.entries)
        if isinstance(entry, Unreadable):
            self._report.refuse(entry.member, entry.seq, "it cannot be read")
        else:
            self._report.refuse(entry.member, entry.seq, *broken_laws(self._head, entry))
            self._report.of(entry.currency).entries += entry.points
            self._arrivals.add(entry)
            self._head = Head.of(entry)
        self._match(entry.seq, entry.hash if isinstance(entry, Entry) else None)
        await self._arrivals.settle()

    def match_earlier(self, seq: int, hash: bytes) -> None:
        """Holds an entry that is taken as checked against the root alone."""
        self._match(seq, hash)

    def _match(self, seq: int, hash: bytes | None) -> None:
        tip = self._tip
        if tip is None or tip.seq != seq:
            return
        self._tip = None
        if hash is not None and hash != tip.hash:
            law = f"it is not the entry that the root of {self._signed.day} was signed over"
            self._report.refuse(tip.member, seq, law)

    async def close(self, projected: Projected | None) -> None:
        """Ends a member: adds up the head, and holds root and projection against it."""
        head = self._head
        if head is None:
            return
        self._report.members += 1
        _add_up(self._report, head)
        if self._tip is not None:
            self.miss(self._tip)
        if projected is None or projected.seq < head.seq:
            self._report.behind += 1
        elif projected.seq > head.seq:
            await self.refuse_ahead(projected)
        elif state_to_plain(projected.state) != state_to_plain(head.after):
            self._report.refuse(head.member, head.seq, "its projection is not the ledger's state")
        self._head = None

    async def end(self) -> None:
        """Ends the reading of members."""
        await self._arrivals.settle(all=True)
        self._progress(self._report.entries)

    def miss(self, tip: Tip) -> None:
        """Notes that an entry which was signed for is not in the ledger."""
        law = f"the root of {self._signed.day} was signed over entry {tip.seq}, which the ledger has not"
        self._report.refuse(tip.member, 0, law)

    async def refuse_ahead(self, projected: Projected) -> None:
        """Notes a projection of an entry that is not there."""
        # What it follows may have come after its member was read: only what is not there now is missing.
        if not await self._ledger.has(projected.member, projected.seq):
            law = f"its projection follows entry {projected.seq}, which the ledger has not"
            self._report.refuse(projected.member, 0, law)


def _add_up(report: Report, head: Head) -> None:
    for code, account in head.after.accounts.items():
        report.of(code).count(account)
