"""Runs the workers until told to stop."""

import asyncio
import signal

import uvloop

from runtime.settings import Settings
from runtime.wiring import open_house
from runtime.workers.run import run_workers


def work(settings: Settings) -> None:
    """Follows the ledger and sweeps, in this process, until SIGTERM or SIGINT."""
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_house(settings) as house:
        await run_workers(house, stop)
