"""Find the one member whom a lookup names."""

from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.refusals import Refused, not_found
from services.context import Context


async def find_member(context: Context, lookup: MemberLookup, *path: str) -> Member | Refused:
    """The member, or NOT_FOUND at `path`: where the lookup stood in the caller's input."""
    member = await context.members.find(lookup)
    return member or not_found("No member has this name: look again at how it is spelled.", *path)
