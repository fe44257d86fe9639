"""Which credits paid for which debits of a member, and where the points of credits went."""

from domain.ledger.posting import settlements
from domain.ledger.trace import Trace
from services.context import Context

MOST = 10_000
"""The longest history that is followed while somebody waits: three purchases a day for nine years."""
_PAGE = 200


async def read_trace(context: Context, member: str, *, most: int | None = MOST) -> Trace | None:
    """The member's points followed from the first entry to now; what time has done and no entry says is in it.

    The cost is that of reading the member's whole history, in pages, so that others get their turn in between.
    None when the history has more than `most` entries; with None it may be of any length.
    """
    head, now = await context.ledger.head(member), context.clock()
    if most is not None and head.seq > most:
        return None
    trace = Trace()
    for start in range(0, head.seq, _PAGE):
        for entry in await context.ledger.since(member, start, until=min(start + _PAGE, head.seq)):
            trace.add(entry)
    for step in settlements(head, now, now):
        trace.foresee(step)
    return trace
