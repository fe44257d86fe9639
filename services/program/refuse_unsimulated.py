"""A programme is published only after a look at what it would have done."""

from dataclasses import dataclass
from datetime import datetime

from domain.program.versions import FRESH_FOR
from domain.refusals import Code, Refused
from services.context import Context


@dataclass(frozen=True, slots=True)
class Unsimulated(Refused):
    """No fresh simulation stands behind it."""


async def is_simulated(context: Context, hash: str, against: int, now: datetime) -> bool:
    """Whether this content was simulated against that version within the last 24 hours."""
    done = await context.simulations.newest_done(hash, against)
    return done is not None and now - done.finished_at <= FRESH_FOR


async def refuse_unsimulated(context: Context, hash: str, against: int, now: datetime) -> Unsimulated | None:
    """NOT_AVAILABLE_NOW unless it was; `against`: the version in force."""
    if await is_simulated(context, hash, against, now):
        return None
    message = (
        f"It has not been simulated against version {against}, which is in force, within the last 24 hours: "
        "simulate it first."
    )
    return Unsimulated(Code.NOT_AVAILABLE_NOW, message, ("draftId",))
