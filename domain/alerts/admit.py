"""Whether a delivery is sent now, later or not at all: asked again before each attempt. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.alerts.channel import RINGING, Channel
from domain.alerts.delivery import FORMER, Delivery, Why
from domain.alerts.device import Device
from domain.alerts.digest import NOTHING_BUNDLED, Bundled, put_together
from domain.alerts.preferences import Preferences, QuietHours
from domain.alerts.quiet import quiet_until, read_quiet_hours
from domain.alerts.route import LASTING, TOLD, zone_of
from domain.alerts.verdict import Drop, Hold, Merge, Send, Verdict
from domain.inbox.message import InboxRow, NotificationKind
from domain.members.member import Member, MemberStatus
from domain.program.alerts import AlertCap
from domain.program.program import Program

_BY_CONSENT: Final = frozenset({Channel.EMAIL, Channel.SMS})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the receiver when a delivery is looked at. `row` None: the message is no more. `device`:
    the one it is for, if they still have it. `stopped`: the announcement that it is of was stopped."""

    member: Member | None
    preferences: Preferences
    row: InboxRow | None
    device: Device | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is on its way. `sent`: messages sent or begun to the member on this channel, by their place in the
    inbox, and when. `before`: when the one before it in its lane is tried again; None when nothing is before it.
    `bundled`: what of its bundle was told and what waits, of which all but itself passed `refuse`."""

    sent: Mapping[int, datetime] = field(default_factory=dict)
    before: datetime | None = None
    bundled: Bundled = NOTHING_BUNDLED


def admit(delivery: Delivery, known: Known, beside: Beside, program: Program, now: datetime) -> Verdict:
    """What is to be done with it now. The order of the rules is a promise: see docs/alerts.md."""
    if why := refuse(delivery, known, program, now):
        return Drop(why)
    verdict: Verdict = Send()
    if delivery.channel is not Channel.WEBHOOK:
        verdict = _held(delivery, known, beside, program, now)
    # What waits for its turn waits at least until the one before it is tried again.
    if isinstance(verdict, Send) and beside.before is not None:
        return Hold(beside.before, Why.ORDER)
    return verdict


def refuse(delivery: Delivery, known: Known, program: Program, now: datetime) -> Why | None:
    """Why it is not to be sent at all, as things are; None when nothing forbids it."""
    if known.member is None or known.row is None:
        return Why.NOT_ACTIVE
    if delivery.channel is Channel.WEBHOOK:
        if known.member.status is MemberStatus.ERASED:
            return Why.NOT_ACTIVE
        return Why.TOO_LATE if now > delivery.until else None
    if known.member.status not in TOLD:
        return Why.NOT_ACTIVE
    if now > delivery.until:
        return Why.TOO_LATE
    return (
        _unwanted(delivery, known, program)
        or _unreachable(delivery, known, known.member)
        or _read(delivery, known)
    )


def address_of(delivery: Delivery, member: Member, row: InboxRow, device: Device | None) -> str | None:
    """Where it goes: a device's token, an e-mail address, a telephone number; empty for a partner's server."""
    match delivery.channel:
        case Channel.PUSH:
            return device.token if device else None
        case Channel.EMAIL:
            return row.message.also if delivery.device == FORMER else member.profile.email
        case Channel.SMS:
            return member.profile.phone
        case Channel.WEBHOOK:
            return ""


def quiet_hours(preferences: Preferences, program: Program) -> QuietHours | None:
    """The member's own, else the programme's."""
    text = program.alerts.quiet_hours
    return preferences.quiet or (read_quiet_hours(text) if text else None)


def _unwanted(delivery: Delivery, known: Known, program: Program) -> Why | None:
    kind, channel, preferences = delivery.kind, delivery.channel, known.preferences
    if channel in preferences.unsubscribed:
        return Why.UNSUBSCRIBED
    # An escalation goes where the kind does not go by default.
    default = delivery.escalated or channel in program.alerts.channels(kind)
    if not preferences.choices.get((kind, channel), default):
        return Why.NOT_WANTED
    if kind is NotificationKind.ANNOUNCEMENT and channel in _BY_CONSENT and preferences.marketing is None:
        return Why.NO_CONSENT
    return Why.STOPPED if known.stopped else None


def _unreachable(delivery: Delivery, known: Known, member: Member) -> Why | None:
    address = address_of(delivery, member, known.row, known.device) if known.row else None
    if not address:
        return Why.NO_ADDRESS
    bounce = known.preferences.bounces.get(delivery.channel)
    return Why.BOUNCED if bounce and bounce.address == address else None


def _read(delivery: Delivery, known: Known) -> Why | None:
    read = known.row is not None and known.row.read_at is not None
    return Why.READ if read and (delivery.channel is Channel.PUSH or delivery.escalated) else None


def _held(delivery: Delivery, known: Known, beside: Beside, program: Program, now: datetime) -> Verdict:
    hours = quiet_hours(known.preferences, program)
    if delivery.channel in RINGING and hours and known.member:
        until = quiet_until(now, hours, zone_of(known.member, program))
        if until:
            return Hold(until, Why.QUIET_HOURS, expires=max(delivery.until, until + LASTING[delivery.channel]))
    verdict: Verdict = Send()
    digest = program.alerts.digest
    # What was begun once goes on as what it was.
    if digest and delivery.bundle is not None and delivery.attempts == 0 and not delivery.merged:
        verdict = put_together(delivery, beside.bundled, timedelta(minutes=digest.minutes), now)
    if isinstance(verdict, Hold | Merge) or delivery.urgent:
        return verdict
    caps = (cap for cap in program.alerts.caps if cap.channel is delivery.channel)
    return Drop(Why.CAPPED) if any(_reached(cap, delivery, beside, now) for cap in caps) else verdict


def _reached(cap: AlertCap, delivery: Delivery, beside: Beside, now: datetime) -> bool:
    """Whether as many others went within the hours before; another device of the same message is no other."""
    since = now - timedelta(hours=cap.hours)
    return sum(at > since for seq, at in beside.sent.items() if seq != delivery.seq) >= cap.most
