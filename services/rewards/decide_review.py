"""Staff decide on a redemption that a guard holds: it is issued, or cancelled, with its points."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Actor
from domain.earning.posting.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.holds import capture, void
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Account, Changes
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, Refused
from domain.rewards.redemption import Redemption, RedemptionStatus, reference_of
from mongo.transactions import Session
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.rewards.complete_redemption import complete_redemption
from services.rewards.make_vouchers import voucher_turns
from services.rewards.return_pieces import return_pieces
from services.rewards.tell import tell_of

Settle = Callable[[Session, Entry], Awaitable[Refused | None]]
ISSUED_AFTER_REVIEW, REJECTED = "ISSUED_AFTER_REVIEW", "REJECTED"
"""What the member is to be told."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A redemption in review, the currency of its points, and what stands for the device that it came from."""

    redemption: Redemption
    currency: str
    device: str | None = None


async def approve_redemption(context: Context, by: Actor, review: Reviewed, settle: Settle) -> Entry | Refused:
    """Spends what was set aside and gives what was redeemed, in one transaction with `settle`.

    Refuses HOLD_NOT_OPEN past the end of the review, ALREADY_DECIDED, OUT_OF_STOCK where a partner's codes are
    used up, and what `settle` does. Whatever became of the reward since: it was promised.
    """
    redemption = review.redemption
    reward = await _as_promised(context, redemption)

    async def beside(session: Session, entry: Entry) -> Refused | None:
        refusal = await settle(session, entry)
        if refusal:
            return refusal
        issued = _changed(redemption, RedemptionStatus.ISSUED, entry.recorded_at, ISSUED_AFTER_REVIEW)
        issued = replace(issued, captured=entry.seq)
        completed = await complete_redemption(context, session, reward, issued, review.device)
        if isinstance(completed, Refused):
            return completed
        return None if await context.redemptions.put(session, completed) else _decided()

    program = await context.programs.current()
    posting = _posting(program, by, review, EntryKind.CAPTURE)
    return await _post(context, redemption, posting, beside, shared=voucher_turns(reward))


async def _as_promised(context: Context, redemption: Redemption) -> Reward:
    """The reward of when it was redeemed; as the catalog had it last where the programme of then has none."""
    code = redemption.reward
    promised = (await context.programs.as_of(redemption.created_at)).reward(code)
    return promised or (await context.rewards.get_many([code]))[code]


async def reject_redemption(context: Context, by: Actor, review: Reviewed, settle: Settle) -> Entry | Refused:
    """Gives back what was set aside, to its lots, and stock and limits, in one transaction with `settle`.

    Refuses HOLD_NOT_OPEN past the end of the review, ALREADY_DECIDED, and what `settle` does.
    """
    redemption = review.redemption

    async def beside(session: Session, entry: Entry) -> Refused | None:
        refusal = await settle(session, entry)
        if refusal:
            return refusal
        if not await context.redemptions.put(session, cancelled(redemption, entry.recorded_at, REJECTED)):
            return _decided()
        await return_pieces(context, session, redemption)
        return None

    program = await context.programs.current()
    posting = _posting(program, by, review, EntryKind.VOID)
    return await _post(context, redemption, posting, beside, shared=[f"stock:{redemption.reward}"])


def cancelled(redemption: Redemption, at: datetime, news: str) -> Redemption:
    """One whose review ended without a yes: all its points came back."""
    changed = _changed(redemption, RedemptionStatus.CANCELLED, at, news)
    return replace(changed, returned=redemption.points)


def _changed(redemption: Redemption, status: RedemptionStatus, at: datetime, news: str) -> Redemption:
    return replace(
        redemption,
        status=status,
        updated_at=at,
        untold=(*redemption.untold, news),
        revision=redemption.revision + 1,
    )


def _posting(program: Program, by: Actor, review: Reviewed, kind: EntryKind) -> Posting:
    redemption, currency = review.redemption, review.currency
    # No client can have such a key; and each decision can be made once.
    key, input = f"review:{redemption.id}#{kind.value.lower()}", input_hash("review", redemption.id, kind.value)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        account = head.after.account(currency)
        changes = _close(program, account, redemption.sequence, kind, at)
        if isinstance(changes, Refused):
            return replace(changes, path=("approvalId",))
        return Draft(
            key=key,
            input=input,
            currency=currency,
            kind=kind,
            changes=changes,
            actor=by,
            occurred_at=at,
            effective_at=at,
            reference=reference_of(redemption.id),
            reason=redemption.reward,
            reverses=redemption.sequence,
        )

    return Posting(redemption.member, key, input, decide)


def _close(program: Program, account: Account, hold: int, kind: EntryKind, at: datetime) -> Changes | Refused:
    if kind is EntryKind.VOID:
        return void(account, hold)
    return capture(account, hold, None, idle=idle_after(program, account, at))


async def _post(
    context: Context,
    redemption: Redemption,
    posting: Posting,
    beside: Callable[[Session, Entry], Awaitable[Refused | None]],
    *,
    shared: list[str] | None = None,
) -> Entry | Refused:
    outcome = await context.poster.post_with(posting, beside, shared=shared or [])
    if not isinstance(outcome, Posted):
        return surely(outcome)
    await tell_of(context, redemption.id)
    return outcome.entry


def _decided() -> Refused:
    return Refused(Code.ALREADY_DECIDED, "This redemption was decided on already.", ("approvalId",))
