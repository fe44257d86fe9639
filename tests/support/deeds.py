"""Decisions of every kind to post with, made of the ledger's own deciders."""

from collections.abc import Callable
from datetime import datetime

from domain.ledger import holds
from domain.ledger.decide import earn, earn_later
from domain.ledger.entry import AwardLine, Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.ledger.posting import Decide
from domain.ledger.state import Account, Changes
from domain.refusals import Refused
from tests.support.ledger import LATER, SHOP


def deciding(
    kind: EntryKind, change: Callable[[Account], Changes | Refused], *, key: str, currency: str = "POINTS"
) -> Decide:
    """A decision that changes the settled account like this."""

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = change(head.after.account(currency))
        if isinstance(changes, Refused):
            return changes
        lines = (AwardLine("base", 1, changes.earned, "because"),) if changes.earned else ()
        return Draft(key, "", currency, kind, changes, SHOP, at, at, lines=lines)

    return decide


def earning_in(currency: str, points: int, *, key: str) -> Decide:
    """An award in a currency."""
    return deciding(
        EntryKind.EARN, lambda account: earn(account, points, expires_at=LATER), key=key, currency=currency
    )


def waiting(points: int, releases_at: datetime, expires_at: datetime, *, key: str) -> Decide:
    """An award that waits."""
    part = Pending(releases_at, expires_at, points)
    return deciding(EntryKind.PENDING, lambda account: earn_later(account, part), key=key)


def holding(points: int, until: datetime, *, key: str) -> Decide:
    """A hold."""
    return deciding(EntryKind.HOLD, lambda account: holds.hold(account, points, until=until), key=key)
