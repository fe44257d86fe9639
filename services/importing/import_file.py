"""Import a file: every row is taken or rejected, each member's in the file's order, and twice is once."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.earning.events.intake import RecordEvent
from domain.members.lookup import LookupKind
from domain.refusals import Refused
from mongo.imports import Imports
from services.context import Context
from services.importing.convert import to_enrolment, to_event
from services.importing.kinds import Format, Kind
from services.importing.lane import Lane, Numbered
from services.importing.mapping import BadMapping, Mapping, mapping_for
from services.importing.rejects import Rejects
from services.importing.rows import Row, format_of, read_rows
from services.importing.shard import WHOLE, Shard
from services.importing.take import Taken, Taker

BATCH = 500
LANES = 2
NOTE_EVERY = 5_000
_YIELD_EVERY = 25
_FINGERPRINT_BYTES = 1024 * 1024


@dataclass(slots=True)
class Report:
    """How an import stands. `position`: bytes of the file read; `resumed_after`: lines that an earlier run did."""

    rows: int = 0
    new: int = 0
    already: int = 0
    rejected: int = 0
    enrolled: int = 0
    position: int = 0
    resumed_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """What to import, and how. Without a mapping one is chosen by the first row; see `mappings/`.

    `dry_run` checks everything and writes nothing: no event, no progress, no rejects file.
    """

    path: Path
    rejects: Path
    mapping: Mapping | None = None
    kind: Kind | None = None
    format: Format | None = None
    dry_run: bool = False
    shard: Shard = WHOLE
    batch: int = BATCH
    on_progress: Callable[[Report], None] = field(default=lambda _report: None)


async def import_file(context: Context, imports: Imports, command: ImportFile) -> Report:
    """Takes the file through the services and reports. An interrupted import goes on where it stood.

    Raises OSError when the file cannot be read, BadMapping when nothing says what its rows are, and
    StoreUnavailable when MongoDB goes away: the same import again is safe.
    """
    mapping = mapping_of(command)
    fingerprint = _fingerprint(command, mapping)
    start = 0 if command.dry_run else await imports.line(fingerprint)
    if not command.dry_run:
        await imports.reached(fingerprint, start, now=context.clock())
    with Rejects(command.rejects, after=start, keep=not command.dry_run) as rejects:
        taker = Taker(context, enrol=mapping.enrol, dry_run=command.dry_run)
        run = _Run(
            context=context,
            imports=imports,
            command=command,
            mapping=mapping,
            rejects=rejects,
            taker=taker,
            fingerprint=fingerprint,
        )
        run.report.resumed_after = start
        await run.all(after=start)
    if not command.dry_run:
        await imports.complete(fingerprint, now=context.clock())
    return run.report


@dataclass(slots=True, kw_only=True)
class _Run:
    """One import under way."""

    context: Context
    imports: Imports
    command: ImportFile
    mapping: Mapping
    rejects: Rejects
    taker: Taker
    fingerprint: str
    report: Report = field(default_factory=Report)
    lanes: list[Lane] = field(init=False)
    named_by: LookupKind | None = None
    noted: int = 0

    def __post_init__(self) -> None:
        self.lanes = [Lane(self._take, self.command.batch) for _ in range(LANES)]

    async def all(self, *, after: int) -> None:
        """Every row behind the line `after`."""
        format = self.command.format or format_of(self.command.path)
        try:
            for row in read_rows(self.command.path, format):
                if row.number > after and self.command.shard.has(self.mapping, row):
                    await self._row(row)
            for lane in self.lanes:
                await lane.drain()
        finally:
            for lane in self.lanes:
                await lane.stop()
        self._tell()

    async def _row(self, row: Row) -> None:
        self.report.rows += 1
        self.report.position = row.position
        if row.value is None:
            self._reject(row.number, row.fault, text=row.text)
        else:
            await self._convert(row.number, row.value)
        if row.number % _YIELD_EVERY == 0:
            await asyncio.sleep(0)  # what is in flight goes on while rows are read
        if row.number - self.noted >= NOTE_EVERY:
            self.noted = row.number
            await self._note(row.number)

    async def _convert(self, number: int, value: dict[str, Any]) -> None:
        convert = to_event if self.mapping.kind is Kind.EVENTS else to_enrolment
        made = convert(self.mapping, value)
        if isinstance(made, Refused):
            self._refuse(number, made)
            return
        lane = await self._lane_of(made) if isinstance(made, RecordEvent) else self.lanes[0]
        await lane.add(Numbered(number, made))

    async def _lane_of(self, event: RecordEvent) -> Lane:
        """The lane of the event's member: the same one as long as members are named in the same way."""
        key = event.member.key
        if key is None:
            return self.lanes[0]
        if key.kind is not self.named_by:
            self.named_by = key.kind
            for lane in self.lanes:
                await lane.drain()
        return self.lanes[zlib.crc32(key.value.encode(errors="replace")) % len(self.lanes)]

    async def _take(self, batch: Sequence[Numbered]) -> None:
        take = self.taker.events if self.mapping.kind is Kind.EVENTS else self.taker.members
        outcomes = await take([item.command for item in batch])
        for item, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Refused):
                self._refuse(item.line, outcome)
            elif outcome is Taken.NEW:
                self.report.new += 1
            else:
                self.report.already += 1
        self._tell()

    async def _note(self, read: int) -> None:
        """Notes how far everything is done. Rejects go to the file first, so that none is lost."""
        if self.command.dry_run:
            return
        self.rejects.flush()
        undone = [lane.oldest for lane in self.lanes if lane.oldest is not None]
        await self.imports.reached(self.fingerprint, min([read + 1, *undone]) - 1, now=self.context.clock())

    def _refuse(self, number: int, refusal: Refused) -> None:
        self.rejects.refuse(number, refusal)
        self.report.rejected += 1

    def _reject(self, number: int, reason: str, **more: Any) -> None:
        self.rejects.add(number, reason, **more)
        self.report.rejected += 1

    def _tell(self) -> None:
        self.report.enrolled = self.taker.enrolled
        self.command.on_progress(self.report)


def mapping_of(command: ImportFile) -> Mapping:
    """The mapping that is asked for, or the ready one for the file's first good row. Raises BadMapping."""
    if command.mapping:
        return command.mapping
    format = command.format or format_of(command.path)
    first = next((row.value for row in read_rows(command.path, format) if row.value is not None), None)
    if first is None:
        raise BadMapping(f"{command.path} has no row that can be read")
    mapping = mapping_for(frozenset(first))
    if mapping is None or command.kind not in (None, mapping.kind):
        names = ", ".join(sorted(first)[:12])
        raise BadMapping(f"{command.path}: cannot tell which field is which ({names}): say so in a mapping")
    return mapping


def _fingerprint(command: ImportFile, mapping: Mapping) -> str:
    """Names the import by the file's content and size, wherever it lies, and by what is taken of it."""
    with command.path.open("rb") as file:
        digest = hashlib.sha256(file.read(_FINGERPRINT_BYTES))
    size = command.path.stat().st_size
    digest.update(f"{size} {mapping.kind} {sorted(mapping.fields)} {command.shard}".encode())
    return f"file:{digest.hexdigest()[:32]}"
