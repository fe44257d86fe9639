"""Verifies the members who have entries since some time, from the entry before on."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from domain.ledger.canonical import entry_hash
from domain.ledger.entry import Entry, Head
from mongo.verifications import Changed
from services.context import Context
from services.ledger.signed_tips import NO_TIPS, Signed, SignedTips
from services.ledger.verify_members import Auditor, Progress
from services.ledger.verify_report import Report

_PAGE = 200


async def verify_changed(
    context: Context,
    changed: AsyncIterator[Changed],
    progress: Progress = lambda entries: None,
    *,
    signed: Signed | None = None,
) -> Report:
    """Holds these members' entries, from the first that is new on, to the laws, and their tips to the root.

    The state after the entry before is taken as it stands there; only that entry's own hash is made anew.
    """
    report = Report()
    page: list[Changed] = []
    async for one in changed:
        page.append(one)
        if len(page) == _PAGE:
            await _verify_page(context, page, report, progress, signed)
            page = []
    await _verify_page(context, page, report, progress, signed)
    return report


async def _verify_page(
    context: Context, page: Sequence[Changed], report: Report, progress: Progress, signed: Signed | None
) -> None:
    tips = {one.member: signed.tips.find(one.member) for one in page} if signed else {}
    known = {member: tip for member, tip in tips.items() if tip}
    covered = SignedTips(signed.day, known) if signed else NO_TIPS
    first = {one.member: one.first for one in page}
    earlier = [(tip.member, tip.seq) for tip in known.values() if tip.seq < first[tip.member]]
    # The projections come first: what they follow must be there when the ledger is read.
    projections, hashes = await asyncio.gather(
        context.accounts.get_many(list(first)), context.ledger.hashes(earlier)
    )
    auditor = Auditor(context.ledger, report, covered, progress)
    for one in page:
        await _read(context, auditor, one, report)
        for (member, seq), hash in hashes.items():
            if member == one.member:
                auditor.match_earlier(seq, hash)
        await auditor.close(projections.get(one.member))
    await auditor.end()


async def _read(context: Context, auditor: Auditor, one: Changed, report: Report) -> None:
    async for entry in context.ledger.from_seq(one.member, one.first - 1):
        if auditor.member is None:
            if isinstance(entry, Entry) and entry.seq == one.first - 1:
                if entry_hash(entry) != entry.hash:
                    report.refuse(entry.member, entry.seq, "its content is not what its hash was made of")
                auditor.open(Head.of(entry))
                continue
            auditor.open(Head(one.member))
        await auditor.read(entry)
    if auditor.member is None:  # deleted since it was listed
        auditor.open(Head(one.member))
