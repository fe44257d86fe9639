"""A new member names who brought them."""

import strawberry

from domain.refusals import Refused
from resolvers.context import Info
from resolvers.members.member import Member
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.members.claim_referral import ClaimReferral, claim_referral


@strawberry.input(description="code: a friend's referral code, as they pass it on.")
class ClaimReferralInput:
    """Who brought the member."""

    code: str
    idempotency_key: str


@strawberry.type
class ClaimReferralPayload:
    """The member, or why not."""

    member: Member | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ClaimReferralMutation:
    """Holds the mutation."""

    @strawberry.mutation(
        extensions=[SignedInMember()],
        description="Within 30 days of joining and before the first purchase, once.",
    )
    async def claim_referral(self, info: Info, input: ClaimReferralInput) -> ClaimReferralPayload | None:
        """Says who brought the member, for those who did not when they were enrolled."""
        context = info.context
        command = ClaimReferral(str(context.identity.member_id), input.code, input.idempotency_key)
        outcome = await claim_referral(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return ClaimReferralPayload(errors=[user_error(outcome)])
        context.refresh()
        return ClaimReferralPayload(member=Member(row=outcome))
