"""Taking back an award, and giving back a debit; whole or part."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.ledger.entry import AwardLine, Entry
from domain.ledger.incoming import beyond_bounds, credit
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending, merge_lots, take
from domain.ledger.state import KEPT, Account, Changes, TierMark
from domain.ledger.trail import Trail
from domain.refusals import Code, Refused, invalid

RULE = "reversal"
_NOTHING_INSTEAD = "Only awards, redemptions, captures and adjustments can be reversed."
_INSTEAD = {
    EntryKind.HOLD: "A hold is not reversed: void it.",
    EntryKind.RELEASE: "A release is not reversed: reverse the award that was released.",
    EntryKind.EXPIRE: "Expired points are not reversed: reinstate them.",
    EntryKind.TRANSFER_IN: "A transfer is not reversed: the member who got the points sends them back.",
    EntryKind.TIER: "A tier is not reversed: give the member another one, or end the one that was given.",
    EntryKind.TRANSFER_OUT: "A transfer is not reversed: the member who got the points sends them back.",
}


class Spent(StrEnum):
    """What a reversal may take back of an award whose points were spent already.

    `only_unspent`: nothing of those. `within_balance`: as many of the member's other points, as far as they go.
    `may_go_negative`: so, and the rest becomes a debt, which the next points pay.
    """

    ONLY_UNSPENT = "only_unspent"
    WITHIN_BALANCE = "within_balance"
    MAY_GO_NEGATIVE = "may_go_negative"


@dataclass(frozen=True, slots=True)
class Reversal:
    """The changes, and the lines that explain them: what was asked, and what of it could not be taken back."""

    changes: Changes
    lines: tuple[AwardLine, ...]


def is_award(entry: Entry) -> bool:
    """Whether the entry gave points that a reversal can take back."""
    given = entry.kind in (EntryKind.EARN, EntryKind.PENDING)
    return given or (entry.kind is EntryKind.ADJUST and entry.changes.adjusted > 0)


def is_debit(entry: Entry) -> bool:
    """Whether the entry took points that a reversal can give back."""
    spent = entry.kind in (EntryKind.REDEEM, EntryKind.CAPTURE)
    return spent or (entry.kind is EntryKind.ADJUST and entry.changes.adjusted < 0)


def given(entry: Entry) -> int:
    """How many points an award gave, at once or later; or how many a debit took."""
    changes = entry.changes
    return abs(changes.earned + changes.adjusted + changes.redeemed)


def left_to_reverse(entry: Entry, trail: Trail, points: int | None) -> int | Refused:
    """How many points a reversal asks for; all that earlier ones left when `points` is None.

    Refuses what cannot be reversed and says what to do instead, ALREADY_REVERSED when nothing is left, and
    INVALID_INPUT for less than one point or more than is left.
    """
    if not (is_award(entry) or is_debit(entry)):
        return Refused(Code.INVALID_INPUT, _INSTEAD.get(entry.kind, _NOTHING_INSTEAD), ("entryId",))
    left = given(entry) - trail.asked_back(entry.seq)
    if left <= 0:
        return Refused(Code.ALREADY_REVERSED, "All points of this entry have been reversed already.", ("entryId",))
    wanted = left if points is None else points
    if not 1 <= wanted <= left:
        return invalid(f"{left} points of the entry are left to reverse.", "points")
    return wanted


def take_back(
    account: Account,
    award: Entry,
    trail: Trail,
    points: int,
    *,
    policy: Spent,
    version: int,
    because: str,
    tier: TierMark | None = None,
    qualifying: tuple[tuple[str, int], ...] | None = None,
    kept: int = KEPT,
) -> Reversal:
    """Takes back `points` of an award, at most what earlier reversals left; zero is fine.

    First what still waits, then what is unspent in its own lots; what was spent then goes by `policy`. What has
    expired is gone already and is not taken twice. What is held and could not be had elsewhere is not asked for
    yet: it can be when the hold has ended. `qualifying` (None: in proportion) is what goes from the windows'
    counters, of which `kept` stay.
    """
    standing = trail.left(award.seq)
    pending = _pending_taken(account, standing.pending, points)
    rest = points + sum(part.points for part in pending)
    own = _lots_taken(account, standing.lots, rest)
    rest += sum(lot.points for lot in own)
    spent = min(rest, standing.spent)
    others = _others_taken(account, own, spent, policy)
    short = spent + sum(lot.points for lot in others)
    debt = short if policy is Spent.MAY_GO_NEGATIVE else 0
    lots = merge_deltas((*own, *others))
    taken = -sum(part.points for part in pending) - sum(lot.points for lot in lots) + debt
    held = min(short - debt, standing.held)
    asked = points - held
    counts = _in_proportion(award, trail, asked) if qualifying is None else qualifying
    changes = Changes(lots, debt=debt, pending=pending, qualifying=counts, tier=tier, kept=kept)
    if award.kind is EntryKind.ADJUST:
        changes = replace(changes, adjusted=-taken)
    else:
        changes = replace(changes, reversed=taken)
    return Reversal(changes, _lines(asked, taken, held, version, because))


def give_back(
    account: Account,
    debit: Entry,
    trail: Trail,
    points: int,
    *,
    at: datetime,
    extended_to: datetime | None,
    version: int,
    because: str,
) -> Reversal | Refused:
    """Gives back `points` of a debit to the lots they came from, the latest expiry first; debt is paid first.

    Of lots whose date has passed by `at`, points come back with the date `extended_to`; with None they come back
    to their lot, which expires at once. Refuses LIMIT_REACHED past the bounds of an account.
    """
    lots = [_extended(lot, at, extended_to) for lot in lots_given(trail.used(debit.seq), points)]
    refusal = beyond_bounds(account, lots=lots)
    if refusal:
        return refusal
    back, debt = credit(account, *merge_lots((), lots))
    adjusted = debit.kind is EntryKind.ADJUST
    changes = Changes(back, debt=debt, adjusted=points if adjusted else 0, redeemed=0 if adjusted else -points)
    return Reversal(changes, (AwardLine(RULE, version, points, because),))


def lots_given(used: Iterable[Lot], points: int) -> Iterable[Lot]:
    """Which of the lots that a debit used get `points` back: from lots, soonest expiry first, the last ones."""
    for lot in reversed(tuple(used)):
        amount = min(points, lot.points)
        points -= amount
        if amount:
            yield Lot(lot.expires_at, amount)


def merge_deltas(deltas: Iterable[Lot]) -> tuple[Lot, ...]:
    """Signed lot changes, one a date."""
    points: dict[datetime | None, int] = {}
    for expires_at, delta in deltas:
        points[expires_at] = points.get(expires_at, 0) + delta
    return tuple(Lot(*item) for item in points.items() if item[1])


def _pending_taken(account: Account, standing: Iterable[Pending], points: int) -> tuple[Pending, ...]:
    there = {part[:2]: part.points for part in account.pending}
    taken = []
    for part in standing:
        amount = min(points, part.points, there.get(part[:2], 0))
        points -= amount
        if amount:
            taken.append(part._replace(points=-amount))
    return tuple(taken)


def _lots_taken(account: Account, standing: Iterable[Lot], points: int) -> tuple[Lot, ...]:
    there = dict(account.lots)
    taken = []
    for lot in standing:
        amount = min(points, lot.points, there.get(lot.expires_at, 0))
        points -= amount
        if amount:
            taken.append(Lot(lot.expires_at, -amount))
    return tuple(taken)


def _others_taken(account: Account, own: tuple[Lot, ...], points: int, policy: Spent) -> tuple[Lot, ...]:
    if policy is Spent.ONLY_UNSPENT or not points:
        return ()
    lots = merge_lots(account.lots, own)
    return take(lots, min(points, sum(lot.points for lot in lots)), idle_at=account.idle_at)


def _extended(lot: Lot, at: datetime, extended_to: datetime | None) -> Lot:
    if extended_to is None or lot.expires_at is None or lot.expires_at > at:
        return lot
    return Lot(extended_to, lot.points)


def _in_proportion(award: Entry, trail: Trail, points: int) -> tuple[tuple[str, int], ...]:
    """What goes from the counters: with the last point of the award all that is left there."""
    if not given(award):
        return ()
    asked = trail.asked_back(award.seq) + points
    gone = dict(trail.unqualified(award.seq))
    deltas = (
        (year, gone.get(year, 0) + amount * asked // given(award)) for year, amount in award.changes.qualifying
    )
    return tuple((year, -delta) for year, delta in deltas if delta)


def _lines(asked: int, taken: int, held: int, version: int, because: str) -> tuple[AwardLine, ...]:
    """They add up to what was taken."""
    lines = [AwardLine(RULE, version, -asked, because)]
    if taken < asked:
        kept = "had been spent or had expired, and stay so"
        lines.append(AwardLine(f"{RULE}:kept", version, asked - taken, f"{asked - taken} of them {kept}"))
    if held:
        later = "more are set aside: they can be taken back when the hold has ended"
        lines.append(AwardLine(f"{RULE}:held", version, 0, f"{held} {later}"))
    return tuple(lines)
