"""Which messages follow from an entry of the ledger. Pure: the same entry plans the same keys for ever."""

from datetime import datetime, timedelta
from typing import Any, Final

from domain.inbox.message import Message, NotificationKind, entry_subject
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.settle import settle
from domain.ledger.state import State
from domain.program.program import Program
from domain.tiers.standing import tier_at
from domain.time import last_day_before
from notifications.templates import (
    EARNED,
    EXPIRED,
    GIVEN,
    SPENT,
    TAKEN,
    TIER_REACHED,
    TIER_REACHED_PLAIN,
    Template,
    day,
    number,
)

NEWS_FOR: Final = timedelta(days=7)
"""An entry that counted longer than this before it was written is history being imported, and no news."""


def is_news(entry: Entry) -> bool:
    """Whether the entry counted lately when it was written; history that is imported did not."""
    return entry.recorded_at - entry.effective_at <= NEWS_FOR


def needs_before(entry: Entry) -> bool:
    """Whether `plan` looks at the state before the entry: only when it marks a tier."""
    return entry.changes.tier is not None


def plan(entry: Entry, program: Program, *, before: State, now: datetime) -> tuple[Message, ...]:
    """The messages of one entry: its points, if any moved, and a tier if it reached a higher one.

    `before` is the state before the entry; it may be any when `needs_before` says so. Nothing follows from
    history that is imported.
    """
    if not is_news(entry):
        return ()
    template = _template(entry)
    messages = [_points(entry, program, template, now)] if entry.points and template else []
    reached = _tier(entry, program, before, now)
    return (*messages, reached) if reached else tuple(messages)


def _points(entry: Entry, program: Program, template: Template, now: datetime) -> Message:
    expired = entry.kind is EntryKind.EXPIRE
    balance = settle(entry.after, entry.effective_at).account(entry.currency).available
    currency = program.currency(entry.currency)
    title, body = template.fill(
        points=number(abs(entry.points)),
        currency=currency.name if currency else entry.currency,
        balance=number(balance),
        date=day(last_day_before(entry.occurred_at, program.zone)),
    )
    data: dict[str, Any] = {
        "points": entry.points,
        "balance": balance,
        "currency": entry.currency,
        "kind": entry.kind.value,
    }
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:{'expired' if expired else 'points'}",
        kind=NotificationKind.POINTS_EXPIRED if expired else NotificationKind.POINTS_CHANGED,
        title=title,
        body=body,
        created_at=now,
        data=data,
        subject=entry_subject(entry.member, entry.seq),
    )


def _template(entry: Entry) -> Template | None:
    match entry.kind:
        case EntryKind.EARN:
            return EARNED
        case EntryKind.REDEEM:
            return SPENT
        case EntryKind.EXPIRE:
            return EXPIRED
        case EntryKind.ADJUST | EntryKind.REVERSE | EntryKind.REINSTATE:
            return GIVEN if entry.points > 0 else TAKEN
        case _:
            return None  # what is set aside comes back or is spent, and says so then


def _tier(entry: Entry, program: Program, before: State, now: datetime) -> Message | None:
    codes = [tier.code for tier in program.tiers.levels]
    mark = entry.changes.tier
    if mark is None or mark.code not in codes:
        return None
    # What was held a moment before, which a new year may have taken without any entry saying so.
    held = tier_at(program, before, entry.effective_at)
    if codes.index(mark.code) <= codes.index(held.code):
        return None
    tier = program.tiers.levels[codes.index(mark.code)]
    template = TIER_REACHED if tier.multiplier > 1 else TIER_REACHED_PLAIN
    title, body = template.fill(tier=tier.name, multiplier=f"{tier.multiplier.normalize():f}")
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:tier",
        kind=NotificationKind.TIER_CHANGED,
        title=title,
        body=body,
        created_at=now,
        data={"tier": tier.code, "previous": held.code},
        subject=entry_subject(entry.member, entry.seq),
    )
