"""The devices and means of payment that members were seen with, as rules of referral compare them."""

from collections.abc import Sequence

from domain.earning.events.event import Event
from domain.members.hints import Hints, hints_in
from domain.members.member import Member
from domain.program.program import Program
from services.context import Context


async def note_hints(context: Context, program: Program, events: Sequence[Event]) -> None:
    """Keeps fingerprints of devices and means of payment in these events, where the programme has referrals."""
    if program.referrals is None:
        return
    seen = [(event.member, hints_in(event.attributes)) for event in events]
    some = [(member, hints) for member, hints in seen if any(hints)]
    if some:
        await context.fingerprints.add(some)


async def hints_of(context: Context, members: Sequence[Member]) -> dict[str, Hints]:
    """The fingerprints of members, by id: of what they were last seen with, and of what their profiles say."""
    kept = await context.fingerprints.get_many([member.id for member in members])
    said = await context.fingerprints.of(hints_in(member.profile.attributes) for member in members)
    return {
        member.id: kept.get(member.id, Hints()) | profile for member, profile in zip(members, said, strict=True)
    }
