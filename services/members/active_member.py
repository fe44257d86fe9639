"""The member that a command is about, if they may do anything."""

from domain.members.member import Member, MemberStatus
from domain.refusals import Code, Refused, not_found
from services.context import Context


async def active_member(context: Context, member: str, *, path: str) -> Member | Refused:
    """The member of that id; refuses NOT_FOUND, and MEMBER_NOT_ACTIVE unless ACTIVE."""
    found = await context.gathered.member(member)
    if found is None:
        return not_found("There is no such member.", path)
    return inactive(found, path) or found


def not_enrolled() -> Refused:
    """The refusal of an event about somebody unknown."""
    return not_found("There is no such member: enrol them first.", "member")


def inactive(member: Member, path: str) -> Refused | None:
    """The refusal for a member who is frozen, closed or erased; None for an active one."""
    if member.status is MemberStatus.ACTIVE:
        return None
    message = f"The member is {member.status.value.lower()}, not active."
    return Refused(Code.MEMBER_NOT_ACTIVE, message, (path,))
