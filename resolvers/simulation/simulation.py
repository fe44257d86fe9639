"""A simulation, from the queue to its report."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.simulation import run as domain
from domain.simulation.run import SimulationState
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.requested import Requested
from resolvers.simulation.report import SimulationReport


@strawberry.type
class Simulation(Requested):
    """A draft that is replayed over the past."""

    row: strawberry.Private[domain.Simulation]

    @strawberry.field(description="Opaque and global.")
    def id(self) -> strawberry.ID:
        """For `simulation` and `stopSimulation`."""
        return global_id("Simulation", self.row.id)

    @strawberry.field
    def state(self) -> SimulationState:
        """Where it is."""
        return self.row.state

    @strawberry.field(description="From 0 to 1.")
    def progress(self) -> float:
        """Of the events that are to be read."""
        return self.row.progress

    @strawberry.field(description="The draft, as it stood when it was asked for; null for a file.")
    def draft_id(self) -> strawberry.ID | None:
        """Null for one from the command line."""
        return global_id("ProgramDraft", self.row.draft) if self.row.draft else None

    @strawberry.field(name="from", description="Only events from then on; null: from the first one.")
    def begin(self) -> datetime | None:
        """As it was asked for."""
        return self.row.begin

    @strawberry.field(name="to", description="Only events before then; null: all up to its beginning.")
    def until(self) -> datetime | None:
        """As it was asked for."""
        return self.row.until

    @strawberry.field(description="How many percent of the members it looks at.")
    def sample_percent(self) -> Decimal:
        """Whole members."""
        return self.row.percent

    @strawberry.field
    def started_at(self) -> datetime | None:
        """When it began, the last time."""
        return self.row.started_at

    @strawberry.field
    def finished_at(self) -> datetime | None:
        """When it was over, whatever came of it."""
        return self.row.finished_at

    @strawberry.field(description="Why it failed.")
    def failure(self) -> str | None:
        """Null unless it did."""
        return self.row.failure

    @strawberry.field(description="What it found, once it is DONE.")
    def report(self, info: Info) -> SimulationReport | None:
        """Null until then."""
        report = self.row.report
        return SimulationReport(row=report, program=info.context.program) if report else None
