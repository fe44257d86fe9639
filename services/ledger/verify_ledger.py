"""Re-derives every state from entry 1 and holds the ledger, and the projection of it, to the laws."""

from collections.abc import AsyncIterator

from domain.ledger.entry import Head
from mongo.accounts import Projected
from services.context import Context
from services.ledger.id_ranges import WHOLE, IdRange
from services.ledger.signed_tips import NO_TIPS, Signed
from services.ledger.verify_members import Auditor, Progress
from services.ledger.verify_report import Report

_STRANGERS = 100


async def verify_ledger(
    context: Context,
    progress: Progress = lambda entries: None,
    *,
    ids: IdRange = WHOLE,
    signed: Signed | None = None,
) -> Report:
    """Reads all entries of a range of members once, member by member; `progress` hears how many were read.

    Memory is flat but for the signed tips, which are those of one range. Entries may come meanwhile: those of
    members that were read already wait for the next time.
    """
    report = Report()
    covered = signed.of(ids) if signed else NO_TIPS
    auditor = Auditor(context.ledger, report, covered, progress)
    projections = _Projections(context.accounts.all(*ids))
    missing = dict(covered.tips)
    async for entry in context.ledger.all(*ids):
        if entry.member != auditor.member:
            await _close(auditor, projections)
            auditor.open(Head(entry.member))
            missing.pop(entry.member, None)
        await auditor.read(entry)
    await _close(auditor, projections)
    async for orphan in projections.rest():
        await auditor.refuse_ahead(orphan)
    for tip in missing.values():
        auditor.miss(tip)
    await auditor.end()
    return report


async def verify_strangers(context: Context) -> Report:
    """Entries that belong to nobody: no range of members has them."""
    report = Report()
    for member, seq in await context.ledger.strangers(_STRANGERS):
        report.refuse("", 0, f"an entry stands under {member!r}, sequence {seq!r}, which can be no member")
    return report


async def _close(auditor: Auditor, projections: "_Projections") -> None:
    if auditor.member is not None:
        await auditor.close(await projections.of(auditor.member))


class _Projections:
    """The projections in the order of the ledger, read beside it: both sorted by member, descending."""

    def __init__(self, rows: AsyncIterator[Projected]) -> None:
        self._rows = rows
        self._next: Projected | None = None
        self._orphans: list[Projected] = []

    async def of(self, member: str) -> Projected | None:
        """The projection of the member, who comes behind all asked for so far."""
        while self._next is None or self._next.member > member:
            if self._next is not None:
                self._orphans.append(self._next)
            self._next = await anext(self._rows, None)
            if self._next is None:
                return None
        if self._next.member < member:
            return None
        found, self._next = self._next, None
        return found

    async def rest(self) -> AsyncIterator[Projected]:
        """Projections that no member of the ledger has."""
        for orphan in self._orphans:
            yield orphan
        if self._next is not None:
            yield self._next
        async for row in self._rows:
            yield row
