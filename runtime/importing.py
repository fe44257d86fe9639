"""An import from the command line: its servers, its progress bar, and what is said in the end."""

from pathlib import Path

from mongo.imports import Imports
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.progress import progress
from runtime.settings import Settings
from runtime.wiring import House
from services.importing.import_file import ImportFile, Report
from services.importing.import_file import import_file as take_file
from services.importing.kinds import Format, Kind
from services.importing.mapping import load_mapping


def import_into(
    settings: Settings,
    file: Path,
    *,
    mapping: str | None,
    kind: Kind | None,
    format: Format | None,
    dry_run: bool,
    rejects: Path,
) -> Report:
    """Imports with a progress bar by the bytes of the file. Raises what `import_file` raises."""
    chosen = load_mapping(mapping) if mapping else None
    if chosen and kind not in (None, chosen.kind):
        raise CannotRun(f"The mapping {mapping} is for {chosen.kind}, not {kind}: leave --kind out.")
    size = max(file.stat().st_size, 1)

    async def work(house: House) -> Report:
        title = "Checking" if dry_run else "Importing"
        with progress(f"{title} {file.name}") as bar:
            command = ImportFile(
                path=file,
                rejects=rejects,
                mapping=chosen,
                kind=kind,
                format=format,
                dry_run=dry_run,
                on_progress=lambda report: bar.fraction(report.position / size, f"{report.rows:,} rows"),
            )
            return await take_file(house.context, Imports(house.database), command)

    return in_house(settings, work)


def tell(report: Report, *, dry_run: bool, rejects: Path) -> str:
    """What became of the rows, one line each."""
    lines = [f"{report.rows:,} rows" + (" (dry run: nothing was written)" if dry_run else "")]
    if report.resumed_after:
        lines.append(f"  went on after line {report.resumed_after:,}, where the last import stood")
    lines.append(f"  {report.new:,} {'could be taken' if dry_run else 'taken'}")
    if report.enrolled:
        lines.append(f"  {report.enrolled:,} members {'would be enrolled' if dry_run else 'enrolled'} on the way")
    lines.append(f"  {report.already:,} already there")
    lines.append(
        f"  {report.rejected:,} rejected" + (f": see {rejects}" if report.rejected and not dry_run else "")
    )
    return "\n".join(lines)
