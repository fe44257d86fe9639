"""An agent corrects points; above the agent's limit a second person decides."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from domain.earning.expiry import lot_date
from domain.ledger.canonical import input_hash
from domain.ledger.decide import adjust
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from domain.refusals import Code, Refused, invalid
from domain.support.approval import Approval, ApprovalStatus, adjustment_limit
from mongo.transactions import Session
from services.context import Context
from services.identity import Identity
from services.keys import client_key, key_conflict
from services.ledger.poster import Posted, Posting
from services.members.active_member import active_member

MAX_NOTE = 1_000
MAX_ADJUSTMENT = 10**9


@dataclass(frozen=True, slots=True)
class AdjustPoints:
    """Give (positive) or take (negative) points. `note` says to colleagues why, and stays out of the ledger."""

    member: str
    points: int
    reason: str
    note: str
    key: str
    currency: str | None = None
    expected_revision: int | None = None


async def adjust_points(context: Context, identity: Identity, command: AdjustPoints) -> Entry | Approval | Refused:
    """The entry, or the approval that waits for a second person.

    Refuses bad input, NOT_FOUND, MEMBER_NOT_ACTIVE, IDEMPOTENCY_CONFLICT, STALE_REVISION when the account has
    moved on since the agent looked; within the agent's limit also INSUFFICIENT_POINTS and LIMIT_REACHED, which a
    request meets only when it is decided. What stands under the key is answered before the member's status is
    looked at.
    """
    program = await context.programs.current()
    refusal = _refuse_input(program, command)
    if refusal:
        return refusal
    key = client_key(command.key, identity.actor())
    if isinstance(key, Refused):
        return key
    posting = adjustment(program, identity, command, key=key, input=_input(program, command))
    answer = await _standing(context, posting)
    if answer:
        return answer
    member = await active_member(context, command.member, path="memberId")
    if isinstance(member, Refused):
        return member
    if _is_within_limit(program, identity, command):
        return await _post(context, identity, command, posting)
    return await _request(context, identity, command, posting, program.currency_code(command.currency))


def adjustment(program: Program, identity: Identity, command: AdjustPoints, *, key: str, input: str) -> Posting:
    """The posting of an adjustment: what staff give has the expiry date of points earned then."""
    currency = program.currency_code(command.currency)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        stale = _stale(command, head)
        if stale:
            return stale
        changes = adjust(head.after.account(currency), command.points, expires_at=lot_date(program, at))
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input=input,
            currency=currency,
            kind=EntryKind.ADJUST,
            changes=changes,
            actor=identity.actor(),
            occurred_at=at,
            effective_at=at,
            reason=command.reason,
        )

    return Posting(command.member, key, input, decide)


def _stale(command: AdjustPoints, head: Head) -> Refused | None:
    if command.expected_revision in (None, head.seq):
        return None
    message = f"The account is at revision {head.seq} now: look again before you adjust it."
    return Refused(Code.STALE_REVISION, message, ("expectedRevision",))


async def _post(context: Context, identity: Identity, command: AdjustPoints, posting: Posting) -> Entry | Refused:
    async def keep_note(session: Session, entry: Entry) -> None:
        await context.notes.put(
            entry.member,
            entry.key,
            command.note,
            by=identity.actor(),
            at=entry.recorded_at,
            session=session,
        )

    outcome = await context.poster.post_with(posting, keep_note)
    return outcome.entry if isinstance(outcome, Posted) else _surely(outcome)


async def _standing(context: Context, posting: Posting) -> Entry | Approval | Refused | None:
    """What stands under the key: a request, or an entry, be it posted alone or before the limit was moved."""
    stands: Entry | Approval | None = await context.approvals.by_key(posting.member, posting.key)
    stands = stands or (await context.ledger.by_keys([posting.slot])).get(posting.slot)
    if stands is None:
        return None
    return stands if stands.input == posting.input else key_conflict()


async def _request(
    context: Context, identity: Identity, command: AdjustPoints, posting: Posting, currency: str
) -> Approval | Refused:
    stale = _stale(command, await context.ledger.head(command.member))
    if stale:
        return stale
    now = context.clock()
    await context.notes.put(command.member, posting.key, command.note, by=identity.actor(), at=now)
    filed = await context.approvals.request(_approval(identity, command, posting, currency, now))
    return filed if filed.input == posting.input else key_conflict()


def _approval(
    identity: Identity, command: AdjustPoints, posting: Posting, currency: str, now: datetime
) -> Approval:
    return Approval(
        id=secrets.token_hex(10),
        status=ApprovalStatus.PENDING,
        member=command.member,
        points=command.points,
        currency=currency,
        reason=command.reason,
        key=posting.key,
        input=posting.input,
        requested_by=identity.actor(),
        requested_at=now,
    )


def _refuse_input(program: Program, command: AdjustPoints) -> Refused | None:
    if not 0 < abs(command.points) <= MAX_ADJUSTMENT:
        return invalid(f"Points are from 1 to {MAX_ADJUSTMENT}, or below zero to take them.", "points")
    if program.currency(command.currency) is None:
        return invalid("The programme has no such currency.", "currency")
    known = [reason.code for reason in program.adjustment_reasons]
    if command.reason not in known:
        return invalid(f"There is no such reason; there are {', '.join(known)}.", "reasonCode")
    if not command.note.strip() or len(command.note) > MAX_NOTE:
        return invalid(f"A note of 1 to {MAX_NOTE} characters says why.", "note")
    return None


def _is_within_limit(program: Program, identity: Identity, command: AdjustPoints) -> bool:
    limit = adjustment_limit(program.adjustment_limits, identity.roles)
    return limit is None or abs(command.points) <= limit


def _input(program: Program, command: AdjustPoints) -> str:
    currency = program.currency_code(command.currency)
    return input_hash("adjust", command.points, currency, command.reason, command.note)


def _surely(outcome: Refused | None) -> Refused:
    if outcome is None:
        raise RuntimeError("an adjustment always writes or refuses")
    return outcome
