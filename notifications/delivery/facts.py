"""What is read again before deliveries are sent: a few queries for a whole batch of them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from domain.alerts.admit import Beside, Known
from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery
from domain.alerts.device import Device
from domain.alerts.digest import Bundled, Told
from domain.alerts.preferences import Preferences
from domain.inbox.message import InboxRow
from domain.members.member import Member
from domain.program.program import Program
from notifications.delivery.stores import Rows, Stores

Found = TypeVar("Found")
_TOLD_FOR: Final = timedelta(days=5)
"""What waits is never older: whoever has told it is found, however long the worker was away in between."""


@dataclass(slots=True)
class Facts:
    """Of a batch: who is told, what they want, and what else went to them lately. `begun` grows as the batch is
    admitted, so that caps are exact within it."""

    program: Program
    members: dict[str, Member]
    preferences: dict[str, Preferences]
    devices: dict[str, Device]
    rows: Rows
    heads: dict[str, Delivery]
    stopped: Collection[str]
    begun: dict[tuple[str, Channel], dict[str, Delivery]] = field(default_factory=dict)

    def known(self, delivery: Delivery) -> Known:
        """What is known of the delivery's receiver."""
        member, row = delivery.member, self.rows.get((delivery.member, delivery.seq))
        device = self.devices.get(delivery.device) if delivery.device else None
        return Known(
            member=self.members.get(member),
            preferences=self.preferences.get(member) or Preferences(member),
            row=row,
            device=device if device and device.member == member else None,
            stopped=row is not None and _announcement(row) in self.stopped,
        )

    def beside(self, delivery: Delivery, waiting: Iterable[int], before: datetime | None) -> Beside:
        """What else is on its way beside the delivery; `waiting`: places of its bundle."""
        begun = self.begun.get((delivery.member, delivery.channel), {})
        sent: dict[int, datetime] = {}
        told: list[Told] = []
        for one in begun.values():
            if one.booked_at:
                sent[one.seq] = max(one.booked_at, sent.get(one.seq, one.booked_at))
                if delivery.bundle and one.bundle == delivery.bundle and one.lane == delivery.lane:
                    told.append(Told(one.seq, one.booked_at, one.merged))
        return Beside(sent, before, Bundled(tuple(told), tuple(waiting)))

    def begin(self, delivery: Delivery) -> None:
        """One more is begun."""
        self.begun.setdefault((delivery.member, delivery.channel), {})[delivery.id] = delivery


async def gather_facts(
    stores: Stores, deliveries: Sequence[Delivery], heads: dict[str, Delivery], now: datetime
) -> Facts:
    """The facts of a batch. Partners are told of members and rows alone, so that nothing else is read for them."""
    program = await stores.programs.current()
    own = [one for one in deliveries if one.channel is not Channel.WEBHOOK]
    ids = {one.member for one in own}
    members, preferences, devices, rows, begun = await asyncio.gather(
        stores.members.get_many({one.member for one in deliveries}),
        _if_any(stores.preferences.of_members, ids),
        _if_any(stores.devices.get_many, {one.device for one in own if one.device}),
        stores.inbox.get_many({(one.member, one.seq) for one in deliveries}),
        stores.deliveries.begun_since({(one.member, one.channel) for one in own}, now - _back(program)),
    )
    announcements = {announcement for row in rows.values() if (announcement := _announcement(row))}
    stopped = await stores.stopped(announcements) if announcements else frozenset[str]()
    facts = Facts(program, members, preferences, devices, rows, heads, stopped)
    for delivery in begun:
        facts.begin(delivery)
    return facts


async def _if_any(read: Callable[[set[str]], Awaitable[dict[str, Found]]], ids: set[str]) -> dict[str, Found]:
    return await read(ids) if ids else {}


def _back(program: Program) -> timedelta:
    """How far back anything counts."""
    hours = max((cap.hours for cap in program.alerts.caps), default=0)
    return max(timedelta(hours=hours), _TOLD_FOR if program.alerts.digest else timedelta())


def _announcement(row: InboxRow) -> str | None:
    named = row.message.data.get("announcement")
    return named if isinstance(named, str) else None
