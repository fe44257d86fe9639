"""The two sides of a simulation, each in a process of its own; nothing of it holds the caller's loop."""

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import parent_process
from typing import Any

from domain.program.plain import program_from_plain, program_to_plain
from domain.program.program import Program
from domain.simulation.side import Side
from mongo.client import connect, open_database
from mongo.events import Events
from runtime.cli.environment import quiet_logs, settings
from runtime.faults import CannotRun
from runtime.settings import Settings
from runtime.wiring import open_house
from services.simulation.history import History
from services.simulation.simulate_program import Hear, replay_side

_LOOK_EVERY = 0.1
_STOP, _FIRST = 0, 1
_SIDES = 2
_shared: Any = None
"""In a process of it: whether to stop, and how many events each side has read."""


class Stopped(Exception):
    """Whoever asked for it, or who held the lease, wants it no more."""


class TwoProcesses:
    """Replays both sides at once over the stores of the settings."""

    def __init__(self, connected: Settings) -> None:
        self._settings = connected

    async def replay(self, programs: tuple[Program, Program], history: History, hear: Hear) -> tuple[Side, Side]:
        """The two sides. Whatever ends it, both processes end, with the next page that they read at last."""
        events = await self._count(history)
        spawn = multiprocessing.get_context("spawn")
        numbers = spawn.Array("q", _FIRST + _SIDES)
        pool = ProcessPoolExecutor(_SIDES, mp_context=spawn, initializer=_begin, initargs=(numbers,))
        try:
            loop = asyncio.get_running_loop()
            sides = [
                loop.run_in_executor(
                    pool, _replay, self._settings, program_to_plain(one), one.version, history, place
                )
                for place, one in enumerate(programs)
            ]
            both = asyncio.gather(*sides)
            while not both.done():
                await asyncio.wait({both}, timeout=_LOOK_EVERY)
                hear(min(sum(numbers[_FIRST:]) / events, 1.0))
            before, after = both.result()
        except BrokenProcessPool as fault:
            raise CannotRun(
                "A process of the simulation was killed, perhaps for want of memory: a sample of the members "
                "takes less."
            ) from fault
        finally:
            numbers[_STOP] = 1
            pool.shutdown(wait=False, cancel_futures=True)
        return before, after

    async def _count(self, history: History) -> int:
        client = connect(self._settings.mongodb_uri or "")
        try:
            events = Events(open_database(client, self._settings.mongodb_database))
            found = await events.count_within(history.span.begin, history.span.until)
        finally:
            client.close()
        return max(found, 1) * _SIDES


def _begin(numbers: Any) -> None:
    global _shared  # noqa: PLW0603 a process has one
    _shared = numbers
    # Ctrl-C and the end of the parent's service reach the parent, which says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quiet_logs(settings())


def _replay(connected: Settings, plain: dict[str, Any], version: int, history: History, place: int) -> Side:
    import uvloop

    return uvloop.run(_side(connected, program_from_plain(plain, version), history, place))


async def _side(connected: Settings, program: Program, history: History, place: int) -> Side:
    def hear(read: int) -> None:
        _shared[_FIRST + place] = read
        parent = parent_process()
        if parent is None or not parent.is_alive():
            os._exit(1)  # it was killed; there is nobody to work for
        if _shared[_STOP]:
            raise Stopped

    async with open_house(connected) as house:
        return await replay_side(house.context, program, history, hear, segments=place == _SIDES - 1)
