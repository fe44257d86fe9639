"""Staff give a member a tier."""

from datetime import datetime

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.ledger.entry import Entry
from resolvers.members.find import surely_member
from resolvers.members.member import Member
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.support.outcome import no_such_member
from resolvers.user_errors import UserError
from services.tiers.override_tier import OverrideTier, override_tier


@strawberry.input(
    description="tier: its code; it stands whatever qualifies, be it above or below, up to and without `until`, "
    "at most ten years ahead. Without both, what was given ends now, and what qualifies stands."
)
class OverrideTierInput:
    """Which tier, until when, and why."""

    member_id: strawberry.ID
    note: str
    idempotency_key: str
    tier: str | None = ABSENT
    until: datetime | None = ABSENT
    reason_code: str | None = ABSENT


@strawberry.type
class OverrideTierPayload:
    """The member as they stand now, and the entry; or errors."""

    member: Member | None = None
    entry: Entry | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class OverrideTierMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def override_tier(self, info: Info, input: OverrideTierInput) -> OverrideTierPayload | None:
        """Supervisors: gives a member a tier up to a time, or ends one that was given.

        A new one takes the last one's place.
        """
        context = info.context
        member = key_of("Member", input.member_id)
        outcome = (
            no_such_member()
            if member is None
            else await override_tier(context.services, context.identity, _command(member, input))
        )
        if isinstance(outcome, Refused):
            return OverrideTierPayload(errors=[user_error(outcome)])
        context.refresh()
        return OverrideTierPayload(member=await surely_member(context, outcome.member), entry=Entry.of(outcome))


def _command(member: str, input: OverrideTierInput) -> OverrideTier:
    return OverrideTier(
        member=member,
        tier=given(input.tier),
        until=given(input.until),
        note=input.note,
        key=input.idempotency_key,
        reason=given(input.reason_code),
    )
