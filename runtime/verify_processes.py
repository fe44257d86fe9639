"""One verification by several processes, each taking the next range that nobody has."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import parent_process
from typing import Any

from runtime.cli.environment import quiet_logs, settings
from runtime.faults import CannotRun
from runtime.settings import Settings
from runtime.uninterrupted import uninterrupted
from runtime.verifying import verify_share
from services.ledger.verify_roots import RootsFound
from services.ledger.verify_run import Plan

_LOOK_EVERY = 0.1
_TAKEN, _STOP, _FIRST = 0, 1, 2
_shared: Any = None
"""In a worker: how many ranges were taken, whether to stop, and how many entries each worker has read."""


class _Stopped(Exception):
    """The parent has said so."""


def verify_shared(
    settings: Settings, plan: Plan, roots: RootsFound, count: int, show: Callable[[int, int], None]
) -> None:
    """Verifies what is pending by `count` processes; what any of them raises.

    Whatever ends it, all of them have ended after it: what they had finished is kept, and they stop within the
    next thousand entries.
    """
    spawn = multiprocessing.get_context("spawn")
    shared = spawn.Array("q", _FIRST + count)
    # Without the lock: whom Ctrl-C hits while holding it keeps it, and the workers wait for it for ever.
    numbers: Any = shared.get_obj()
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=_begin, initargs=(shared,)) as pool:
        try:
            with uninterrupted():
                futures = [pool.submit(_share, settings, plan, roots, index) for index in range(count)]
            while not all(future.done() for future in futures):
                time.sleep(_LOOK_EVERY)
                for future in futures:
                    if future.done():
                        future.result()
                show(sum(numbers[_FIRST:]), max(min(numbers[_TAKEN], len(plan.pending)) - count, 0))
            for future in futures:
                future.result()
        except BrokenProcessPool as fault:
            raise CannotRun(
                "A process of the verification was killed, perhaps for want of memory. Give the same command "
                "again: it goes on where it was; --processes 1 takes the least."
            ) from fault
        finally:
            numbers[_STOP] = 1


def _begin(numbers: Any) -> None:
    global _shared  # noqa: PLW0603 a worker process has one
    _shared = numbers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, who says when to stop
    quiet_logs(settings())


def _share(settings: Settings, plan: Plan, roots: RootsFound, index: int) -> None:
    def take() -> int | None:
        _look()
        with _shared.get_lock():
            taken: int = _shared[_TAKEN]
            _shared[_TAKEN] = taken + 1
        return plan.pending[taken] if taken < len(plan.pending) else None

    def hear(read: int) -> None:
        _shared[_FIRST + index] = read
        _look()

    verify_share(settings, plan, roots, take, hear)


def _look() -> None:
    parent = parent_process()
    if parent is None or not parent.is_alive():
        os._exit(1)  # it was killed; there is nobody to work for
    if _shared[_STOP]:
        raise _Stopped
