"""Members for fields, through the loaders."""

from resolvers.context import RequestContext
from resolvers.members.member import Member


async def find_member(context: RequestContext, id: str) -> Member | None:
    """The member of a raw id."""
    row = await context.loaders.members.load(id)
    return Member(row=row) if row else None


async def surely_member(context: RequestContext, id: str) -> Member:
    """The member of a raw id that the store itself has named; a fault of ours when there is none."""
    member = await find_member(context, id)
    if member is None:
        raise RuntimeError("a row names a member who does not exist")
    return member


async def own_member(context: RequestContext) -> Member | None:
    """The signed-in member; None for staff and services, and when the token names nobody who exists."""
    id = context.identity.member_id
    return await find_member(context, id) if id else None
