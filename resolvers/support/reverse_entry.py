"""Staff undo a posting."""

import strawberry

from domain.support.decide import no_such_entry
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_numbered
from resolvers.permissions import STAFF, Having
from resolvers.scalars import Points
from resolvers.support.outcome import EXACTLY_ONE, Corrected, fields_of
from services.support.reverse_entry import ReverseEntry, reverse_entry


@strawberry.input(description="points: less than the whole entry for a partial refund.")
class ReverseEntryInput:
    """Which entry, how much of it, and why."""

    entry_id: strawberry.ID
    reason_code: str
    idempotency_key: str
    points: Points | None = ABSENT
    note: str | None = ABSENT


@strawberry.type(description=EXACTLY_ONE)
class ReverseEntryPayload(Corrected):
    """What came of it."""


@strawberry.type
class ReverseEntryMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def reverse_entry(self, info: Info, input: ReverseEntryInput) -> ReverseEntryPayload | None:
        """Takes back an award, or gives back a redemption, a capture or what staff took; whole or in part.

        What of an award was spent goes by the programme's policy: `points` of the entry may be fewer than asked
        for, and its explanation says so. A redemption all of whose points went back is CANCELLED; its stock and
        its goods stay where they are.
        """
        context = info.context
        slot = read_numbered(key_of("Entry", input.entry_id) or "")
        outcome = (
            no_such_entry()
            if slot is None
            else await reverse_entry(context.services, context.identity, _command(slot, input))
        )
        return ReverseEntryPayload(**await fields_of(context, outcome))


def _command(slot: tuple[str, int], input: ReverseEntryInput) -> ReverseEntry:
    member, sequence = slot
    return ReverseEntry(
        member=member,
        sequence=sequence,
        reason=input.reason_code,
        key=input.idempotency_key,
        points=given(input.points),
        note=given(input.note),
    )
