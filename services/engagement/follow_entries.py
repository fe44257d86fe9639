"""What follows from entries: events that Regulars itself makes, friends that count, rewards of challenges.

All of it has keys made of the entry's place, or of the window in which a tier was reached, so that entries may
come again: each effect is made once.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.earning.events.derived import brings_a_friend, derived, earns_a_badge, is_history, times_reached
from domain.earning.events.intake import RecordEvent
from domain.earning.events.own import SOURCE, depth_of
from domain.engagement.reached import rewards_due
from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE, State
from domain.program.program import Program
from services.context import Context
from services.engagement.bring_friend import bring_friend
from services.engagement.give_reward import give_reward
from services.engagement.record_own import record_own

_OWN_ENTRY = f"event:{SOURCE}|"


class Followed(NamedTuple):
    """An entry, and the state before it."""

    entry: Entry
    before: State = EMPTY_STATE


def has_consequences(entry: Entry) -> bool:
    """Whether anything may follow from the entry: it marks a tier, reaches a challenge, earns a badge, brings a
    friend."""
    if entry.changes.tier is not None:
        return True
    return bool(entry.changes.counts and (times_reached(entry) or earns_a_badge(entry) or brings_a_friend(entry)))


async def follow_entries(context: Context, followed: Sequence[Followed]) -> None:
    """Makes what follows from these entries, a member's in order. Raises StoreUnavailable: the same again is safe.

    A friend for whom the referrer's limits leave no room brings nothing to either side.
    """
    if not followed:
        return
    program = await context.programs.current()
    depths = await _depths(context, [one.entry for one in followed])
    referrers = await _referrers(context, program, [one.entry for one in followed])
    made: dict[bool, list[RecordEvent]] = {False: [], True: []}
    for entry, before in followed:
        referrer = referrers.get(entry.member) if brings_a_friend(entry) else None
        if referrer and not await bring_friend(context, program, referrer, entry):
            referrer = None
        depth = depths.get(_claim_of(entry) or "", 0)
        made[is_history(entry)] += derived(entry, before, program, depth=depth, referrer=referrer)
    for history, events in made.items():
        await record_own(context, events, backdated=history)
    for entry, _ in followed:
        for reached in rewards_due(entry, program):
            await give_reward(context, program, reached)


async def _depths(context: Context, entries: Sequence[Entry]) -> Mapping[str, int]:
    """The depths of the events of Regulars' own for which entries were written, by their claims."""
    ids = [id for id in map(_claim_of, entries) if id]
    claims = await context.events.find(ids) if ids else {}
    return {id: depth_of(claim.body["attributes"]) for id, claim in claims.items()}


async def _referrers(context: Context, program: Program, entries: Sequence[Entry]) -> dict[str, str]:
    friends = {entry.member for entry in entries if brings_a_friend(entry)}
    if not friends or program.referrals is None:
        return {}
    members = (await context.members.get_many(friends)).values()
    return {member.id: member.referred_by for member in members if member.referred_by}


def _claim_of(entry: Entry) -> str | None:
    """The claim of an event of Regulars' own that wrote the entry; None for every other entry."""
    if not entry.key.startswith(_OWN_ENTRY):
        return None
    return entry.key.removeprefix("event:").rpartition("#")[0]
