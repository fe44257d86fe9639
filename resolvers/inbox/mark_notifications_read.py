"""The member has read what they were told."""

import strawberry

from domain.refusals import Refused, not_found
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_numbered
from resolvers.inbox.notification import Notification
from resolvers.members.find import own_member
from resolvers.members.member import Member
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.inbox.mark_read import MarkNotificationsRead, mark_notifications_read


@strawberry.input
class MarkNotificationsReadInput:
    """Either `ids`, or `all` that are unread."""

    ids: list[strawberry.ID] | None = ABSENT
    all: bool = False


@strawberry.type
class MarkNotificationsReadPayload:
    """The notifications meant, newest first; none when refused."""

    notifications: list[Notification]
    member: Member | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class MarkNotificationsReadMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def mark_notifications_read(
        self, info: Info, input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadPayload | None:
        """Marks the member's own as read; one that was read before keeps its time."""
        context = info.context
        member = await own_member(context)
        named = given(input.ids)
        ids = None if named is None else _ids(named)
        if member is None or (named is not None and ids is None):
            return _refused(not_found("One of these notifications does not exist.", "ids"))
        command = MarkNotificationsRead(ids, input.all)
        rows = await mark_notifications_read(context.services, context.identity.actor(), command)
        if isinstance(rows, Refused):
            return _refused(rows)
        context.refresh()
        return MarkNotificationsReadPayload(notifications=[Notification(row=row) for row in rows], member=member)


def _refused(refusal: Refused) -> MarkNotificationsReadPayload:
    return MarkNotificationsReadPayload(notifications=[], errors=[user_error(refusal)])


def _ids(ids: list[strawberry.ID]) -> list[tuple[str, int]] | None:
    """The raw keys; None when one of the ids was never a notification's."""
    keys = [read_numbered(key_of("Notification", id) or "") for id in ids]
    found = [key for key in keys if key]
    return found if len(found) == len(keys) else None
