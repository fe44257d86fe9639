"""Staff give a member a tier up to a time, whatever qualifies, or end one that was given."""

from dataclasses import dataclass
from datetime import datetime

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.refusals import Refused
from domain.tiers.override import TierOverride, override
from domain.time import to_ms, whole_ms
from mongo.transactions import Session
from services.context import Context
from services.identity import Identity
from services.keys import client_key, key_conflict
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.members.active_member import active_member
from services.notes import refuse_note
from services.support.correct import refuse_reason


@dataclass(frozen=True, slots=True)
class OverrideTier:
    """`tier` up to, and without, `until`; both None: what was given ends now.

    `note` says to colleagues why, and stays out of the ledger; `reason` is one of the programme's.
    """

    member: str
    tier: str | None
    until: datetime | None
    note: str
    key: str
    reason: str | None = None


async def override_tier(context: Context, identity: Identity, command: OverrideTier) -> Entry | Refused:
    """The entry, of no points. Once a key.

    Refuses as `domain.tiers.override` does, a reason that the programme does not know, an empty note, NOT_FOUND,
    MEMBER_NOT_ACTIVE and IDEMPOTENCY_CONFLICT. What stands under the key is answered first.
    """
    key = refuse_note(command.note) or client_key(command.key, identity.actor())
    if isinstance(key, Refused):
        return key
    until = whole_ms(command.until) if command.until else None
    said = (command.tier, until and to_ms(until), command.note, command.reason)
    input = input_hash("tier", *said)
    stands = (await context.ledger.by_keys([(command.member, key)])).get((command.member, key))
    if stands:
        return stands if stands.input == input else key_conflict()
    program = await context.programs.current()
    refusal = refuse_reason(program, command.reason) if command.reason is not None else None
    if refusal:
        return refusal
    member = await active_member(context, command.member, path="memberId")
    if isinstance(member, Refused):
        return member

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = override(program, head.after, TierOverride(command.tier, until), at)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input=input,
            currency=program.default_currency.code,
            kind=EntryKind.TIER,
            changes=changes,
            actor=identity.actor(),
            occurred_at=at,
            effective_at=at,
            reason=command.reason,
        )

    async def beside(session: Session, entry: Entry) -> None:
        at = entry.recorded_at
        await context.notes.put(entry.member, entry.key, command.note, by=identity.actor(), at=at, session=session)

    outcome = await context.poster.post_with(Posting(command.member, key, input, decide), beside)
    return outcome.entry if isinstance(outcome, Posted) else surely(outcome)
