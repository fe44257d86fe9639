"""The laws that every entry keeps, checked against the one before it; `regulars verify` asks for them all."""

from collections.abc import Iterator

from domain.ledger.canonical import entry_hash, state_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, take
from domain.ledger.settle import next_due
from domain.ledger.state import MAX_HOLDS, MAX_LOTS, MAX_PENDING, Account, apply

_BY_TIME = (EntryKind.RELEASE, EntryKind.VOID, EntryKind.EXPIRE)
_SOONEST_FIRST = (EntryKind.REDEEM, EntryKind.HOLD, EntryKind.TRANSFER_OUT, EntryKind.ADJUST)
"""Debits that name no lots of their own: captures and reversals do."""


def broken_laws(head: Head, entry: Entry) -> Iterator[str]:
    """Each law that `entry` breaks as the follower of `head`, in words for an auditor; none for a sound one."""
    if entry.seq != head.seq + 1:
        yield f"the sequence goes from {head.seq} to {entry.seq}"
    if entry.previous != head.hash:
        yield "it is not linked to the entry before it"
    if entry_hash(entry) != entry.hash:
        yield "its content is not what its hash was made of"
    if head.effective_at and head.recorded_at:
        if entry.effective_at < head.effective_at:
            yield "it counts before the entry before it"
        if entry.recorded_at < head.recorded_at:
            yield "it was recorded before the entry before it"
    yield from _broken_fold(head, entry)
    yield from _broken_time(head, entry)
    yield from _broken_debit(head, entry)
    for code, account in entry.after.accounts.items():
        yield from (f"{code}: {fault}" for fault in _broken_account(account))


def _broken_fold(head: Head, entry: Entry) -> Iterator[str]:
    try:
        folded = apply(head.after, entry.currency, entry.changes, entry.seq)
    except ValueError as fault:
        yield f"its changes cannot be applied: {fault}"
        return
    if folded != entry.after and state_to_plain(folded) != state_to_plain(entry.after):
        yield "its state is not the one before with its changes"
    if entry.changes.points != entry.points:
        yield f"it says {entry.points} points and moves {entry.changes.points}"
    explained = sum(line.points for line in entry.lines)
    if entry.kind in (EntryKind.EARN, EntryKind.PENDING) and explained != entry.changes.earned:
        yield "its explanation does not add up to its points"


def _broken_time(head: Head, entry: Entry) -> Iterator[str]:
    """Nothing is decided over a state that time has already changed, and time changes nothing early."""
    due = next_due(head.after, entry.effective_at)
    if entry.kind in _BY_TIME and not entry.input:
        if due is None or (due.kind, due.currency, due.changes) != (entry.kind, entry.currency, entry.changes):
            yield "it writes a step of time that was not the next one due"
    elif due is not None:
        yield f"points of before were due to {due.kind.value.lower()} first"


def _broken_debit(head: Head, entry: Entry) -> Iterator[str]:
    taken = tuple(lot for lot in entry.changes.lots if lot.points < 0)
    if entry.kind not in _SOONEST_FIRST or not taken:
        return
    account = head.after.account(entry.currency)
    points = -sum(lot.points for lot in taken)
    if points > sum(lot.points for lot in account.lots):
        return  # the fold has said so
    if taken != take(account.lots, points, idle_at=account.idle_at):
        yield "it did not take the soonest expiry first"


def _broken_account(account: Account) -> Iterator[str]:
    came = account.earned + account.reinstated + account.adjusted + account.received
    went = account.redeemed + account.expired + account.reversed + account.sent
    there = account.available + account.waiting + account.held
    if there + went != came:
        yield f"{came} points came in, {there} are there and {went} went out"
    if account.debt < 0 or (account.debt and account.lots):
        yield "debt stands beside points that pay it"
    yield from _broken_lots(account.lots)
    for hold in account.holds:
        yield from _broken_lots(hold.lots)
    if any(part.points < 1 for part in account.pending):
        yield "less than one point waits for a date"
    if len(account.pending) > MAX_PENDING or len(account.holds) > MAX_HOLDS:
        yield f"{len(account.pending)} dates wait and {len(account.holds)} holds are open"
    totals = (account.earned, account.redeemed, account.expired, account.reversed)
    if min(*totals, account.reinstated, account.received, account.sent) < 0:
        yield "a total is below zero"


def _broken_lots(lots: tuple[Lot, ...]) -> Iterator[str]:
    if any(lot.points < 1 for lot in lots):
        yield "a lot holds less than one point"
    if len({lot.expires_at for lot in lots}) != len(lots):
        yield "two lots have one date"
    if len(lots) > MAX_LOTS:
        yield f"it has {len(lots)} lots"
