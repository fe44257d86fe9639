"""Stop an announcement: before its time, while it is sent, or while what was sent is still on its way."""

from domain.actors import Actor
from domain.alerts.announcement import Announcement
from domain.refusals import Refused, not_found
from services.context import Context


async def stop_announcement(context: Context, actor: Actor, id: str) -> Announcement | Refused:
    """The announcement, stopped: nobody else is told, and what waits to go to a channel does not go.

    What stands in an inbox stays there. One that was stopped stays as it is. Refuses NOT_FOUND.
    """
    found = await context.announcements.stop(id, by=actor, now=context.clock())
    return found or not_found("There is no such announcement.", "announcementId")
