"""Cancelling a redemption: who may in which state, and what comes back of its points."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.ledger.entry import AwardLine, Entry
from domain.ledger.holds import void
from domain.ledger.lots import Lot
from domain.ledger.reversals import left_to_reverse, lots_given
from domain.ledger.settle import settle
from domain.ledger.state import Changes, State, apply
from domain.ledger.trail import Trail
from domain.program.program import Program
from domain.program.rewards import Cancellation
from domain.refusals import Code, NotEligible, Refused
from domain.rewards.redemption import Cancelled, Redemption, RedemptionStatus
from domain.support.give_back import extended_to, give_back_debit

NEWS = "CANCELLED"
"""What the member is to be told."""
_BECAUSE = "Given back, as the redemption was cancelled"
_PATH = ("redemptionId",)


@dataclass(frozen=True, slots=True)
class Undone:
    """What cancelling does to the account, why in words, and what became of the points that come back by it."""

    changes: Changes
    lines: tuple[AwardLine, ...]
    points: int
    extended: int = 0
    lost: int = 0
    extended_until: datetime | None = None

    def cancelled(self, entry: Entry) -> Cancelled:
        """What the redemption keeps of it; `entry` is the one that wrote the changes."""
        return Cancelled(entry.seq, self.points, self.extended, self.lost, self.extended_until)


GIVEN_FOR_NOTHING = Undone(Changes(), (), 0)
"""Of a reward that took no points, such as one for a challenge."""


def refuse_cancelling(
    redemption: Redemption, terms: Cancellation, now: datetime, *, staff: bool, pooled: bool
) -> Refused | None:
    """Why it cannot be cancelled now, if it cannot. `pooled`: its codes are a partner's, who takes none back.

    ALREADY_REVERSED when it is cancelled; ALREADY_DECIDED when a voucher of it was used, whoever asks. Members
    cancel by themselves what is in review, or was issued lately: NOT_AVAILABLE_NOW later, and NOT_ELIGIBLE for
    what was handed out, has expired, or has a partner's code. Staff cancel those as well.
    """
    status = redemption.status_at(now)
    if status is RedemptionStatus.CANCELLED:
        return Refused(Code.ALREADY_REVERSED, "This redemption was cancelled already.", _PATH)
    if status is RedemptionStatus.USED or any(one.uses or one.used_at for one in redemption.vouchers):
        message = "This redemption cannot be cancelled any more: it was used, at least in part."
        return Refused(Code.ALREADY_DECIDED, message, _PATH)
    if staff or status is RedemptionStatus.IN_REVIEW:
        return None
    return _refuse_member(redemption, status, terms, now, pooled=pooled)


def _refuse_member(
    redemption: Redemption, status: RedemptionStatus, terms: Cancellation, now: datetime, *, pooled: bool
) -> Refused | None:
    days = terms.members_within_days
    if status is RedemptionStatus.FULFILLED:
        return _ask_support("It was handed out already.")
    if status is RedemptionStatus.EXPIRED:
        return _ask_support("Its voucher was not used in time.")
    if days is None:
        return _ask_support("Members do not cancel by themselves.")
    if pooled:
        return _ask_support("Its code is a partner's and was shown.")
    if now > redemption.created_at + timedelta(days=days):
        message = f"Members cancel within {days} days by themselves: ask support."
        return Refused(Code.NOT_AVAILABLE_NOW, message, _PATH)
    return None


def _ask_support(reason: str) -> NotEligible:
    return NotEligible(Code.NOT_ELIGIBLE, f"{reason} Ask support to cancel it.", _PATH, reasons=(reason,))


def void_review(state: State, hold: Entry, at: datetime) -> Undone | Refused:
    """Gives back what was set aside while staff look; refuses HOLD_NOT_OPEN when the review is over by time.

    Points come back to their lots: those whose date passed meanwhile expire at once.
    """
    account = state.account(hold.currency)
    opened = account.hold(hold.seq)
    changes = void(account, hold.seq)
    if opened is None or isinstance(changes, Refused):
        message = "The time to look at this redemption is over: its points came back."
        return Refused(Code.HOLD_NOT_OPEN, message, _PATH)
    return Undone(changes, (), opened.points, lost=_lost(state, hold, changes, at))


def give_back_redeemed(
    program: Program,
    state: State,
    debit: Entry,
    trail: Trail,
    at: datetime,
    *,
    points: int | None = None,
    because: str = _BECAUSE,
) -> Undone | Refused:
    """Gives back what was spent, less what was given back before, to the lots it came from; or `points` of that.

    What has passed its date lives on or is lost, as the programme says. Refuses ALREADY_REVERSED when nothing is
    left to give back, and LIMIT_REACHED past the bounds of an account.
    """
    back = left_to_reverse(debit, trail, points)
    if isinstance(back, Refused):
        return replace(back, path=_PATH)
    account = state.account(debit.currency)
    reversal = give_back_debit(program, account, debit, trail, back, at=at, because=because)
    if isinstance(reversal, Refused):
        return replace(reversal, path=_PATH)
    changes, until = reversal.changes, extended_to(program, at)
    late = sum(lot.points for lot in lots_given(trail.used(debit.seq), back) if _is_past(lot, at))
    # What paid a debt with them has no date any more.
    extended = min(late, dict(changes.lots).get(until, 0)) if until else 0
    return Undone(
        changes,
        reversal.lines,
        back,
        extended=extended,
        lost=_lost(state, debit, changes, at),
        extended_until=until if extended else None,
    )


def restocks(redemption: Redemption, now: datetime, *, asked: bool | None) -> bool:
    """Whether its pieces are there again, and its limits: unless it was handed out; then only if staff say so."""
    handed_out = redemption.status_at(now) is RedemptionStatus.FULFILLED
    return bool(asked) if handed_out else True


def as_cancelled(redemption: Redemption, entry: Entry, undone: Undone) -> Redemption:
    """The redemption after its cancelling, which `entry` wrote: its vouchers are void from then on."""
    at = entry.recorded_at
    return replace(
        redemption,
        status=RedemptionStatus.CANCELLED,
        updated_at=at,
        vouchers=tuple(replace(voucher, void_at=at) for voucher in redemption.vouchers),
        returned=redemption.returned + undone.points,
        cancelled=undone.cancelled(entry),
        untold=(*redemption.untold, NEWS),
        revision=redemption.revision + 1,
    )


def _is_past(lot: Lot, at: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= at


def _lost(state: State, entry: Entry, changes: Changes, at: datetime) -> int:
    """How many expire in the moment in which they come back."""
    after = settle(apply(state, entry.currency, changes, 0), at)
    return after.account(entry.currency).expired - state.account(entry.currency).expired
