import asyncio
from collections.abc import Sequence

import pytest

from services.importing.lane import Lane, Numbered
from tests.support.eventually import eventually


class Work:
    """Batches that are done, or fail, when the test says so."""

    def __init__(self) -> None:
        self.lines: list[list[int]] = []
        self.go = asyncio.Event()
        self.fails = False

    async def __call__(self, batch: Sequence[Numbered]) -> None:
        self.lines.append([item.line for item in batch])
        await self.go.wait()
        if self.fails:
            raise ConnectionError("gone")


async def filled(work: Work, *lines: int) -> Lane:
    lane = Lane(work, 2)
    for line in lines:
        await lane.add(Numbered(line, None))
    await eventually(lambda: len(work.lines) == len(lines) // 2)
    return lane


class TestOldest:
    async def test_is_the_first_line_under_way_then_the_first_that_waits_then_none(self) -> None:
        work = Work()
        lane = await filled(work, 3, 5, 8)
        assert lane.oldest == 3
        work.go.set()
        await eventually(lambda: lane.oldest == 8)
        await lane.drain()
        assert lane.oldest is None
        assert work.lines == [[3, 5], [8]]

    async def test_stays_at_a_batch_that_failed_until_somebody_hears_of_it(self) -> None:
        work = Work()
        lane = await filled(work, 3, 5, 8)
        work.fails = True
        work.go.set()
        (batch,) = (task for task in asyncio.all_tasks() if task is not asyncio.current_task())
        await asyncio.wait({batch})
        assert lane.oldest == 3
        with pytest.raises(ConnectionError):
            await lane.drain()


class TestStop:
    async def test_gives_up_the_batch_under_way(self) -> None:
        work = Work()
        lane = await filled(work, 1, 2)
        await lane.stop()
        assert lane.oldest == 1
