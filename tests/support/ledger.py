"""Drafts and decisions to post with."""

from datetime import UTC, datetime

from domain.actors import Actor, ActorKind
from domain.ledger.decide import adjust, earn, redeem
from domain.ledger.entry import AwardLine, Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.state import Changes
from domain.refusals import Refused

SHOP = Actor(ActorKind.SERVICE, "shop")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LATER = datetime(2027, 7, 1, tzinfo=UTC)


def earning(points: int, *, key: str = "client:1", expires_at: datetime | None = LATER) -> Decide:
    """A decision that awards points."""

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = earn(head.after.account("POINTS"), points, expires_at=expires_at)
        lines = (AwardLine("base", 1, points, f"{points} points"),) if points else ()
        return _draft(changes, key, EntryKind.EARN, at, lines)

    return decide


def counting(window: str, amount: int, *, kept: int = 12) -> Decide:
    """A decision that gives nothing and counts for tiers."""
    changes = Changes(qualifying=((window, amount),), kept=kept)
    return lambda head, at: _draft(changes, f"client:{window}", EntryKind.EARN, at)


def redeeming(points: int, *, key: str = "client:1") -> Decide:
    """A decision that spends points."""
    return lambda head, at: _draft(redeem(head.after.account("POINTS"), points), key, EntryKind.REDEEM, at)


def adjusting(points: int, *, key: str = "client:1", expires_at: datetime | None = LATER) -> Decide:
    """A decision that corrects points."""
    return lambda head, at: _draft(
        adjust(head.after.account("POINTS"), points, expires_at=expires_at), key, EntryKind.ADJUST, at
    )


def _draft(
    changes: Changes | Refused, key: str, kind: EntryKind, at: datetime, lines: tuple[AwardLine, ...] = ()
) -> Draft | Refused:
    if isinstance(changes, Refused):
        return changes
    return Draft(
        key=key,
        input="0" * 32,
        currency="POINTS",
        kind=kind,
        changes=changes,
        actor=SHOP,
        occurred_at=at,
        effective_at=at,
        lines=lines,
    )
