"""A member has read what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actors import Actor, ActorKind
from domain.inbox.message import InboxRow
from domain.refusals import Code, Refused, invalid, not_found
from services.context import Context

MAX_IDS = 500


@dataclass(frozen=True, slots=True)
class MarkNotificationsRead:
    """Which rows: `ids` as (member, seq), or `all` that are unread; exactly one of the two. No ids is no rows."""

    ids: Sequence[tuple[str, int]] | None = None
    all: bool = False


async def mark_notifications_read(
    context: Context, actor: Actor, command: MarkNotificationsRead
) -> list[InboxRow] | Refused:
    """The rows meant, newest first; with `all` those that were unread. A row keeps the first time it was read.

    Refuses FORBIDDEN for anyone but a member, INVALID_INPUT unless exactly one of ids and all is given and for
    more than 500 ids, and NOT_FOUND when one of the ids is unknown or another member's: then nothing changes.
    """
    if actor.kind is not ActorKind.MEMBER:
        return Refused(Code.FORBIDDEN, "Only members read their notifications.")
    if command.all == (command.ids is not None):
        return invalid("Name the notifications, or say all: one of the two.", "ids")
    if command.ids is None:
        return await context.inbox.mark_read(actor.id, None, now=context.clock())
    if len(command.ids) > MAX_IDS:
        return invalid(f"At most {MAX_IDS} notifications at once: name fewer, or say all.", "ids")
    own = [id for id in command.ids if id[0] == actor.id]
    found = await context.inbox.get_many(own)
    if any(id not in found for id in command.ids):
        return not_found("One of these notifications does not exist.", "ids")
    return await context.inbox.mark_read(actor.id, [seq for _, seq in found], now=context.clock())
