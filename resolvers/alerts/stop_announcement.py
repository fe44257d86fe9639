"""Staff stop an announcement."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.alerts.announcement import Announcement
from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.stop_announcement import stop_announcement


@strawberry.input
class StopAnnouncementInput:
    """Which one; stopping it twice is stopping it once."""

    announcement_id: strawberry.ID


@strawberry.type
class StopAnnouncementPayload:
    """The announcement as it stands."""

    announcement: Announcement | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class StopAnnouncementMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def stop_announcement(self, info: Info, input: StopAnnouncementInput) -> StopAnnouncementPayload | None:
        """Nobody else is told, and what waits to be pushed, mailed or texted does not go; inboxes keep theirs."""
        context = info.context
        key = key_of("Announcement", input.announcement_id) or ""
        outcome = await stop_announcement(context.services, context.identity.actor(), key)
        if isinstance(outcome, Refused):
            return StopAnnouncementPayload(errors=[user_error(outcome)])
        return StopAnnouncementPayload(announcement=Announcement(row=outcome))
