"""Rules that failed: the log and whoever counts hear of it, and the event goes on without them."""

import logging
from collections.abc import Callable, Iterable

from domain.earning.events.event import Event
from domain.earning.judging.judgement import Miss

logger = logging.getLogger(__name__)
Heard = Callable[[str], None]


class RuleFailures:
    """Where one process says which rules failed, and for which event; never what they looked at."""

    def __init__(self) -> None:
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> None:
        """`heard` is told the rule of every failure from now on."""
        self._listeners.append(heard)

    def say(self, part: str, member: str) -> None:
        """Says that a condition failed of a part of the programme other than a rule, such as `guard:velocity`."""
        logger.warning("a condition failed and counts as not told", extra={"part": part, "member": member})
        for heard in self._listeners:
            heard(part)

    def add(self, event: Event, failures: Iterable[Miss]) -> None:
        """Says that rules failed for an event."""
        for failure in failures:
            logger.warning(
                "a rule failed and gives nothing", extra={"rule": failure.rule, "event": event.claim_id}
            )
            for heard in self._listeners:
                heard(failure.rule)
