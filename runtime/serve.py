"""Serves the API until told to stop."""

import signal

from api.server import run
from runtime.serving import build_app
from runtime.settings import Settings


def serve_one(settings: Settings) -> None:
    """One process, this one."""
    _end_quietly()
    run(build_app(settings), host=settings.host, port=settings.port)


def serve_several(settings: Settings) -> None:
    """`settings.workers` processes, each of which reads its settings from the environment."""
    run(
        "runtime.serving:app_from_environment",
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
    )


def _end_quietly() -> None:
    # Once it has stopped in order, uvicorn raises the signal again: it has done its work by then.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
