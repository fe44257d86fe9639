"""What follows from entries, made by hand."""

from collections.abc import Sequence

from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE
from domain.members.member import Member
from services.context import Context
from services.engagement.follow_entries import Followed, follow_entries, has_consequences

Told = list[tuple[str | None, int]]


async def follow(context: Context, *members: Member) -> None:
    """All consequences of all that happened to these members, and the consequences of those."""
    done: dict[str, int] = {}
    while fresh := [(one, entries) for one in members if (entries := await _since(context, one, done))]:
        for member, entries in fresh:
            done[member.id] = entries[-1].seq
            await follow_entries(context, await _followed(context, entries))


async def told(context: Context, member: Member) -> Told:
    """What the member's entries are about, and their points."""
    return [(entry.reason, entry.points) for entry in await context.ledger.since(member.id, 0)]


async def _since(context: Context, member: Member, done: dict[str, int]) -> list[Entry]:
    return await context.ledger.since(member.id, done.get(member.id, 0))


async def _followed(context: Context, entries: Sequence[Entry]) -> list[Followed]:
    before = await context.ledger.get_many([(one.member, one.seq - 1) for one in entries if one.seq > 1])
    states = {(member, seq + 1): entry.after for (member, seq), entry in before.items()}
    return [
        Followed(one, states.get((one.member, one.seq), EMPTY_STATE)) for one in entries if has_consequences(one)
    ]
