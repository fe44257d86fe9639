"""A member chooses what to be told, where, and when not."""

from datetime import datetime

from domain.actors import Actor, ActorKind
from domain.alerts.change_preferences import ChangePreferences, check_preferences
from domain.alerts.preferences import Preferences
from domain.refusals import Code, Refused, not_found
from services.context import Context


async def update_preferences(context: Context, actor: Actor, command: ChangePreferences) -> Preferences | Refused:
    """All preferences as they are then; what the command does not name stays. The same again changes nothing.

    Members change their own, whatever their status, and staff anybody's. Refuses FORBIDDEN, NOT_FOUND and what
    `check_preferences` does.
    """
    if actor.kind is ActorKind.MEMBER and actor.id != command.member:
        return Refused(Code.FORBIDDEN, "Members change their own preferences.", ("memberId",))
    if await context.members.get(command.member) is None:
        return not_found("There is no such member.", "memberId")
    changes = check_preferences(command, await context.programs.current())
    if isinstance(changes, Refused):
        return changes
    marketing: datetime | bool | None = context.clock() if command.marketing else command.marketing
    return await context.preferences.change(
        command.member,
        choices=changes.choices,
        quiet=changes.quiet,
        default_quiet=command.default_quiet,
        unsubscribed=changes.unsubscribed,
        marketing=marketing,
        balance=changes.balance,
    )
