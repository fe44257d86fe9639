"""What a correction makes of a member's state: pure decisions, one for each kind."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Actor
from domain.earning.posting.expiry import idle_from, lot_date
from domain.ledger.dates import extend, reinstate
from domain.ledger.decide import adjust
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import is_award, left_to_reverse, take_back
from domain.ledger.state import Account, Changes, counted
from domain.ledger.trail import Trail
from domain.program.program import Program
from domain.refusals import Code, Refused, not_found
from domain.support.approval import beyond
from domain.support.correction import Adjustment, EntryReversal, Extension, Reinstatement
from domain.support.give_back import give_back_debit
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept


@dataclass(frozen=True, slots=True)
class Order:
    """One correction on its way: for which reason, by whom, under which key and input.

    `limit`: how many points `actor` may move alone; None: any number. Above it every decision answers
    `NeedsApproval`, before it asks whether the ledger would have it.
    """

    reason: str
    actor: Actor
    key: str
    input: str
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An order, and all that it is decided by: the programme, the settled head that it follows, and when."""

    program: Program
    order: Order
    head: Head
    at: datetime

    def account(self, currency: str) -> Account:
        """The member's account."""
        return self.head.after.account(currency)


def decide_adjustment(case: Case, what: Adjustment) -> Draft | Refused:
    """What staff give has the expiry date of points earned now. Refuses STALE_REVISION, and as `adjust` does."""
    refusal = _stale(case, what) or beyond(case.order.limit, what.points, what.currency)
    if refusal:
        return refusal
    account = case.account(what.currency)
    changes = adjust(
        account,
        what.points,
        expires_at=lot_date(case.program, case.at, account),
        idle=idle_from(case.program, account, case.at),
    )
    return _draft(case, EntryKind.ADJUST, what.currency, changes)


def decide_extension(case: Case, what: Extension) -> Draft | Refused:
    """All points of that date move. Refuses as `extend` does."""
    account = case.account(what.currency)
    points = dict(account.lots).get(what.expires_at, 0)
    refusal = beyond(case.order.limit, points, what.currency)
    if refusal:
        return refusal
    changes = extend(account, what.expires_at, until=what.until)
    return _draft(case, EntryKind.EXTEND, what.currency, changes)


def decide_reinstatement(case: Case, what: Reinstatement) -> Draft | Refused:
    """They come back with the expiry date of points earned now. Refuses as `reinstate` does."""
    refusal = beyond(case.order.limit, what.points, what.currency)
    if refusal:
        return refusal
    account = case.account(what.currency)
    changes = reinstate(
        account,
        what.points,
        expires_at=lot_date(case.program, case.at, account),
        idle=idle_from(case.program, account, case.at),
    )
    return _draft(case, EntryKind.REINSTATE, what.currency, changes)


def decide_reversal(case: Case, what: EntryReversal, target: Entry | None, trail: Trail) -> Draft | Refused:
    """Takes back an award, by the programme's policy for spent points, or gives back a debit.

    `target` is the entry, `trail` that of the whole history as of `at`. Refuses NOT_FOUND without a target,
    ALREADY_REVERSED, INVALID_INPUT for what cannot be reversed or is more than is left, LIMIT_REACHED past the
    bounds of an account.
    """
    if target is None:
        return no_such_entry()
    points = left_to_reverse(target, trail, what.points)
    if isinstance(points, Refused):
        return points
    refusal = beyond(case.order.limit, -points if is_award(target) else points, target.currency)
    if refusal:
        return refusal
    undo = _taken_back if is_award(target) else _given_back
    undone = undo(case, target, trail, points)
    if isinstance(undone, Refused):
        return undone
    changes, lines = undone
    draft = _draft(case, EntryKind.REVERSE, target.currency, changes)
    if isinstance(draft, Refused):
        return draft
    return replace(draft, reference=target.reference, lines=lines, reverses=target.seq)


def no_such_entry() -> Refused:
    """The refusal for an id that names no entry."""
    return not_found("There is no such entry.", "entryId")


_Undone = tuple[Changes, tuple[AwardLine, ...]]


def _taken_back(case: Case, award: Entry, trail: Trail, points: int) -> _Undone:
    program, kept = case.program, windows_kept(case.program)
    reversal = take_back(
        case.account(award.currency),
        award,
        trail,
        points,
        policy=program.reversal.spent,
        version=program.version,
        because=f"Taken back by staff: {_name(case)}",
        kept=kept,
    )
    # What no longer qualifies may cost the tier that it had reached.
    tier = mark_after(program, counted(case.head.after, reversal.changes.qualifying, kept=kept), case.at)
    return replace(reversal.changes, tier=tier), reversal.lines


def _given_back(case: Case, debit: Entry, trail: Trail, points: int) -> _Undone | Refused:
    reversal = give_back_debit(
        case.program,
        case.account(debit.currency),
        debit,
        trail,
        points,
        at=case.at,
        because=f"Given back by staff: {_name(case)}",
    )
    return reversal if isinstance(reversal, Refused) else (reversal.changes, reversal.lines)


def _stale(case: Case, what: Adjustment) -> Refused | None:
    if what.expected_revision in (None, case.head.seq):
        return None
    message = f"The account is at revision {case.head.seq} now: look again before you adjust it."
    return Refused(Code.STALE_REVISION, message, ("expectedRevision",))


def _name(case: Case) -> str:
    """What the programme calls the reason."""
    code = case.order.reason
    return next((reason.name for reason in case.program.adjustment_reasons if reason.code == code), code)


def _draft(case: Case, kind: EntryKind, currency: str, changes: Changes | Refused) -> Draft | Refused:
    if isinstance(changes, Refused):
        return changes
    order = case.order
    return Draft(
        key=order.key,
        input=order.input,
        currency=currency,
        kind=kind,
        changes=changes,
        actor=order.actor,
        occurred_at=case.at,
        effective_at=case.at,
        reason=order.reason,
    )
