"""A service sets a member's points aside for a purchase that is not finished yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Head
from domain.ledger.holds import hold
from domain.ledger.kinds import EntryKind
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.program import Program
from domain.refusals import Refused, invalid
from services.context import Context
from services.keys import client_key
from services.ledger.held import Held, held
from services.ledger.poster import Posting
from services.members.active_member import inactive
from services.members.find_member import find_member
from services.program.refuse_currency import refuse_currency

MAX_REFERENCE = 200
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class HoldPoints:
    """Set points aside for so many seconds. `reference` is the service's own, such as the number of a basket."""

    member: MemberLookup
    points: int
    expires_in_seconds: int
    key: str
    currency: str | None = None
    reference: str | None = None


async def hold_points(context: Context, actor: Actor, command: HoldPoints) -> Held | Refused:
    """Opens a hold; nobody can spend its points until it is captured, voided or has ended.

    Refuses bad input, NOT_FOUND, MEMBER_NOT_ACTIVE, INSUFFICIENT_POINTS, LIMIT_REACHED past 32 open holds and
    IDEMPOTENCY_CONFLICT. What stands under the key is answered first, with what has become of it.
    """
    program = await context.programs.current()
    refusal = refuse_reference(command.reference) or refuse_currency(program, command.currency)
    key = refusal or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    member = await find_member(context, command.member, "member")
    if isinstance(member, Refused):
        return member
    posting = _posting(program, actor, command, member, key)
    return await held(context, await context.poster.post(posting))


def _posting(program: Program, actor: Actor, command: HoldPoints, member: Member, key: str) -> Posting:
    currency = program.currency_code(command.currency)
    input = input_hash("hold", command.points, currency, command.expires_in_seconds, command.reference)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        refusal = inactive(member, "member") or refuse_seconds(program, command.expires_in_seconds)
        if refusal:
            return refusal
        until = at + timedelta(seconds=command.expires_in_seconds)
        changes = hold(head.after.account(currency), command.points, until=until)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input=input,
            currency=currency,
            kind=EntryKind.HOLD,
            changes=changes,
            actor=actor,
            occurred_at=at,
            effective_at=at,
            reference=command.reference,
        )

    return Posting(member.id, key, input, decide)


def refuse_seconds(program: Program, seconds: int) -> Refused | None:
    """INVALID_INPUT for too long or no time at all.

    Asked only of what does not stand yet: a programme that allows less takes no answer back.
    """
    longest = program.holds.max_days * _DAY_SECONDS
    if not 1 <= seconds <= longest:
        return invalid(f"Points are set aside for 1 to {longest} seconds.", "expiresInSeconds")
    return None


def refuse_reference(reference: str | None) -> Refused | None:
    """INVALID_INPUT for a reference that is empty, too long or not to be printed."""
    if reference is not None and not (
        reference.strip() and len(reference) <= MAX_REFERENCE and reference.isprintable()
    ):
        return invalid(f"A reference is 1 to {MAX_REFERENCE} printable characters.", "reference")
    return None
