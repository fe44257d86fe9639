"""A second person decides what waited; on a yes the points move with the decision, or neither does."""

from dataclasses import dataclass, replace

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.refusals import Code, Refused, not_found
from domain.support.approval import Approval, ApprovalStatus, Decision, RedemptionReview
from domain.support.correction import Correction, needs_active
from domain.support.decide import Order
from mongo.transactions import Session
from services.context import Context
from services.earning.room_back import give_room_back
from services.identity import Identity
from services.keys import client_key, key_conflict
from services.ledger.poster import Posted
from services.members.active_member import active_member
from services.notes import refuse_note
from services.rewards.decide_review import Reviewed, approve_redemption, reject_redemption
from services.rewards.give_back_payment import give_back_payment
from services.rewards.give_back_redemption import give_back_redemption
from services.support.posting_of import posting_of


@dataclass(frozen=True, slots=True)
class DecideApproval:
    """Approve or reject one request."""

    approval: str
    approve: bool
    key: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The approval as decided, and the entry that a yes posted."""

    approval: Approval
    entry: Entry | None = None


async def decide_approval(context: Context, identity: Identity, command: DecideApproval) -> Decided | Refused:
    """Decides once; the same key and input again answer the same.

    Refuses bad input, NOT_FOUND, ALREADY_DECIDED, FORBIDDEN to whoever asked for it, MEMBER_NOT_ACTIVE,
    whatever the correction itself refuses (it stays PENDING then), and IDEMPOTENCY_CONFLICT. For a redemption
    HOLD_NOT_OPEN once the time to decide is over, and OUT_OF_STOCK where a partner's codes are used up.
    """
    key = refuse_note(command.note or None) or client_key(command.key, identity.actor())
    if isinstance(key, Refused):
        return key
    approval = (await context.approvals.get_many([command.approval])).get(command.approval)
    if approval is None:
        return not_found("There is no such request for approval.", "approvalId")
    decision = Decision(identity.actor(), context.clock(), key, _input(command))
    refusal = _refuse(approval, decision)
    if refusal:
        return refusal
    if approval.decision:
        return await _stored(context, approval)
    return await _decide(context, approval, decision, command)


def _refuse(approval: Approval, decision: Decision) -> Refused | None:
    if approval.decision and approval.decision.key == decision.key:
        if approval.decision.input == decision.input and approval.decision.by == decision.by:
            return None
        return key_conflict()
    if approval.decision or approval.status is not ApprovalStatus.PENDING:
        return _already_decided(approval.status)
    if approval.requested_by == decision.by:
        return Refused(Code.FORBIDDEN, "Another person than the one who asked must decide.", ("approvalId",))
    return None


async def _decide(
    context: Context, approval: Approval, decision: Decision, command: DecideApproval
) -> Decided | Refused:
    what = approval.what
    if isinstance(what, RedemptionReview):
        return await _review(context, approval, what, decision, command)
    if command.approve:
        return await _approve(context, approval, what, decision, command)
    return await _reject(context, approval, decision, command)


async def _reject(
    context: Context, approval: Approval, decision: Decision, command: DecideApproval
) -> Decided | Refused:
    if not await context.approvals.decide(approval.id, ApprovalStatus.REJECTED, decision):
        return await _decided_meanwhile(context, approval.id, decision)
    await _keep_note(context, approval, decision, command, None)
    return await _again(context, approval.id)


async def _review(
    context: Context, approval: Approval, what: RedemptionReview, decision: Decision, command: DecideApproval
) -> Decided | Refused:
    """A yes issues the redemption, a no cancels it, in one transaction with the decision."""
    status = ApprovalStatus.APPROVED if command.approve else ApprovalStatus.REJECTED

    async def settle(session: Session, entry: Entry) -> Refused | None:
        done = replace(decision, sequence=entry.seq)
        if not await context.approvals.decide(approval.id, status, done, session):
            return _already_decided(None)
        await _keep_note(context, approval, decision, command, session)
        return None

    redemption = (await context.redemptions.get_many([what.redemption]))[what.redemption]
    review = Reviewed(redemption, approval.currency, what.device)
    decide = approve_redemption if command.approve else reject_redemption
    outcome = await decide(context, decision.by, review, settle)
    if isinstance(outcome, Refused) and outcome.code is not Code.ALREADY_DECIDED:
        now = (await context.approvals.get_many([approval.id]))[approval.id]
        if now.status is ApprovalStatus.PENDING:
            return outcome
    return await _decided_meanwhile(context, approval.id, decision)


async def _approve(
    context: Context, approval: Approval, what: Correction, decision: Decision, command: DecideApproval
) -> Decided | Refused:
    if needs_active(what):
        member = await active_member(context, approval.member, path="approvalId")
        if isinstance(member, Refused):
            return member

    async def settle(session: Session, entry: Entry) -> Refused | None:
        done = replace(decision, sequence=entry.seq)
        if not await context.approvals.decide(approval.id, ApprovalStatus.APPROVED, done, session):
            return _already_decided(None)
        await _keep_note(context, approval, decision, command, session)
        await give_back_redemption(context, session, entry)
        await give_back_payment(context, session, entry)
        await give_room_back(context, session, entry)
        return None

    program = await context.programs.current()
    order = Order(approval.reason, decision.by, approval.key, approval.input)
    posting = posting_of(context, program, order, approval.member, what)
    outcome = await context.poster.post_with(posting, settle)
    if isinstance(outcome, Refused) and outcome.code is Code.ALREADY_DECIDED:
        return await _decided_meanwhile(context, approval.id, decision)
    if isinstance(outcome, Refused):
        return outcome
    if isinstance(outcome, Posted) and outcome.replayed:
        # Decided before; or posted alone, under the same key, by someone whose limit is higher: once is enough.
        done = replace(decision, sequence=outcome.entry.seq)
        await context.approvals.decide(approval.id, ApprovalStatus.APPROVED, done)
        return await _decided_meanwhile(context, approval.id, decision)
    return await _again(context, approval.id)


async def _decided_meanwhile(context: Context, approval: str, decision: Decision) -> Decided | Refused:
    """The answer to whoever lost the race: the stored one for the same key and input, else a refusal."""
    stored = (await context.approvals.get_many([approval]))[approval]
    return _refuse(stored, decision) or await _stored(context, stored)


async def _again(context: Context, approval: str) -> Decided:
    return await _stored(context, (await context.approvals.get_many([approval]))[approval])


async def _stored(context: Context, approval: Approval) -> Decided:
    sequence = approval.decision.sequence if approval.decision else None
    if sequence is None:
        return Decided(approval)
    entries = await context.ledger.get_many([(approval.member, sequence)])
    return Decided(approval, entries.get((approval.member, sequence)))


async def _keep_note(
    context: Context, approval: Approval, decision: Decision, command: DecideApproval, session: Session | None
) -> None:
    if command.note:
        key = f"approval:{approval.id}"
        await context.notes.put(
            approval.member, key, command.note, by=decision.by, at=decision.at, session=session
        )


def _already_decided(status: ApprovalStatus | None) -> Refused:
    word = status.value.lower() if status else "decided"
    return Refused(Code.ALREADY_DECIDED, f"This request was {word} already.", ("approvalId",))


def _input(command: DecideApproval) -> str:
    return input_hash("decide", command.approval, command.approve, command.note)
