"""A redemption that waits: staff are asked, in the transaction that sets its points aside."""

import secrets

from domain.ledger.entry import Entry
from domain.rewards.guards import Review
from domain.rewards.redemption import Redemption
from domain.support.approval import Approval, ApprovalStatus, RedemptionReview
from mongo.transactions import Session
from services.context import Context

IN_REVIEW = "IN_REVIEW"
"""What the member is to be told of it."""


async def request_review(
    context: Context, session: Session, entry: Entry, *, redemption: Redemption, review: Review, device: str | None
) -> None:
    """Files the request for approval beside the hold `entry`; it stands under the redemption's own key."""
    approval = Approval(
        id=secrets.token_hex(10),
        status=ApprovalStatus.PENDING,
        member=redemption.member,
        what=RedemptionReview(redemption.id, device),
        points=-redemption.points,
        currency=entry.currency,
        reason=", ".join(review.codes),
        key=entry.key,
        input=entry.input,
        requested_by=entry.actor,
        requested_at=entry.recorded_at,
    )
    await context.approvals.file(session, approval)
