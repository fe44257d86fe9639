"""The laws that every entry keeps, checked against the one before it; `regulars verify` asks for them all."""

from collections.abc import Iterator

from domain.ledger.canonical import entry_hash, state_to_plain
from domain.ledger.entry import Entry, EntryKind, Head
from domain.ledger.state import EMPTY_ACCOUNT, MAX_LOTS, Account, apply


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
    for code, account in entry.after.accounts.items():
        yield from (f"{code}: {fault}" for fault in _broken_account(account))


def _broken_fold(head: Head, entry: Entry) -> Iterator[str]:
    try:
        folded = apply(head.after, entry.currency, entry.changes)
    except ValueError as fault:
        yield f"its changes cannot be applied: {fault}"
        return
    if state_to_plain(folded) != state_to_plain(entry.after):
        yield "its state is not the one before with its changes"
    moved = sum(lot.points for lot in entry.changes.lots)
    if moved != entry.points:
        yield f"it says {entry.points} points and moves {moved}"
    if entry.kind is EntryKind.EARN and sum(line.points for line in entry.lines) != entry.points:
        yield "its explanation does not add up to its points"


def _broken_account(account: Account) -> Iterator[str]:
    if account == EMPTY_ACCOUNT:
        return
    expected = account.earned + account.adjusted - account.redeemed - account.expired
    if account.available != expected:
        yield f"{account.available} points are in lots, {expected} by its totals"
    if any(lot.points < 1 for lot in account.lots):
        yield "a lot holds less than one point"
    dates = [lot.expires_at for lot in account.lots]
    if len(set(dates)) != len(dates):
        yield "two lots have one date"
    if len(dates) > MAX_LOTS:
        yield f"it has {len(dates)} lots"
    if min(account.earned, account.redeemed, account.expired) < 0:
        yield "a total is below zero"
