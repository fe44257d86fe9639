"""Staff announce something."""

from datetime import datetime

import strawberry

from domain.actors import Role
from domain.alerts.announcement import Audience
from domain.refusals import Refused
from resolvers.alerts.announcement import Announcement, AnnouncementTextInput, words_of
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.create_announcement import CreateAnnouncement, create_announcement


@strawberry.input(
    description="One text is in the programme's locale or in en. segment, tier: a code of the programme's; "
    "neither: all active members. sendAt: null for now, at most a year ahead; endsAt: when it is over."
)
class CreateAnnouncementInput:
    """What is told, to whom and when."""

    texts: list[AnnouncementTextInput]
    idempotency_key: str
    segment: str | None = ABSENT
    tier: str | None = ABSENT
    send_at: datetime | None = ABSENT
    ends_at: datetime | None = ABSENT


@strawberry.type
class CreateAnnouncementPayload:
    """The announcement, which waits for its time."""

    announcement: Announcement | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class CreateAnnouncementMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def create_announcement(
        self, info: Info, input: CreateAnnouncementInput
    ) -> CreateAnnouncementPayload | None:
        """A worker puts it into inboxes at its time; each member is told once, as they prefer to be."""
        context = info.context
        command = CreateAnnouncement(
            words_of(input.texts),
            input.idempotency_key,
            Audience(given(input.segment), given(input.tier)),
            given(input.send_at),
            given(input.ends_at),
        )
        outcome = await create_announcement(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return CreateAnnouncementPayload(errors=[user_error(outcome)])
        return CreateAnnouncementPayload(announcement=Announcement(row=outcome))
