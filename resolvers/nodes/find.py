"""Any object by its type and raw key, for whoever may see it."""

from collections.abc import Awaitable, Callable

from domain.actors import Role
from domain.ledger.kinds import EntryKind
from resolvers.context import RequestContext
from resolvers.errors import forbidden
from resolvers.ids import read_ms, read_numbered, read_owned
from resolvers.ledger.entry import Entry
from resolvers.ledger.read_balance import balance_of
from resolvers.node import Node
from resolvers.permissions import STAFF, SignedIn, may_see

# The types are imported where they are needed: some of them link to any other, through this module.
Find = Callable[[RequestContext, str], Awaitable[Node | None]]


async def find_node(context: RequestContext, type: str, key: str) -> Node | None:
    """The node; None when there is none of that key.

    Raises FORBIDDEN for what is not the reader's to see, and that without a look whether it exists.
    """
    find = _FINDERS.get(type)
    return await find(context, key) if find else None


async def _member(context: RequestContext, key: str) -> Node | None:
    from resolvers.members.find import find_member

    _demand(context, key, STAFF, Role.SERVICE)
    return await find_member(context, key)


async def _balance(context: RequestContext, key: str) -> Node | None:
    member, *rest = key.split(":")
    _demand(context, member, STAFF, Role.SERVICE)
    moment = read_ms(rest[1]) if len(rest) == 2 else None
    if not rest or len(rest) > 2 or (len(rest) == 2 and moment is None):
        return None
    known = context.program.currency(rest[0]) is not None
    if not known or (moment and moment > context.now) or await context.loaders.members.load(member) is None:
        return None
    return await balance_of(context, member, rest[0], moment)


async def _entry(context: RequestContext, key: str) -> Node | None:
    found = read_numbered(key)
    if found is None:
        return None
    _demand(context, found[0], STAFF)
    entry = await context.loaders.entries.load(found)
    return Entry.of(entry) if entry else None


async def _hold(context: RequestContext, key: str) -> Node | None:
    from resolvers.ledger.hold import Hold

    found = read_numbered(key)
    if found is None:
        return None
    _demand(context, found[0], STAFF, Role.SERVICE)
    entry = await context.loaders.entries.load(found)
    return Hold(opened=entry) if entry and entry.kind is EntryKind.HOLD else None


async def _redemption(context: RequestContext, key: str) -> Node | None:
    from resolvers.rewards.redemption import Redemption

    owned = read_owned(key)
    if owned is None:
        return None
    _demand(context, owned[0], STAFF)
    row = await context.loaders.redemptions.load(owned[1])
    return Redemption(row=row) if row and row.member == owned[0] else None


async def _payment(context: RequestContext, key: str) -> Node | None:
    from resolvers.rewards.payment import Payment

    owned = read_owned(key)
    if owned is None:
        return None
    _demand(context, owned[0], STAFF, Role.SERVICE)
    row = (await context.services.payments.get_many([owned[1]])).get(owned[1])
    return Payment(row=row) if row and row.member == owned[0] else None


async def _notification(context: RequestContext, key: str) -> Node | None:
    from resolvers.inbox.notification import Notification

    found = read_numbered(key)
    if found is None:
        return None
    _demand(context, found[0], STAFF)
    row = await context.loaders.inbox_rows.load(found)
    return Notification(row=row) if row else None


async def _reward(context: RequestContext, key: str) -> Node | None:
    from resolvers.rewards.reward import Reward

    SignedIn().check(None, context)
    row = await context.loaders.rewards.load(key)
    return Reward(row=row) if row else None


async def _approval(context: RequestContext, key: str) -> Node | None:
    from resolvers.support.approval import Approval

    if not context.identity.has(STAFF):
        raise forbidden()
    row = await context.loaders.approvals.load(key)
    return Approval(row=row) if row else None


_FINDERS: dict[str, Find] = {
    "Member": _member,
    "Balance": _balance,
    "Entry": _entry,
    "Hold": _hold,
    "Redemption": _redemption,
    "Payment": _payment,
    "Notification": _notification,
    "Reward": _reward,
    "Approval": _approval,
}


def _demand(context: RequestContext, owner: str, *roles: Role) -> None:
    if not may_see(context.identity, owner, *roles):
        raise forbidden()
