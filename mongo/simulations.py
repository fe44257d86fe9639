"""Simulations of programmes: what a draft would have done, kept so that publishing can ask for a fresh one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [
    IndexModel(
        [("hash", ASCENDING), ("against", ASCENDING), ("state", ASCENDING), ("finishedAt", DESCENDING)],
        name="newest_done",
    )
]


class SimulationState(StrEnum):
    """QUEUED until a process takes it; DONE with a report."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Simulation:
    """One simulation of the content `hash`, compared with the version `against`."""

    id: str
    draft: str | None
    hash: str
    against: int
    state: SimulationState
    finished_at: datetime | None
    report: Any


@store
class Simulations:
    """All simulations."""

    def __init__(self, database: Database) -> None:
        self._simulations = database["simulations"]

    async def newest_done(self, hash: str, against: int) -> Simulation | None:
        """The last one that was finished of exactly this content against that version."""
        query = {"hash": hash, "against": against, "state": SimulationState.DONE.value}
        row = await self._simulations.find_one(query, sort=[("finishedAt", -1)])
        return _simulation(row) if row else None


def _simulation(row: Document) -> Simulation:
    return Simulation(
        id=row["_id"],
        draft=row.get("draft"),
        hash=row["hash"],
        against=row["against"],
        state=SimulationState(row["state"]),
        finished_at=row.get("finishedAt"),
        report=row.get("report"),
    )
