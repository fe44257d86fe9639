"""Where a message goes besides the inbox: one delivery for each channel and address. Pure."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.alerts.channel import Channel, Provider, webhook_provider
from domain.alerts.delivery import FORMER, Delivery, DeliveryState, Why, delivery_id
from domain.alerts.device import Device
from domain.alerts.preferences import Preferences
from domain.inbox.message import InboxRow, NotificationKind
from domain.members.member import Member, MemberStatus
from domain.program.program import Program
from domain.rewards.webhooks import door_name

LASTING: Final = {
    Channel.PUSH: timedelta(days=1),
    Channel.SMS: timedelta(days=1),
    Channel.EMAIL: timedelta(days=3),
    Channel.WEBHOOK: timedelta(days=3),
}
"""How long a message is worth sending on each channel."""
TOLD: Final = frozenset({MemberStatus.ACTIVE, MemberStatus.FROZEN})
"""Members who are told anything at all outside the inbox."""
_OWN: Final = (Channel.PUSH, Channel.EMAIL, Channel.SMS)
_EARNED: Final = "EARNED"


@dataclass(frozen=True, slots=True)
class Reader:
    """A member as alerts see them: who they are, what they want, and the devices they have."""

    member: Member
    preferences: Preferences
    devices: tuple[Device, ...] = ()


def route(row: InboxRow, reader: Reader, program: Program, providers: Container[str]) -> tuple[Delivery, ...]:
    """The deliveries of a message, all to be looked at at once but for an escalation, whose time comes later.

    Only to `providers` that there are. What is wanted is asked again before each is sent.
    """
    own = _own(row, reader, program, providers)
    return (*own, *(hook for hook in _hooks(row, reader, program) if hook.provider in providers))


def wanted(kind: NotificationKind, channel: Channel, preferences: Preferences, program: Program) -> bool:
    """Whether the member wants alerts of the kind on the channel: their choice, else the programme's default."""
    if channel in preferences.unsubscribed:
        return False
    return preferences.choices.get((kind, channel), channel in program.alerts.channels(kind))


def zone_of(member: Member, program: Program) -> ZoneInfo:
    """The zone that a member lives in; the programme's when theirs is not known."""
    try:
        return ZoneInfo(member.profile.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return program.zone


def _own(row: InboxRow, reader: Reader, program: Program, providers: Container[str]) -> Iterator[Delivery]:
    """To the member's own addresses."""
    if reader.member.status not in TOLD:
        return
    kind, planned = row.message.kind, set[Channel]()
    for channel in _OWN:
        if wanted(kind, channel, reader.preferences, program):
            for delivery in _to(row, reader, channel):
                if delivery.provider in providers:
                    planned.add(channel)
                    yield delivery
    later = _escalated(row, reader, program, planned)
    yield from (delivery for delivery in later if delivery.provider in providers)


def _escalated(row: InboxRow, reader: Reader, program: Program, planned: set[Channel]) -> Iterator[Delivery]:
    """What follows a push that is not read, where it does not go anyway."""
    escalation, kind = program.alerts.escalation, row.message.kind
    if not escalation or kind not in escalation.kinds or Channel.PUSH not in planned or escalation.to in planned:
        return
    # Whoever said no to it there is not told there in this way either.
    refused = escalation.to in reader.preferences.unsubscribed
    if not refused and reader.preferences.choices.get((kind, escalation.to), True):
        for delivery in _to(row, reader, escalation.to):
            yield _later(delivery, timedelta(hours=escalation.hours))


def _to(row: InboxRow, reader: Reader, channel: Channel) -> Iterator[Delivery]:
    profile = reader.member.profile
    match channel:
        case Channel.PUSH:
            for device in reader.devices:
                yield _delivery(row, channel, device.platform.provider, device=device.id)
        case Channel.EMAIL:
            if profile.email:
                yield _delivery(row, channel, Provider.SMTP)
            if row.message.also:
                yield _delivery(row, channel, Provider.SMTP, device=FORMER)
        case Channel.SMS if profile.phone:
            yield _delivery(row, channel, Provider.SMS)


def _hooks(row: InboxRow, reader: Reader, program: Program) -> Iterator[Delivery]:
    """To the partners whom the programme names."""
    if reader.member.status is MemberStatus.ERASED:
        return
    for hook in program.alerts.webhooks:
        if not hook.kinds or row.message.kind in hook.kinds:
            yield _delivery(row, Channel.WEBHOOK, webhook_provider(door_name(hook.partner)))


def _delivery(row: InboxRow, channel: Channel, provider: str, *, device: str | None = None) -> Delivery:
    message = row.message
    at = message.created_at
    return Delivery(
        id=delivery_id(message.member, message.key, channel, device or str(provider)),
        member=message.member,
        seq=row.seq,
        key=message.key,
        kind=message.kind,
        channel=channel,
        provider=str(provider),
        state=DeliveryState.WAITING,
        created_at=at,
        next_at=at,
        until=at + LASTING[channel],
        device=device,
        urgent=message.urgent,
        bundle=None if channel is Channel.WEBHOOK else _bundle(row),
    )


def _bundle(row: InboxRow) -> str | None:
    data: Any = row.message.data
    earned = row.message.kind is NotificationKind.POINTS_CHANGED and data.get("news") == _EARNED
    return data.get("currency") if earned and not row.message.urgent else None


def _later(delivery: Delivery, wait: timedelta) -> Delivery:
    at = delivery.created_at + wait
    return replace(
        delivery, next_at=at, until=delivery.until + wait, why=Why.ESCALATION, escalated=True, bundle=None
    )
