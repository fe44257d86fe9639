"""`regulars serve`."""

from dataclasses import replace
from typing import Annotated

import typer


def serve(
    workers: Annotated[
        int | None, typer.Option(help="Processes to serve with; WORKERS, or 1, by default.", min=1, max=256)
    ] = None,
) -> None:
    """The API alone, until SIGTERM or Ctrl-C. The database must be migrated; workers run beside it.

    \b
    Examples:
      regulars serve
      HOST=0.0.0.0 PORT=80 regulars serve --workers 4
    """
    import os

    from runtime.cli.environment import settings
    from runtime.cli.work import attempt
    from runtime.logs import configure
    from runtime.reach import reach
    from runtime.serve import serve_one, serve_several
    from runtime.wiring import open_house

    known = settings()
    configure(level=known.log_level, exception_texts=known.development)
    with reach(known, start=False) as connected:
        attempt(lambda: open_house(connected))
        chosen = replace(connected, workers=workers or connected.workers)
        if chosen.workers == 1:
            serve_one(chosen)
        else:
            os.environ |= {"MONGODB_URI": chosen.mongodb_uri or "", "REDIS_URL": chosen.redis_url or ""}
            serve_several(chosen)
