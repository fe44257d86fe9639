"""Counting what is asked of MongoDB."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

_OF_THE_CONNECTION = frozenset({"hello", "isMaster", "ping", "endSessions"})


class Commands(CommandListener):
    """Hears of every command of a client that is made with it."""

    def __init__(self) -> None:
        self._heard: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in _OF_THE_CONNECTION:
            self._heard.append(f"{event.command_name} {event.command.get(event.command_name)}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to count."""

    @contextmanager
    def heard(self) -> Iterator[list[str]]:
        """The commands of the block, such as `find members`."""
        self._heard = []
        yield self._heard
        self._heard = []
