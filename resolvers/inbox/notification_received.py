"""The member's notifications as they come."""

from collections.abc import AsyncGenerator

import strawberry

from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_numbered
from resolvers.inbox.notification import Notification
from resolvers.permissions import SignedInMember
from services.inbox.watch_inbox import watch_inbox


@strawberry.type
class NotificationReceivedSubscription:
    """Holds the subscription."""

    @strawberry.subscription(
        extensions=[SignedInMember()],
        description="With after: first all that came since that notification, then live. "
        "Nothing is missed over a reconnect.",
    )
    async def notification_received(
        self, info: Info, after: strawberry.ID | None = ABSENT
    ) -> AsyncGenerator[Notification, None]:
        """Oldest first. Raises BAD_REQUEST for an `after` that is no notification of the member's."""
        member = str(info.context.identity.member_id)
        rows = watch_inbox(info.context.services, member, await _sequence(info, member, given(after)))
        try:
            async for row in rows:
                yield Notification(row=row)
        finally:
            await rows.aclose()


async def _sequence(info: Info, member: str, after: strawberry.ID | None) -> int | None:
    if after is None:
        return None
    found = read_numbered(key_of("Notification", after) or "")
    # After one that is still to come, those before it would be passed over in silence.
    if found is None or found[0] != member or found[1] > await info.context.services.inbox.last_seq(member):
        raise bad_request("`after` is not the id of a notification of yours.")
    return found[1]
