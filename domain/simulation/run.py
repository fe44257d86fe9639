"""A simulation that was asked for, from the queue to its report."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.actors import Actor
from domain.simulation.report import Report


class SimulationState(StrEnum):
    """QUEUED and RUNNING come to an end by themselves: DONE with a report, FAILED, or STOPPED by someone."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Simulation:
    """`hash` is the content's that is simulated, `against` the version it is held against: the one in force when
    it began. `draft` None: a file of the command line. `key` and `input` are of whoever asked; `progress` is from
    0 to 1; `failure` says why it failed.
    """

    id: str
    draft: str | None
    hash: str
    against: int
    requested_by: Actor
    requested_at: datetime
    begin: datetime | None = None
    until: datetime | None = None
    percent: Decimal = Decimal(100)
    seed: int = 0
    key: str | None = None
    input: str = ""
    state: SimulationState = SimulationState.QUEUED
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: float = 0.0
    report: Report | None = None
    failure: str | None = None
