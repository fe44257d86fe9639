"""Routing: rows of the inbox become deliveries, one for each channel and address.

The row says itself that it was not routed yet. Whoever dies between the planning and the saying has it routed
again, and planning again changes nothing.
"""

import logging
from collections.abc import Container
from datetime import timedelta
from typing import Final

from domain.alerts.delivery import Delivery
from domain.alerts.preferences import Preferences
from domain.alerts.route import Reader, route
from domain.inbox.message import InboxRow
from domain.program.program import Program
from mongo.inbox import Unrouted
from notifications.delivery.stores import Stores

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500
NEWS_FOR: Final = timedelta(days=3)
"""What nobody has routed for so long is no news any more: it stays in the inbox alone."""


async def route_some(stores: Stores, providers: Container[str], *, limit: int = AT_ONCE) -> int:
    """Routes the oldest rows that were not, at most `limit`; how many there were. Raises faults of the store."""
    found = await stores.inbox.unrouted(limit=limit)
    if found:
        await stores.deliveries.plan_many(await _plan(stores, providers, found))
        await stores.inbox.routed(found)
    return len(found)


async def _plan(stores: Stores, providers: Container[str], found: list[Unrouted]) -> list[Delivery]:
    since = stores.clock() - NEWS_FOR
    rows = [one.row for one in found if one.row.message.created_at >= since]
    readers = await _readers(stores, {row.message.member for row in rows})
    program = await stores.programs.current()
    planned: list[Delivery] = []
    for row in rows:
        reader = readers.get(row.message.member)
        if reader:
            planned += _route(row, reader, program, providers)
    return planned


async def _readers(stores: Stores, ids: set[str]) -> dict[str, Reader]:
    members = await stores.members.get_many(ids)
    preferences = await stores.preferences.of_members(list(members))
    devices = await stores.devices.of_members(list(members))
    return {
        id: Reader(member, preferences.get(id, Preferences(id)), devices.get(id, ()))
        for id, member in members.items()
    }


def _route(row: InboxRow, reader: Reader, program: Program, providers: Container[str]) -> tuple[Delivery, ...]:
    try:
        return route(row, reader, program, providers)
    except Exception:  # one row that nobody foresaw must not keep all others: it stays in the inbox alone
        extra = {"member": row.message.member, "seq": row.seq}
        logger.exception("a message could not be routed", extra=extra)
        return ()
