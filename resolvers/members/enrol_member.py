"""A service enrols a person."""

from datetime import date

import strawberry
from strawberry.scalars import JSON

from domain.actors import Role
from domain.members.enrol import Enrol
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.members.member import Member
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.members.enrol_member import enrol_member


@strawberry.input
class EnrolMemberInput:
    """`externalId` is the service's own id of the person; the same one is the same member, for ever."""

    external_id: str
    given_name: str | None = ABSENT
    family_name: str | None = ABSENT
    email: str | None = ABSENT
    phone: str | None = ABSENT
    birthday: date | None = ABSENT
    locale: str | None = ABSENT
    timezone: str | None = ABSENT
    attributes: JSON | None = ABSENT
    referral_code: str | None = ABSENT


@strawberry.type
class EnrolMemberPayload:
    """`created` is false for a member who stood already: nothing of them is changed."""

    member: Member | None = None
    created: bool = False
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class EnrolMemberMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def enrol_member(self, info: Info, input: EnrolMemberInput) -> EnrolMemberPayload | None:
        """Makes the member of an external id once, however often it is asked for."""
        context = info.context
        outcome = await enrol_member(context.services, context.identity.actor(), _command(input))
        if isinstance(outcome, Refused):
            return EnrolMemberPayload(errors=[user_error(outcome)])
        context.refresh()
        return EnrolMemberPayload(member=Member(row=outcome.member), created=outcome.created)


def _command(input: EnrolMemberInput) -> Enrol:
    attributes: object = given(input.attributes)
    return Enrol(
        external_id=input.external_id,
        given_name=given(input.given_name),
        family_name=given(input.family_name),
        email=given(input.email),
        phone=given(input.phone),
        birthday=given(input.birthday),
        locale=given(input.locale),
        timezone=given(input.timezone),
        attributes=attributes,  # type: ignore[arg-type]  # any JSON; `check_enrol` refuses what is no object
        referral_code=given(input.referral_code),
    )
