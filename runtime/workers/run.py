"""All workers of one process. Any number of processes may run them: leases say who does what."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from mongo.checkpoints import Checkpoints
from mongo.imports import Imports
from mongo.leases import Lease, Leases
from mongo.streams import Streams
from runtime.wiring import House
from runtime.workers import announcements, deliveries, partners, roots, simulations, sweeper
from runtime.workers.accounts import AccountsFollower
from runtime.workers.deliveries import Carriage
from runtime.workers.derived import DerivedFollower
from runtime.workers.follower import Follower, Log, Outdone, follow
from runtime.workers.holding import LASTING, while_holding
from runtime.workers.inbox import InboxFollower
from runtime.workers.partners import Reaching
from runtime.workers.pausing import pause
from runtime.workers.roots import Rooting
from services.boards.fill_boards import fill_boards
from services.context import Context
from services.simulation.simulate_program import ReplayBoth

logger = logging.getLogger(__name__)

ASK_EVERY = 5.0
"""Seconds between two tries to get a lease that another holds."""
FILL_EVERY = 5.0
GRACE = 10.0
"""Seconds that workers have to finish what they are at."""
_LONGEST_BACKOFF = 30.0

Turn = Callable[[], Awaitable[float]]
"""One stretch of work; answers how many seconds to wait before the next."""


async def run_workers(
    house: House,
    stop: asyncio.Event,
    *,
    rooting: Rooting | None = None,
    replay: ReplayBoth | None = None,
    reaching: Reaching | None = None,
    carriage: Carriage | None = None,
    lasting: timedelta = LASTING,
) -> None:
    """Runs every follower, the sweeper and the filling of the boards until `stop`, then releases their leases.

    With `rooting` the signing of roots, too, with `replay` the simulations that are asked for, with `reaching` the
    telling of partners, and with `carriage` alerts leave the house.
    A worker that fails is logged and begins again, after a pause that grows; the others go on.
    """
    turns = _turns(house, stop, _Means(rooting, replay, reaching, carriage), lasting)
    tasks = [asyncio.create_task(_supervise(name, turn, stop), name=name) for name, turn in turns.items()]
    try:
        await stop.wait()
        await asyncio.wait(tasks, timeout=GRACE)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Means:
    rooting: Rooting | None
    replay: ReplayBoth | None
    reaching: Reaching | None
    carriage: Carriage | None


def _turns(house: House, stop: asyncio.Event, means: _Means, lasting: timedelta) -> dict[str, Turn]:
    rooting, replay, reaching, carriage = means.rooting, means.replay, means.reaching, means.carriage
    leases, checkpoints, imports = Leases(house.database), Checkpoints(house.database), Imports(house.database)
    log = Log(Streams(house.database), checkpoints, house.context.clock)

    def follower_of(make: Callable[[Context], Follower]) -> Callable[[Lease], Awaitable[None]]:
        return lambda lease: follow(log, make(house.context), lease, stop)

    def leased(name: str, work: Callable[[Lease], Awaitable[None]]) -> Turn:
        return partial(_under_lease, leases, name, work, lasting)

    turns: dict[str, Turn] = {
        AccountsFollower.name: leased(AccountsFollower.name, follower_of(AccountsFollower)),
        InboxFollower.name: leased(InboxFollower.name, follower_of(InboxFollower)),
        DerivedFollower.name: leased(DerivedFollower.name, follower_of(DerivedFollower)),
        sweeper.NAME: leased(
            sweeper.NAME, lambda lease: sweeper.sweep(house.context, checkpoints, imports, lease, stop)
        ),
        announcements.NAME: leased(
            announcements.NAME, lambda lease: announcements.announce(house.context, lease, stop)
        ),
        "boards": partial(_fill, house.context),
    }
    if rooting:
        turns[roots.NAME] = leased(
            roots.NAME, lambda lease: roots.keep_roots(house.context, checkpoints, rooting, lease, stop)
        )
    if replay:
        turns[simulations.NAME] = leased(
            simulations.NAME, lambda lease: simulations.simulate_queued(house.context, replay, lease, stop)
        )
    if reaching:
        turns[partners.NAME] = leased(
            partners.NAME, lambda lease: partners.tell_partners(house.context, reaching, lease, stop)
        )
    if carriage:
        turns[deliveries.NAME] = leased(
            deliveries.NAME, lambda lease: deliveries.deliver_alerts(house, carriage, lease, stop)
        )
    return turns


async def _under_lease(
    leases: Leases, name: str, work: Callable[[Lease], Awaitable[None]], lasting: timedelta
) -> float:
    await while_holding(leases, name, work, lasting=lasting)
    return ASK_EVERY


async def _fill(context: Context) -> float:
    await fill_boards(context)
    return FILL_EVERY


async def _supervise(name: str, turn: Turn, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            wait = await turn()
            failures = 0
        except Outdone:
            logger.warning("a worker was overtaken", extra={"worker": name})
            wait = ASK_EVERY
        except Exception:  # whatever it is, it is logged, and the work must go on
            logger.exception("a worker failed", extra={"worker": name})
            failures += 1
            wait = min(_LONGEST_BACKOFF, 0.25 * 2**failures) * random.uniform(0.5, 1)
        await pause(stop, wait)
