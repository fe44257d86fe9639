"""A new member says, somewhat late, who brought them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.kinds import EntryKind
from domain.members.enrol import unknown_referral
from domain.members.ids import read_referral_code
from domain.members.member import Member
from domain.members.referring import refuse_referrer
from domain.program.program import Program
from domain.refusals import Code, NotEligible, Refused, invalid
from services.context import Context
from services.keys import client_key, key_conflict
from services.members.active_member import active_member
from services.members.hints import hints_of

WITHIN = timedelta(days=30)
_PATH = "code"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class ClaimReferral:
    """The member was brought by the member of this referral code."""

    member: str
    code: str
    key: str


async def claim_referral(context: Context, actor: Actor, command: ClaimReferral) -> Member | Refused:
    """Notes who brought the member, once; they then count at the member's first qualifying event.

    Refuses NOT_AVAILABLE_NOW without referrals in the programme, INVALID_INPUT for a code that is nobody's, the
    member's own or that of somebody who joined no earlier, NOT_ELIGIBLE for a member who named one before, joined
    over 30 days ago or has bought already, MEMBER_NOT_ACTIVE, and IDEMPOTENCY_CONFLICT.
    """
    key = client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    input = input_hash("referral", command.code)
    # In this order: whoever finds the key standing then reads the member with what it noted.
    standing = await context.members.refer_input(command.member, key)
    member = await active_member(context, command.member, path=_PATH)
    if isinstance(member, Refused):
        return member
    if standing is not None:
        return member if standing == input else key_conflict()
    refusal = await _refuse_member(context, member)
    referrer = refusal or await _referrer(context, member, command.code)
    if isinstance(referrer, Refused):
        # The same command may have been carried out meanwhile, and be what this one is refused for.
        meanwhile = await context.members.refer_input(command.member, key)
        return referrer if meanwhile is None else await claim_referral(context, actor, command)
    await context.members.refer(member.id, referrer.id, key=key, input=input)
    # Whoever was faster, with this key or another, is the answer.
    return await claim_referral(context, actor, command)


async def _refuse_member(context: Context, member: Member) -> Refused | None:
    program, now = await context.programs.current(), context.clock()
    if program.referrals is None:
        return Refused(Code.NOT_AVAILABLE_NOW, "The programme has no referrals.", (_PATH,))
    reasons = tuple(_reasons(member, now))
    if not reasons and await _has_bought(context, program, member):
        reasons = ("The referral code is named before the first purchase.",)
    return NotEligible(Code.NOT_ELIGIBLE, reasons[0], (_PATH,), reasons=reasons) if reasons else None


def _reasons(member: Member, now: datetime) -> list[str]:
    reasons = []
    if member.referred_by is not None:
        reasons.append("It was said before who brought this member.")
    if now - member.joined_at > WITHIN:
        reasons.append(f"The referral code is named within {WITHIN.days} days of joining.")
    return reasons


async def _has_bought(context: Context, program: Program, member: Member) -> bool:
    """Whether anything that can count for a referral has written an entry."""
    on = program.referrals.on if program.referrals else ()
    before: int | None = None
    while page := await context.ledger.page(member.id, first=_PAGE, before=before):
        if any(entry.kind in (EntryKind.EARN, EntryKind.PENDING) and entry.reason in on for entry in page):
            return True
        before = page[-1].seq
    return False


async def _referrer(context: Context, member: Member, text: str) -> Member | Refused:
    code = read_referral_code(text)
    referrer = (await context.members.referrers([code])).get(code) if code else None
    if referrer is None:
        return unknown_referral(_PATH)
    if referrer.id == member.id:
        return invalid("This is your own referral code: it is for your friends.", _PATH)
    refusal = refuse_referrer(referrer, member.profile, member.joined_at, path=_PATH, strictly=True)
    if refusal:
        return refusal
    hints = await hints_of(context, [referrer, member])
    if hints[referrer.id].is_same_person(hints[member.id]):
        return invalid("Nobody can bring themself: this referral code is the same person's.", _PATH)
    return referrer
