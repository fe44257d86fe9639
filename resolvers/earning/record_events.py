"""Behaviour and purchases come in."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.earning.event_input import EventInput, command_of
from resolvers.errors import bad_request
from resolvers.ledger.entry import Entry
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.earning.record_events import Recorded, record_events

_MOST = 500


@strawberry.input
class RecordEventsInput:
    """Up to 500 events."""

    events: list[EventInput]


@strawberry.type
class EventResult:
    """The answer to one event; `duplicate`: it had been recorded before, and these are its entries."""

    accepted: bool
    duplicate: bool
    entries: list[Entry]
    errors: list[UserError]


@strawberry.type
class RecordEventsPayload:
    """One result an event, in the order of the events."""

    results: list[EventResult]


@strawberry.type
class RecordEventsMutation:
    """Holds the mutation."""

    @strawberry.mutation(
        extensions=[Having(Role.SERVICE)],
        description="Behaviour and purchases, up to 500 at once. Each event is answered on its own, in order.",
    )
    async def record_events(self, info: Info, input: RecordEventsInput) -> RecordEventsPayload | None:
        """Raises BAD_REQUEST for more than 500 events: then none is recorded."""
        if len(input.events) > _MOST:
            raise bad_request(f"At most {_MOST} events at once: send the rest in another request.")
        context = info.context
        commands = [command_of(event) for event in input.events]
        results = await record_events(context.services, context.identity.actor(), commands)
        context.refresh()
        return RecordEventsPayload(results=[_result(index, one) for index, one in enumerate(results)])


def _result(index: int, result: Recorded | Refused) -> EventResult:
    if isinstance(result, Refused):
        error = user_error(result, "events", str(index))
        return EventResult(accepted=False, duplicate=False, entries=[], errors=[error])
    entries = [Entry.of(entry) for entry in result.entries]
    return EventResult(accepted=True, duplicate=result.duplicate, entries=entries, errors=[])
