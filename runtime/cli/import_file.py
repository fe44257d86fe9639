"""`regulars import`."""

from pathlib import Path
from typing import Annotated

import typer

from services.importing.kinds import Format, Kind


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV or NDJSON, plain or gzip (.csv, .csv.gz, anything else).")],
    *,
    mapping: Annotated[
        str | None,
        typer.Option(help="Which column is which field: a YAML file, or events, members or retail-baskets."),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What the rows are; known by their fields if left out.")
    ] = None,
    format: Annotated[
        Format | None, typer.Option(help="How the file is written; by its name if left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Check everything, write nothing.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected lines go; FILE.rejects.ndjson if left out.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes to share a large file of events; by the machine.", min=1, max=64)
    ] = None,
) -> None:
    """Imports members or events of the past: each counts at its own time, and once.

    Goes on where an interrupted import stood; the same import again changes nothing. Lines that cannot be taken
    go to the rejects file with their number and the reason. Exit code 0: everything was taken (now or before);
    1: some lines were rejected.

    Without --mapping the fields have the API's names (externalId, occurredAt, lines.sku, ...), as the ready
    mappings in services/importing/mappings show. In a mapping of your own a field is a column, a path such as
    customer.id, a template such as shop/{store}, or {constant: purchase}.

    \b
    Examples:
      regulars import members.csv
      regulars import events.ndjson.gz --dry-run
      regulars import baskets.ndjson.gz --mapping retail-baskets
      regulars import till.csv --mapping till.yaml --rejects rejects.ndjson
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.importing import Wish, import_with_progress, tell

    known = settings()
    quiet_logs(known)
    wish = Wish(
        file=file,
        rejects=rejects or file.with_name(f"{file.name}.rejects.ndjson"),
        mapping=mapping,
        kind=kind,
        format=format,
        dry_run=dry_run,
        processes=processes,
    )
    report = import_with_progress(known, wish)
    print(tell(report, wish))
    if report.rejected:
        raise typer.Exit(1)
