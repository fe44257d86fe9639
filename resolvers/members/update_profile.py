"""A profile is changed by whom it belongs to, or by staff."""

from datetime import date
from typing import Any, Final

import strawberry
from strawberry.scalars import JSON

from domain.actors import Role
from domain.members.change import ChangeProfile
from domain.refusals import Refused, not_found
from resolvers.alerts.preferences import member_meant
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.members.member import Member
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.members.update_profile import update_profile

_FIELDS: Final = {
    "givenName": "given_name",
    "familyName": "family_name",
    "email": "email",
    "phone": "phone",
    "birthday": "birthday",
    "locale": "locale",
    "timezone": "timezone",
    "attributes": "attributes",
}


@strawberry.input(description="memberId: for staff.")
class UpdateProfileInput:
    """What is left out stays, null takes away; of `attributes` only those that are named change."""

    member_id: strawberry.ID | None = ABSENT
    given_name: str | None = ABSENT
    family_name: str | None = ABSENT
    email: str | None = ABSENT
    phone: str | None = ABSENT
    birthday: date | None = ABSENT
    locale: str | None = ABSENT
    timezone: str | None = ABSENT
    attributes: JSON | None = ABSENT


@strawberry.type
class UpdateProfilePayload:
    """The member as they are now, or why nothing was changed."""

    member: Member | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class UpdateProfileMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.MEMBER, STAFF)])
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> UpdateProfilePayload | None:
        """A member's own, but a birthday that is known and attributes that rules go by; staff may change all."""
        context = info.context
        member = member_meant(context, given(input.member_id))
        if member is None:
            return UpdateProfilePayload(errors=[user_error(not_found("There is no such member.", "memberId"))])
        command = ChangeProfile(member, _given(input))
        outcome = await update_profile(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return UpdateProfilePayload(errors=[user_error(outcome)])
        context.refresh()
        return UpdateProfilePayload(member=Member(row=outcome))


def _given(input: UpdateProfileInput) -> dict[str, Any]:
    """What the input names, null or not."""
    named = {name: getattr(input, attribute) for name, attribute in _FIELDS.items()}
    return {name: value for name, value in named.items() if value is not strawberry.UNSET}
