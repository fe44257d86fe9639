"""An import from the command line: its servers, its processes, its progress bar, and what is said in the end."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from mongo.imports import Imports
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.progress import Bar, progress
from runtime.settings import Settings
from runtime.wiring import House
from services.importing.import_file import ImportFile, Report, mapping_of
from services.importing.import_file import import_file as take_file
from services.importing.kinds import Format, Kind
from services.importing.mapping import load_mapping
from services.importing.shard import WHOLE, Shard, can_be_shared

_WORTH_SHARING = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line; `processes` of None leaves it to the size of file and machine."""

    file: Path
    rejects: Path
    mapping: str | None = None
    kind: Kind | None = None
    format: Format | None = None
    dry_run: bool = False
    processes: int | None = None
    shard: Shard = WHOLE

    def command(self) -> ImportFile:
        """The same for the services. Raises BadMapping, and CannotRun for a kind that is not the mapping's."""
        chosen = load_mapping(self.mapping) if self.mapping else None
        if chosen and self.kind not in (None, chosen.kind):
            raise CannotRun(f"The mapping {self.mapping} is for {chosen.kind}: leave --kind {self.kind} out.")
        return ImportFile(
            path=self.file,
            rejects=self.rejects,
            mapping=chosen,
            kind=self.kind,
            format=self.format,
            dry_run=self.dry_run,
            shard=self.shard,
        )


def import_with_progress(settings: Settings, wish: Wish) -> Report:
    """Imports with a progress bar by the bytes of the file. Raises what `import_file` raises."""
    count = _processes(wish)
    size = max(wish.file.stat().st_size, 1)
    with progress(f"{'Checking' if wish.dry_run else 'Importing'} {wish.file.name}") as bar:
        if count == 1:
            return import_part(settings, wish, lambda report: _show(bar, report, size))
        from runtime.import_processes import import_shared

        return import_shared(settings, wish, count, lambda report: _show(bar, report, size))


def import_part(settings: Settings, wish: Wish, on_progress: Callable[[Report], None]) -> Report:
    """Imports one part in this process."""
    command = replace(wish.command(), on_progress=on_progress)

    async def work(house: House) -> Report:
        return await take_file(house.context, Imports(house.database), command)

    return in_house(settings, work, cached=False)


def tell(report: Report, wish: Wish) -> str:
    """What became of the rows, one line each."""
    dry_run = wish.dry_run
    lines = [f"{report.rows:,} rows" + (" (dry run: nothing was written)" if dry_run else "")]
    if report.resumed_after:
        lines.append(f"  went on after line {report.resumed_after:,}, where the last import stood")
    lines.append(f"  {report.new:,} {'could be taken' if dry_run else 'taken'}")
    if report.enrolled:
        lines.append(f"  {report.enrolled:,} members {'would be enrolled' if dry_run else 'enrolled'} on the way")
    lines.append(f"  {report.already:,} already there")
    where = f": see {wish.rejects}" if report.rejected and not dry_run else ""
    lines.append(f"  {report.rejected:,} rejected{where}")
    return "\n".join(lines)


def _processes(wish: Wish) -> int:
    command = wish.command()
    wanted = wish.processes or min(2, os.cpu_count() or 1)
    if wanted == 1 or not can_be_shared(mapping_of(command)):
        return 1
    return wanted if wish.processes or wish.file.stat().st_size >= _WORTH_SHARING else 1


def _show(bar: Bar, report: Report, size: int) -> None:
    bar.fraction(report.position / size, f"{report.rows:,} rows")
