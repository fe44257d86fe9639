"""Whom events are about: the person, and who brought them where that counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Person, Referrer
from domain.earning.facts.people import person_of
from domain.earning.judging.referral import REFERRAL
from domain.engagement.friends import friends_of
from domain.ledger.entry import Head
from domain.members.hints import Hints
from domain.members.member import Member
from domain.program.program import Program
from services.context import Context
from services.members.hints import hints_of


@dataclass(frozen=True, slots=True)
class About:
    """The member of an event beside the ledger; `referrer` only where the event may count for them."""

    person: Person
    referrer: Referrer | None = None


async def people_of(
    context: Context, program: Program, events: Sequence[Event], members: Mapping[str, Member]
) -> list[About]:
    """What each event is judged by beside the ledger; `members` are theirs, by id."""
    people = {id: person_of(member, program.zone) for id, member in members.items()}
    about = [About(people[event.member]) for event in events]
    for place, brought_by in (await _brought(context, program, events, members)).items():
        about[place] = brought_by
    return about


async def people_for(context: Context, program: Program, events: Sequence[Event]) -> list[About]:
    """The same of events whose members are not at hand."""
    members = await context.members.get_many({event.member for event in events})
    return await people_of(context, program, events, members)


async def _brought(
    context: Context, program: Program, events: Sequence[Event], members: Mapping[str, Member]
) -> dict[int, About]:
    """By the places of those events that may count for who brought their member: no friend counts twice."""
    on = program.referrals.on if program.referrals else ()
    places = [
        place for place, event in enumerate(events) if event.type in on and members[event.member].referred_by
    ]
    if not places:
        return {}
    friends = await context.ledger.heads(list({events[place].member for place in places}))
    places = [place for place in places if not friends[events[place].member].after.counted(REFERRAL, 0)]
    referrers = await _Referrers.read(context, [members[events[place].member] for place in places])
    return {place: referrers.about(program, members[events[place].member], events[place]) for place in places}


@dataclass(frozen=True, slots=True)
class _Referrers:
    """Those who brought some members: their heads, and the hints of all."""

    heads: Mapping[str, Head]
    hints: Mapping[str, Hints]

    @staticmethod
    async def read(context: Context, friends: Sequence[Member]) -> "_Referrers":
        """Reads what there is of them; the same three questions for any number."""
        ids = {friend.referred_by for friend in friends if friend.referred_by}
        if not ids:
            return _Referrers({}, {})
        found = await context.members.get_many(ids)
        everyone = {member.id: member for member in (*friends, *found.values())}
        hints = await hints_of(context, list(everyone.values()))
        return _Referrers(await context.ledger.heads(list(found)), hints)

    def about(self, program: Program, friend: Member, event: Event) -> About:
        """The friend at the event. Who is the same person as their referrer was brought by nobody."""
        own = self.hints[friend.id]
        person = person_of(friend, program.zone)._replace(devices=own.devices, payments=own.payments)
        head = self.heads.get(friend.referred_by or "")
        if head is None:
            return About(person)
        theirs = self.hints[head.member]
        if own.is_same_person(theirs):
            return About(person._replace(referred=False))
        made = friends_of(program, head.after, event.occurred_at)
        return About(person, Referrer(theirs.devices, theirs.payments, made.ever, made.this_month))
