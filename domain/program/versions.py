"""The life of a programme: drafts that are simulated and asked for, versions that begin and are superseded. Pure.

In force is the highest version whose time has come: one that is published later, from an earlier time, stands in
for all before it, the scheduled ones too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.program.plain import program_to_plain
from domain.program.program import Program

FRESH_FOR = timedelta(hours=24)
"""How old a simulation may be when its programme is published."""
MAX_AHEAD = timedelta(days=731)


class VersionStatus(StrEnum):
    """SCHEDULED until its time comes; SUPERSEDED as soon as a later one is in force."""

    SCHEDULED = "SCHEDULED"
    IN_FORCE = "IN_FORCE"
    SUPERSEDED = "SUPERSEDED"


class DraftStatus(StrEnum):
    """VALIDATED: saved, so without flaws; SIMULATED: freshly, as it is; REQUESTED: waits for a second person."""

    VALIDATED = "VALIDATED"
    SIMULATED = "SIMULATED"
    REQUESTED = "REQUESTED"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True, slots=True)
class Publication:
    """How a version came to be: `begins` is when it is in force from; `approved_by` None: nobody had to.

    `unsimulated`: why it was published without a simulation.
    """

    by: Actor
    at: datetime
    begins: datetime
    approved_by: Actor | None = None
    draft: str | None = None
    note: str | None = None
    unsimulated: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, without its content, which never changes. `hash` is its content's."""

    number: int
    hash: str
    publication: Publication


@dataclass(frozen=True, slots=True)
class Request:
    """Someone asks to publish a draft from `begins` (None: from the decision on)."""

    by: Actor
    at: datetime
    begins: datetime | None
    key: str
    input: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the second person decided, and under which key and input, so that a retry is known for one."""

    by: Actor
    at: datetime
    approve: bool
    note: str | None
    key: str
    input: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A programme on its way; `author` is who saved this `revision`. `version` is what it was published as."""

    id: str
    revision: int
    hash: str
    program: Program
    note: str
    author: Actor
    created_at: datetime
    saved_at: datetime
    request: Request | None = None
    ruling: Ruling | None = None
    version: int | None = None

    @property
    def waits(self) -> bool:
        """Whether a second person is asked and has not decided."""
        return self.request is not None and self.ruling is None


def content_hash(program: Program) -> str:
    """The fingerprint of what a programme says, whatever its version."""
    return input_hash(program_to_plain(program))


def in_force(begins: Mapping[int, datetime], now: datetime) -> int:
    """The number of the version in force, of the times from which the versions hold (at least one).

    The first version holds from ever, so that there is a programme for what happened before it was written down.
    """
    for number in sorted(begins, reverse=True):
        if begins[number] <= now:
            return number
    return min(begins)


def version_status(number: int, current: int) -> VersionStatus:
    """What has become of a version while `current` is in force."""
    if number == current:
        return VersionStatus.IN_FORCE
    return VersionStatus.SCHEDULED if number > current else VersionStatus.SUPERSEDED


def draft_status(draft: Draft, *, simulated: bool) -> DraftStatus:
    """How far a draft has come; `simulated`: freshly, with this content against the version in force."""
    if draft.version is not None:
        return DraftStatus.PUBLISHED
    if draft.waits:
        return DraftStatus.REQUESTED
    return DraftStatus.SIMULATED if simulated else DraftStatus.VALIDATED
