"""Redemptions that nobody decided on in time are cancelled; their points came back when the hold ended."""

from datetime import datetime

from domain.rewards.redemption import Redemption
from domain.support.approval import ApprovalStatus
from mongo.transactions import Session
from services.context import Context
from services.rewards.decide_review import cancelled
from services.rewards.return_pieces import return_pieces
from services.rewards.tell import tell_of

TIMED_OUT = "TIMED_OUT"
"""What the member is to be told."""
PAGE = 200


async def end_reviews(context: Context, now: datetime) -> int:
    """Cancels what is in review past its end, gives stock and limits back, and closes the requests; how many.

    Run again, or by several at once, it does so once for each. Whoever decides at the same moment is first or is
    refused.
    """
    ended = 0
    while found := await context.redemptions.overdue(now, limit=PAGE):
        done = [await _end(context, redemption, now) for redemption in found]
        ended += sum(done)
        if not any(done):
            break  # others are at it
    return ended


async def _end(context: Context, redemption: Redemption, now: datetime) -> bool:
    async def work(session: Session) -> bool:
        if not await context.redemptions.put(session, cancelled(redemption, now, TIMED_OUT)):
            return False
        await return_pieces(context, session, redemption)
        await context.approvals.close_of(session, redemption.member, redemption.id, ApprovalStatus.EXPIRED)
        return True

    ended = await context.transactions.run(work)
    if ended:
        await tell_of(context, redemption.id)
    return ended
