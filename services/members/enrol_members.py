"""Enrol many members in few round trips.

It goes in rounds: look up who stands already, decide, insert the rest in one batch. What loses a race in the
batch is looked up and decided again in the next round: the unique indexes alone say who came first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor, ActorKind
from domain.earning.events.own import BIRTHDAY, JOINED, listens
from domain.members.enrol import Enrol
from domain.members.ids import read_referral_code
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.refusals import Code, Refused, invalid
from mongo.members import DuplicateField
from services.context import Context
from services.engagement.celebrate import celebrate_new
from services.engagement.welcome import welcome
from services.members.new_member import Desk, new_member

_MAX_IDLE_ROUNDS = 5
TAKEN = {
    "email": "This e-mail address belongs to another member: give another or none.",
    "phone": "This phone number belongs to another member: give another or none.",
}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The member of the external id; `created` is False when they stood already."""

    member: Member
    created: bool


Outcome = Enrolled | Refused


async def enrol_members(context: Context, actor: Actor, commands: Sequence[Enrol]) -> list[Outcome]:
    """For each command what `enrol_member` answers, in order; a handful of round trips for all of them.

    Where the programme listens to `member.joined`, each new member's is recorded, once, whatever dies meanwhile;
    and who enrols on their birthday has it at once.
    """
    if actor.kind is ActorKind.MEMBER:
        refused = Refused(Code.FORBIDDEN, "Members are enrolled by a service or by staff.")
        return [refused for _ in commands]
    program = await context.programs.current()
    desk = Desk.of(program, context.clock())
    joining = desk.now if listens(program, JOINED) else None
    waiting = dict(enumerate(commands))
    outcomes: dict[int, Outcome] = {}
    lost: dict[int, DuplicateField] = {}
    idle = 0
    while waiting and idle < _MAX_IDLE_ROUNDS:
        decided = await _round(context, desk, waiting, lost, joining=joining)
        outcomes |= decided
        waiting = {index: command for index, command in waiting.items() if index not in decided}
        idle = 0 if decided else idle + 1
    if waiting:
        raise RuntimeError("unique values stand in the store, but nobody can be found by them")
    made = [one.member for one in outcomes.values() if isinstance(one, Enrolled) and one.created]
    if joining:
        await welcome(context, made, now=joining)
    if listens(program, BIRTHDAY):
        await celebrate_new(context, program, made, now=desk.now)
    return [outcomes[index] for index in range(len(commands))]


async def _round(
    context: Context,
    desk: Desk,
    waiting: dict[int, Enrol],
    lost: dict[int, DuplicateField],
    *,
    joining: datetime | None,
) -> dict[int, Outcome]:
    """What this round decides, by place in the batch; `lost` comes from the last round and goes to the next."""
    standing = await _standing(context, waiting.values())
    referrers = await context.members.referrers(_referral_codes(waiting.values()))
    decided: dict[int, Outcome] = {}
    drafts: dict[str, tuple[int, Member]] = {}
    for index, command in waiting.items():
        if member := standing.get(command.external_id):
            decided[index] = Enrolled(member, created=False)
        elif taken := _taken(lost.pop(index, None)):
            decided[index] = taken
        elif command.external_id not in drafts:
            made = new_member(desk, command, referrers)
            if isinstance(made, Refused):
                decided[index] = made
            else:
                drafts[command.external_id] = (index, made)
    return decided | await _insert(context, list(drafts.values()), lost, joining=joining)


async def _insert(
    context: Context,
    drafts: list[tuple[int, Member]],
    lost: dict[int, DuplicateField],
    *,
    joining: datetime | None,
) -> dict[int, Outcome]:
    duplicates = await context.members.insert_many([member for _, member in drafts], joining=joining)
    inserted: dict[int, Outcome] = {}
    for (index, member), duplicate in zip(drafts, duplicates, strict=True):
        if duplicate is None:
            inserted[index] = Enrolled(member, created=True)
        else:
            lost[index] = duplicate
    return inserted


async def _standing(context: Context, commands: Iterable[Enrol]) -> dict[str, Member]:
    ids = list(dict.fromkeys(command.external_id for command in commands))
    found = await context.members.find_many([MemberLookup(external_id=id) for id in ids])
    return {id: member for id, member in zip(ids, found, strict=True) if member}


def _referral_codes(commands: Iterable[Enrol]) -> set[str]:
    codes = (read_referral_code(command.referral_code) for command in commands if command.referral_code)
    return {code for code in codes if code}


def _taken(duplicate: DuplicateField | None) -> Refused | None:
    """The refusal of personal data that is another's; None where new random names settle it."""
    message = TAKEN.get(duplicate.name) if duplicate else None
    return invalid(message, duplicate.name) if duplicate and message else None
