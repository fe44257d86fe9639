"""Which messages follow from an entry of the ledger. Pure: the same entry plans the same keys for ever."""

from datetime import datetime, timedelta
from typing import Any, Final

from domain.alerts.preferences import Preferences
from domain.inbox.message import Message, NotificationKind, Value, entry_subject
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.settle import settle
from domain.ledger.state import Account, State
from domain.program.levels import Tier
from domain.program.program import Program
from domain.tiers.standing import tier_at
from notifications.news import NEWS, News, news_of
from notifications.plan_balance import plan_balance
from notifications.plan_challenge import plan_challenges
from notifications.plan_referral import plan_referral, referral_award

NEWS_FOR: Final = timedelta(days=7)
"""An entry that counted longer than this before it was written is history being imported, and no news."""


def is_news(entry: Entry) -> bool:
    """Whether the entry counted lately when it was written; history that is imported did not."""
    return entry.recorded_at - entry.effective_at <= NEWS_FOR


def needs_before(entry: Entry) -> bool:
    """Whether `plan` looks at the state before the entry: only when it marks a tier."""
    return entry.changes.tier is not None


def plan(
    entry: Entry, preferences: Preferences, program: Program, *, before: State, now: datetime
) -> tuple[Message, ...]:
    """The messages of one entry to its member: its points, if there is news of any; an amount that the balance has
    reached; challenges; a friend who counts; and a tier that it reached, or that it says is over.

    `before` is the state before the entry; it may be any when `needs_before` says so. Of the `preferences` only
    the member's own amounts count here: what goes where is decided when it is sent. Nothing follows from history
    that is imported.
    """
    if not is_news(entry):
        return ()
    told = news_of(entry, program.zone)
    messages = (
        _points(entry, program, told, now) if told and told.points else None,
        plan_balance(entry, program, own=preferences.balance, now=now),
        *plan_challenges(entry, program, now),
        plan_referral(entry, now),
        _tier(entry, program, before, now),
    )
    return tuple(message for message in messages if message)


def _points(entry: Entry, program: Program, told: News, now: datetime) -> Message:
    expired = entry.kind is EntryKind.EXPIRE
    account = settle(entry.after, entry.effective_at).account(entry.currency)
    currency = program.currency(entry.currency)
    values: dict[str, Value] = {
        "points": told.points,
        "currency": currency.name if currency else entry.currency,
        "balance": account.available,
        "owed": account.debt,
    }
    if told.day:
        values["date"] = told.day
    template, word = referral_award(entry) or (told.template, NEWS[entry.kind])
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:{'expired' if expired else 'points'}",
        kind=NotificationKind.POINTS_EXPIRED if expired else NotificationKind.POINTS_CHANGED,
        template=template,
        values=values,
        created_at=now,
        data=_data(entry, account, word),
        subject=entry_subject(entry.member, entry.seq),
    )


def _data(entry: Entry, account: Account, word: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "points": entry.points,
        "balance": account.available,
        "currency": entry.currency,
        "kind": entry.kind.value,
        "news": word,
    }
    rare = {"pendingChange": entry.changes.waiting, "heldChange": entry.changes.held, "debt": account.debt}
    return data | {name: points for name, points in rare.items() if points}


def _held(entry: Entry, program: Program, before: State) -> Tier:
    """What was held a moment before, which a new year may have taken without any entry saying so.

    An entry that does say so is told by the last that was said.
    """
    marked = before.tier.code if before.tier else None
    if entry.kind is not EntryKind.TIER:
        return tier_at(program, before, entry.effective_at)
    levels = program.tiers.levels
    return next((tier for tier in levels if tier.code == marked), levels[0])


def _tier(entry: Entry, program: Program, before: State, now: datetime) -> Message | None:
    codes = [tier.code for tier in program.tiers.levels]
    mark = entry.changes.tier
    if mark is None or mark.code not in codes:
        return None
    tier = program.tiers.levels[codes.index(mark.code)]
    held = _held(entry, program, before)
    if tier is held or (entry.kind is not EntryKind.TIER and codes.index(mark.code) < codes.index(held.code)):
        return None
    rose = codes.index(mark.code) > codes.index(held.code)
    reached = "tier_reached" if tier.multiplier > 1 else "tier_reached_plain"
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:tier",
        kind=NotificationKind.TIER_CHANGED,
        template=reached if rose else "tier_ended",
        values={"tier": tier.name, "previous": held.name, "multiplier": tier.multiplier},
        created_at=now,
        data={"tier": tier.code, "previous": held.code, "news": "TIER_REACHED" if rose else "TIER_ENDED"},
        subject=entry_subject(entry.member, entry.seq),
    )
