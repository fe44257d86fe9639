"""A programme is published only after a look at what it would have done."""

from dataclasses import dataclass
from datetime import datetime

from domain.program.versions import FRESH_FOR
from domain.refusals import Code, Refused
from domain.simulation.enough import WHAT_IS, is_enough
from services.context import Context


@dataclass(frozen=True, slots=True)
class Unsimulated(Refused):
    """No fresh simulation stands behind it."""


async def is_simulated(context: Context, hash: str, against: int, now: datetime) -> bool:
    """Whether this content was simulated against that version within the last 24 hours, of everyone and everything
    lately."""
    return any(map(is_enough, await context.simulations.done_since(hash, against, now - FRESH_FOR)))


async def refuse_unsimulated(context: Context, hash: str, against: int, now: datetime) -> Unsimulated | None:
    """NOT_AVAILABLE_NOW unless it was; `against`: the version in force."""
    done = await context.simulations.done_since(hash, against, now - FRESH_FOR)
    if any(map(is_enough, done)):
        return None
    told = "It was simulated in part only: publishing takes a simulation" if done else _NOT_YET.format(against)
    return Unsimulated(Code.NOT_AVAILABLE_NOW, f"{told} {WHAT_IS}.", ("draftId",))


_NOT_YET = (
    "It has not been simulated against version {}, which is in force, within the last 24 hours: do that first,"
)
