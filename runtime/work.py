"""Runs the workers until told to stop."""

import asyncio
import logging
import signal

import uvloop

from runtime.carriage import open_carriage
from runtime.courier import open_courier
from runtime.faults import CannotRun
from runtime.roots import roots_folder, signing_key
from runtime.settings import Settings
from runtime.simulating_processes import TwoProcesses
from runtime.wiring import open_house
from runtime.workers.partners import Reaching
from runtime.workers.roots import Rooting
from runtime.workers.run import run_workers

logger = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Follows the ledger and sweeps, in this process, until SIGTERM or SIGINT."""
    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with (
        open_house(settings) as house,
        open_courier() as courier,
        open_carriage(settings, house.context.preferences) as carriage,
    ):
        replay = TwoProcesses(settings).replay
        reaching = Reaching(courier, settings.partners)
        await run_workers(
            house, stop, rooting=rooting_of(settings), replay=replay, reaching=reaching, carriage=carriage
        )


def rooting_of(settings: Settings) -> Rooting | None:
    """What signs roots here; None, and a line in the log, where nothing can: all else goes on."""
    try:
        return Rooting(roots_folder(settings), signing_key(settings))
    except CannotRun as fault:
        why = str(fault)
    except OSError as fault:
        why = f"{fault.filename}: {fault.strerror}"
    logger.error("no root will be signed", extra={"why": why})
    return None
