"""A member with something in every part of an account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.ledger import holds
from domain.ledger.decide import earn, earn_later, release
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.state import Account, Changes
from domain.members.member import Member
from domain.refusals import Refused
from services.context import Context
from services.ledger.poster import Posted, Posting
from tests.resolvers.conftest import Desk
from tests.support.house import NOON
from tests.support.ledger import SHOP
from tests.support.people import as_member

JULY = NOON.replace(month=7, day=1, hour=4)
AUGUST = NOON.replace(month=8, day=1, hour=4)

Make = Callable[[Account], Changes | Refused]


async def post(
    context: Context, member: Member, kind: EntryKind, make: Make, *, reverses: int | None = None
) -> Entry:
    """An entry whose changes are these of the settled account."""
    head = await context.ledger.head(member.id)
    key = f"client:{head.seq}"

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = make(head.after.account("POINTS"))
        if isinstance(changes, Refused):
            return changes
        lines = (AwardLine("base", 1, changes.earned, "because"),) if changes.earned else ()
        return Draft(key, "i", "POINTS", kind, changes, SHOP, at, at, lines=lines, reverses=reverses)

    posted = await context.poster.post(Posting(member.id, key, "i", decide))
    assert isinstance(posted, Posted), posted
    return posted.entry


@pytest.fixture
async def busy(context: Context, ada: Member) -> Member:
    """300 now, 120 that waited, 80 that wait; 200 held of which 50 were captured, 30 held; 90 taken back."""
    waits = Pending(JULY, AUGUST, 120)
    await post(context, ada, EntryKind.EARN, lambda account: earn(account, 300, expires_at=JULY))
    await post(context, ada, EntryKind.PENDING, lambda account: earn_later(account, waits))
    await post(context, ada, EntryKind.RELEASE, lambda account: release(account, waits), reverses=2)
    await post(context, ada, EntryKind.PENDING, lambda account: earn_later(account, Pending(None, None, 80)))
    until = NOON + timedelta(days=1)
    await post(context, ada, EntryKind.HOLD, lambda account: holds.hold(account, 200, until=until))
    await post(context, ada, EntryKind.CAPTURE, lambda account: holds.capture(account, 5, 50), reverses=5)
    await post(context, ada, EntryKind.HOLD, lambda account: holds.hold(account, 30, until=until))
    taken = Changes((Lot(JULY, -90),), reversed=90)
    await post(context, ada, EntryKind.REVERSE, lambda account: taken, reverses=1)
    return ada


async def entries(ask: Desk, member: Member, fields: str, arguments: str = "") -> list[Any]:
    document = f"{{ me {{ entries{arguments} {{ edges {{ node {{ {fields} }} }} }} }} }}"
    data = await ask.data(as_member(member), document)
    return [edge["node"] for edge in data["me"]["entries"]["edges"]]
