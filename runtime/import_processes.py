"""One import by several processes, each with the rows of its own members."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from runtime.cli.environment import quiet_logs, settings
from runtime.cli.work import migrate_own
from runtime.importing import Wish, import_part
from runtime.reach import reach
from runtime.settings import Settings
from runtime.uninterrupted import uninterrupted
from services.importing.import_file import Report
from services.importing.rejects import merge
from services.importing.shard import Shard

_LOOK_EVERY = 0.1
_FIELDS = len(astuple(Report()))
_told: Any = None
"""In a worker: the numbers that the parent looks at, a report's fields for each part."""


def import_shared(settings: Settings, wish: Wish, count: int, on_progress: Callable[[Report], None]) -> Report:
    """The whole import by `count` processes; what any of them raises. The rejects are one file in the end."""
    parts = [
        replace(wish, shard=Shard(index, count), rejects=_part_of(wish.rejects, index)) for index in range(count)
    ]
    spawn = multiprocessing.get_context("spawn")
    shared = spawn.Array("q", _FIELDS * count)
    # Without the lock: whom Ctrl-C hits while holding it keeps it, and the workers wait for it for ever.
    numbers: Any = shared.get_obj()
    with (
        reach(settings) as connected,
        ProcessPoolExecutor(count, mp_context=spawn, initializer=_begin, initargs=(shared,)) as pool,
    ):
        if settings.mongodb_uri is None:
            asyncio.run(migrate_own(connected))
        with uninterrupted():
            futures = [pool.submit(_take, connected, part) for part in parts]
        while not all(future.done() for future in futures):
            time.sleep(_LOOK_EVERY)
            _raise_first(futures)
            on_progress(_sum([Report(*numbers[i * _FIELDS : (i + 1) * _FIELDS]) for i in range(count)]))
        reports = [future.result() for future in futures]
    if not wish.dry_run:
        merge([part.rejects for part in parts], wish.rejects)
    return _sum(reports)


def _begin(numbers: Any) -> None:
    global _told  # noqa: PLW0603 a worker process has one
    _told = numbers
    quiet_logs(settings())


def _take(settings: Settings, wish: Wish) -> Report:
    start = wish.shard.index * _FIELDS

    def tell(report: Report) -> None:
        _told[start : start + _FIELDS] = astuple(report)

    return import_part(settings, wish, tell)


def _raise_first(futures: Sequence[Future[Report]]) -> None:
    for future in futures:
        if future.done():
            future.result()


def _sum(reports: Sequence[Report]) -> Report:
    """All parts' numbers; each part reads the whole file, so the slowest says how far it is read."""
    total = Report(*(sum(values) for values in zip(*map(astuple, reports), strict=True)))
    total.position = min(report.position for report in reports)
    total.resumed_after = min(report.resumed_after for report in reports)
    return total


def _part_of(rejects: Path, index: int) -> Path:
    return rejects.with_name(f"{rejects.name}.part{index}")
