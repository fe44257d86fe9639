"""How staff put something right: alone up to their limit, above it with a second person; once a key."""

import secrets
from dataclasses import dataclass, replace

from domain.ledger.entry import Entry
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.support.approval import Approval, ApprovalStatus, NeedsApproval, adjustment_limit
from domain.support.correction import Adjustment, Correction, EntryReversal, needs_active
from domain.support.decide import Order
from mongo.transactions import Session
from services.context import Context
from services.earning.room_back import give_room_back
from services.identity import Identity
from services.keys import client_key, key_conflict
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.members.active_member import active_member
from services.notes import refuse_note
from services.rewards.give_back_payment import give_back_payment
from services.rewards.give_back_redemption import give_back_redemption
from services.support.posting_of import posting_of

MAX_POINTS = 10**9
"""The most that one correction gives or takes by a number of its own."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Put `what` right for a member. `note` says to colleagues why, and stays out of the ledger.

    `input` is the hash of all that was asked.
    """

    member: str
    what: Correction
    reason: str
    note: str | None
    key: str
    input: str


async def correct(context: Context, identity: Identity, command: Correct) -> Entry | Approval | Refused:
    """The entry, or the approval that waits for a second person because staff may move fewer points alone.

    Refuses a reason that the programme does not know, an empty note, NOT_FOUND, MEMBER_NOT_ACTIVE (but an entry
    is reversed whatever the member's status), IDEMPOTENCY_CONFLICT, and what the decision does; a request that
    must wait meets the ledger's own refusals only when it is decided. What stands under the key is answered
    before the member's status and the programme's reasons are looked at.
    """
    program = await context.programs.current()
    key = refuse_note(command.note) or client_key(command.key, identity.actor())
    if isinstance(key, Refused):
        return key
    limit = adjustment_limit(program.adjustment_limits, identity.roles)
    order = Order(command.reason, identity.actor(), key, command.input, limit)
    posting = posting_of(context, program, order, command.member, command.what)
    answer = await _standing(context, posting)
    if answer:
        return answer
    refusal = refuse_reason(program, command.reason)
    if refusal:
        return refusal
    if needs_active(command.what):
        member = await active_member(context, command.member, path="memberId")
        if isinstance(member, Refused):
            return member
    outcome = await _post(context, order, posting, command.note)
    return await _request(context, order, command, outcome) if isinstance(outcome, NeedsApproval) else outcome


def refuse_reason(program: Program, code: str) -> Refused | None:
    """INVALID_INPUT for a reason that the programme does not have."""
    known = [reason.code for reason in program.adjustment_reasons]
    if code in known:
        return None
    return invalid(f"There is no such reason; there are {', '.join(known)}.", "reasonCode")


async def _standing(context: Context, posting: Posting) -> Entry | Approval | Refused | None:
    """What stands under the key: a request, or an entry, be it posted alone or before the limit was moved."""
    stands: Entry | Approval | None = await context.approvals.by_key(posting.member, posting.key)
    stands = stands or (await context.ledger.by_keys([posting.slot])).get(posting.slot)
    if stands is None:
        return None
    return stands if stands.input == posting.input else key_conflict()


async def _post(context: Context, order: Order, posting: Posting, note: str | None) -> Entry | Refused:
    async def beside(session: Session, entry: Entry) -> None:
        if note is not None:
            at = entry.recorded_at
            await context.notes.put(entry.member, entry.key, note, by=order.actor, at=at, session=session)
        await give_back_redemption(context, session, entry)
        await give_back_payment(context, session, entry)
        await give_room_back(context, session, entry)

    outcome = await context.poster.post_with(posting, beside)
    return outcome.entry if isinstance(outcome, Posted) else surely(outcome)


async def _request(context: Context, order: Order, command: Correct, needs: NeedsApproval) -> Approval | Refused:
    now = context.clock()
    if command.note is not None:
        await context.notes.put(command.member, order.key, command.note, by=order.actor, at=now)
    filed = await context.approvals.request(
        Approval(
            id=secrets.token_hex(10),
            status=ApprovalStatus.PENDING,
            member=command.member,
            what=_as_requested(command.what, needs),
            points=needs.points,
            currency=needs.currency,
            reason=order.reason,
            key=order.key,
            input=order.input,
            requested_by=order.actor,
            requested_at=now,
        )
    )
    return filed if filed.input == order.input else key_conflict()


def _as_requested(what: Correction, needs: NeedsApproval) -> Correction:
    """What the second person decides: as many points as the first one saw, whatever the account's revision is."""
    match what:
        case Adjustment():
            return replace(what, expected_revision=None)
        case EntryReversal():
            return replace(what, points=abs(needs.points))
        case _:
            return what
