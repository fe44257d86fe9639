"""Recording the events that Regulars itself makes."""

import logging
from collections.abc import Sequence

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent
from domain.refusals import Code, Refused
from services.context import Context
from services.earning.record_events import Result, record_events

logger = logging.getLogger(__name__)
AT_ONCE = 500
_NOT_WORTH_A_LINE = (Code.MEMBER_NOT_ACTIVE, Code.IDEMPOTENCY_CONFLICT)


async def record_own(context: Context, events: Sequence[RecordEvent], *, backdated: bool = False) -> list[Result]:
    """Records events of Regulars' own, each once, as `record_events` does; what is refused is logged.

    An event that was recorded before, if otherwise since the programme's zone was another, stays as it is.
    """
    results: list[Result] = []
    for start in range(0, len(events), AT_ONCE):
        some = events[start : start + AT_ONCE]
        answers = await record_events(context, SYSTEM, some, backdated=backdated)
        for event, answer in zip(some, answers, strict=True):
            if isinstance(answer, Refused) and answer.code not in _NOT_WORTH_A_LINE:
                extra = {"event": event.id, "type": event.type, "code": answer.code.value}
                logger.warning("an event of Regulars' own was refused", extra=extra)
        results += answers
    return results
