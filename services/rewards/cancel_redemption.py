"""Cancelling: points, stock, limits and vouchers go back together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor, ActorKind
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.program.program import Program
from domain.refusals import Code, Refused, invalid, not_found
from domain.rewards.cancelling import (
    GIVEN_FOR_NOTHING,
    Undone,
    as_cancelled,
    give_back_redeemed,
    refuse_cancelling,
    restocks,
    void_review,
)
from domain.rewards.redemption import Redemption, RedemptionStatus, reference_of
from domain.support.approval import ApprovalStatus, Decision
from mongo.faults import StoreUnavailable
from mongo.transactions import Session
from services.context import Context
from services.keys import client_key
from services.ledger.past import Past, read_past
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.rewards.order_from_partner import cancel_at_partner
from services.rewards.return_pieces import return_pieces
from services.rewards.tell import tell

MAX_REASON = 1_000


@dataclass(frozen=True, slots=True)
class CancelRedemption:
    """Cancel the redemption of a member. `reason` says why to colleagues, and stays out of the ledger: staff must.

    `restock`: for staff, that pieces which were handed out are there again.
    """

    member: str
    redemption: str
    key: str
    reason: str | None = None
    restock: bool | None = None


@dataclass(frozen=True, slots=True)
class CancelledRedemption:
    """The redemption as it is now, and the entry that gave its points back."""

    redemption: Redemption
    entry: Entry


async def cancel_redemption(
    context: Context, actor: Actor, command: CancelRedemption
) -> CancelledRedemption | Refused:
    """Gives points back to the lots they came from, stock and limits too, and voids the vouchers; once.

    Refuses bad input, NOT_FOUND (also to a member whose it is not), IDEMPOTENCY_CONFLICT, and what
    `refuse_cancelling`, `void_review` and `give_back_redeemed` refuse. The member's status does not matter.
    What stands under the key is answered first.
    """
    key = _refuse_input(actor, command) or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    found = await _find(context, actor, command)
    if isinstance(found, Refused):
        return found
    cancelling = _Cancelling(context, actor, command, key)
    posting = Posting(found.member, key, cancelling.input, prepare=cancelling.prepare)
    outcome = await context.poster.post_with(posting, cancelling.write, shared=[f"stock:{found.reward}"])
    if not isinstance(outcome, Posted):
        return surely(outcome)
    stored = await _stored(context, command.redemption)
    if stored is None:
        raise RuntimeError("a redemption was cancelled and is not there")
    return CancelledRedemption(await tell(context, stored), outcome.entry)


class _Cancelling:
    """One cancellation on its way; it may be prepared and written several times, and the last time counts."""

    def __init__(self, context: Context, actor: Actor, command: CancelRedemption, key: str) -> None:
        self._context = context
        self._actor = actor
        self._command = command
        self._key = key
        self.input = input_hash("cancel", command.redemption, command.reason, command.restock)
        self._past: Past | None = None
        self._seen: Redemption | None = None
        self._undone: Undone | None = None
        self._pooled = False

    async def prepare(self, head: Head) -> Decide:
        """Reads the redemption and what of the past its points need, and says how to decide upon the head."""
        context = self._context
        program = await context.programs.current()
        seen = self._seen = await _stored(context, self._command.redemption)
        if seen is None:
            raise RuntimeError("a redemption was there and is not any more")
        if seen.debit > head.seq:
            return _decided_meanwhile
        # Asked of the codes themselves: the programme may have dropped the reward or its pool since.
        self._pooled = await context.pools.gave(seen.id, [one.code for one in seen.vouchers])
        past = self._past = await read_past(context.ledger, head, self._past)
        # Gapless from 1: the entry of a sequence stands at its place.
        target = past.entries[seen.debit - 1]

        def decide(head: Head, at: datetime) -> Draft | Refused:
            undone = self._decide(program, seen, target, head, at)
            if isinstance(undone, Refused):
                return undone
            self._undone = undone
            return self._draft(target, undone, at)

        return decide

    def _decide(
        self, program: Program, seen: Redemption, target: Entry, head: Head, at: datetime
    ) -> Undone | Refused:
        staff = self._actor.kind is ActorKind.AGENT
        refusal = refuse_cancelling(seen, program.cancellation, at, staff=staff, pooled=self._pooled)
        if refusal:
            return refusal
        if seen.status is RedemptionStatus.IN_REVIEW:
            return void_review(head.after, target, at)
        if not seen.points:
            return GIVEN_FOR_NOTHING
        if self._past is None:
            raise RuntimeError("what was prepared has no past")
        return give_back_redeemed(program, head.after, target, self._past.trail(at), at)

    def _draft(self, target: Entry, undone: Undone, at: datetime) -> Draft:
        void = target.kind is EntryKind.HOLD
        return Draft(
            key=self._key,
            input=self.input,
            currency=target.currency,
            kind=EntryKind.VOID if void else EntryKind.REVERSE,
            changes=undone.changes,
            actor=self._actor,
            occurred_at=at,
            effective_at=at,
            reference=reference_of(self._command.redemption),
            reason=target.reason,
            lines=undone.lines,
            reverses=target.seq,
        )

    async def write(self, session: Session, entry: Entry) -> None:
        """What changes beside the entry. Another's change since it was read makes all of it begin again."""
        context, seen, undone = self._context, self._seen, self._undone
        if seen is None or undone is None:
            raise RuntimeError("a cancellation is written that was not decided")
        if not await context.redemptions.put(session, as_cancelled(seen, entry, undone)):
            raise StoreUnavailable("the redemption has changed meanwhile")
        if restocks(seen, entry.recorded_at, asked=self._command.restock):
            await return_pieces(context, session, seen)
        await cancel_at_partner(context, session, seen, entry.recorded_at)
        if seen.status is RedemptionStatus.IN_REVIEW:
            await self._close_review(session, seen, entry)
        if self._command.reason is not None:
            text, at = self._command.reason, entry.recorded_at
            await context.notes.put(entry.member, entry.key, text, by=self._actor, at=at, session=session)

    async def _close_review(self, session: Session, seen: Redemption, entry: Entry) -> None:
        """Nobody need look any more: staff have decided by it, and a member's own wish needs no decision."""
        approvals = self._context.approvals
        if self._actor.kind is ActorKind.AGENT:
            decision = Decision(self._actor, entry.recorded_at, entry.key, entry.input, entry.seq)
            await approvals.close_of(session, seen.member, seen.id, ApprovalStatus.REJECTED, decision)
        else:
            await approvals.close_of(session, seen.member, seen.id, ApprovalStatus.EXPIRED)


def _decided_meanwhile(head: Head, at: datetime) -> Refused:
    message = "Staff have decided on this redemption at this very moment: look again."
    return Refused(Code.HOLD_NOT_OPEN, message, ("redemptionId",))


def _refuse_input(actor: Actor, command: CancelRedemption) -> Refused | None:
    reason = command.reason
    if actor.kind is ActorKind.AGENT and reason is None:
        return invalid("Say why: colleagues will ask.", "reason")
    if reason is not None and not (reason.strip() and len(reason) <= MAX_REASON):
        return invalid(f"A reason has 1 to {MAX_REASON} characters.", "reason")
    if command.restock is not None and actor.kind is not ActorKind.AGENT:
        return invalid("Whether pieces are there again is for staff to say.", "restock")
    return None


async def _find(context: Context, actor: Actor, command: CancelRedemption) -> Redemption | Refused:
    found = await _stored(context, command.redemption)
    may = actor.kind is ActorKind.AGENT or actor.id == command.member
    if found is None or found.member != command.member or not may:
        return not_found("There is no such redemption.", "redemptionId")
    return found


async def _stored(context: Context, id: str) -> Redemption | None:
    return (await context.redemptions.get_many([id])).get(id)
