"""Simulations of the programme: a queue whose turn a fencing number holds, and the reports that came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.program.program import Program
from domain.simulation.enough import Looked
from domain.simulation.plain import report_from_plain, report_to_plain
from domain.simulation.report import Report
from domain.simulation.run import Simulation, SimulationState
from mongo.client import Database, Document
from mongo.faults import store
from mongo.packed import content_of, read_program
from mongo.program_documents import actor_of, actor_pair

INDEXES = [
    IndexModel(
        [("key", ASCENDING)], name="key", unique=True, partialFilterExpression={"key": {"$type": "string"}}
    ),
    IndexModel([("state", ASCENDING), ("requestedAt", ASCENDING), ("_id", ASCENDING)], name="queue"),
    IndexModel(
        [("hash", ASCENDING), ("against", ASCENDING), ("finishedAt", DESCENDING)],
        name="done",
        partialFilterExpression={"state": SimulationState.DONE.value},
    ),
]
_OPEN = [SimulationState.QUEUED.value, SimulationState.RUNNING.value]
_WITHOUT_PROGRAM = {"program": 0}
_LOOKED = {"from": 1, "to": 1, "percent": 1, "startedAt": 1}


@store
class Simulations:
    """All simulations that were asked for."""

    def __init__(self, database: Database) -> None:
        self._simulations = database["simulations"]

    async def add(self, simulation: Simulation, program: Program | None = None) -> Simulation:
        """A new one with what is to be simulated, or the one that stands under its key."""
        document = _document(simulation)
        if program:
            document["program"] = content_of(program)
        try:
            await self._simulations.insert_one(document)
        except DuplicateKeyError:
            standing = await self.by_key(simulation.key) if simulation.key else None
            if standing is None:
                raise
            return standing
        return simulation

    async def by_key(self, key: str) -> Simulation | None:
        """The one that was asked for under a key."""
        row = await self._simulations.find_one({"key": key}, _WITHOUT_PROGRAM)
        return _simulation(row) if row else None

    async def get(self, id: str) -> Simulation | None:
        """One simulation."""
        row = await self._simulations.find_one({"_id": id}, _WITHOUT_PROGRAM)
        return _simulation(row) if row else None

    async def done_since(self, hash: str, against: int, since: datetime) -> list[Looked]:
        """What those of this content against that version looked at that were finished since then."""
        done = {"state": SimulationState.DONE.value, "finishedAt": {"$gte": since}}
        rows = self._simulations.find({"hash": hash, "against": against, **done}, _LOOKED)
        return [_looked(row) async for row in rows]

    async def take(self, fence: int, *, against: int, now: datetime) -> tuple[Simulation, Program] | None:
        """The oldest that is to be done, for the holder of the lease with this number; None: there is none.

        One that a holder before has left running begins again.
        """
        left: Document = {"state": SimulationState.RUNNING.value, "fence": {"$lt": fence}}
        taken = {
            "state": SimulationState.RUNNING.value,
            "fence": fence,
            "against": against,
            "startedAt": now,
            "progress": 0.0,
        }
        row = await self._simulations.find_one_and_update(
            {"$or": [left, {"state": SimulationState.QUEUED.value}]},
            {"$set": taken},
            sort=[("requestedAt", 1), ("_id", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return (_simulation(row), await read_program(row["program"])) if row else None

    async def progress(self, id: str, fence: int, fraction: float) -> bool:
        """Notes how far it is; False: someone has stopped it, or another holder has it."""
        query = {"_id": id, "fence": fence, "state": SimulationState.RUNNING.value}
        result = await self._simulations.update_one(query, {"$set": {"progress": fraction}})
        return result.matched_count == 1

    async def finish(self, id: str, fence: int, outcome: Report | str, *, now: datetime) -> bool:
        """Its report, or why it failed; False, and nothing changed, unless it still runs under this number."""
        query = {"_id": id, "fence": fence, "state": SimulationState.RUNNING.value}
        result = await self._simulations.update_one(query, {"$set": _outcome(outcome) | {"finishedAt": now}})
        return result.modified_count == 1

    async def stop(self, id: str, *, now: datetime) -> Simulation | None:
        """Stops it if it is not over; as it stands then. None: there is none of that id."""
        change = {"$set": {"state": SimulationState.STOPPED.value, "finishedAt": now}}
        await self._simulations.update_one({"_id": id, "state": {"$in": _OPEN}}, change)
        return await self.get(id)


def _outcome(outcome: Report | str) -> Document:
    if isinstance(outcome, str):
        return {"state": SimulationState.FAILED.value, "failure": outcome}
    return {"state": SimulationState.DONE.value, "report": report_to_plain(outcome), "progress": 1.0}


def _document(simulation: Simulation) -> Document:
    document: dict[str, Any] = {
        "_id": simulation.id,
        "draft": simulation.draft,
        "hash": simulation.hash,
        "against": simulation.against,
        "requestedBy": actor_pair(simulation.requested_by),
        "requestedAt": simulation.requested_at,
        "from": simulation.begin,
        "to": simulation.until,
        "percent": str(simulation.percent),
        "seed": simulation.seed,
        "key": simulation.key,
        "input": simulation.input,
        "state": simulation.state.value,
        "startedAt": simulation.started_at,
        "finishedAt": simulation.finished_at,
        "progress": simulation.progress,
        "report": report_to_plain(simulation.report) if simulation.report else None,
        "failure": simulation.failure,
    }
    return {name: value for name, value in document.items() if value is not None}


def _looked(row: Document) -> Looked:
    return Looked(row.get("from"), row.get("to"), Decimal(row["percent"]), row["startedAt"])


def _simulation(row: Document) -> Simulation:
    return Simulation(
        id=row["_id"],
        draft=row.get("draft"),
        hash=row["hash"],
        against=row["against"],
        requested_by=actor_of(row["requestedBy"]),
        requested_at=row["requestedAt"],
        begin=row.get("from"),
        until=row.get("to"),
        percent=Decimal(row["percent"]),
        seed=row["seed"],
        key=row.get("key"),
        input=row["input"],
        state=SimulationState(row["state"]),
        started_at=row.get("startedAt"),
        finished_at=row.get("finishedAt"),
        progress=row["progress"],
        report=report_from_plain(row["report"]) if "report" in row else None,
        failure=row.get("failure"),
    )
