"""Runs the application: uvicorn on uvloop and httptools, within limits, stopping promptly."""

from collections.abc import Callable
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from api.protocol import Protocol

_LARGEST_MESSAGE: Final = 1024 * 1024


def server_config(
    app: ASGIApp | Callable[..., Any] | str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    grace_seconds: int = 10,
    most_connections: int = 10_000,
) -> uvicorn.Config:
    """The configuration of every server we run; logging is left as the process has set it up.

    A string names a factory, "module:function", which each worker imports and calls.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        factory=isinstance(app, str),
        workers=workers,
        loop="uvloop",
        http=Protocol,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=most_connections,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=grace_seconds,
        # Within the default of 5 s a process that is only starting on a busy machine has not answered: it would be
        # killed and started again for ever.
        timeout_worker_healthcheck=60,
    )


def run(app: ASGIApp | str, *, workers: int = 1, **options: Any) -> None:
    """Serve until told to stop. More than one worker needs `app` as the name of a factory."""
    config = server_config(app, workers=workers, **options)
    if workers == 1:
        uvicorn.Server(config).run()
    else:
        Multiprocess(config, sockets=[config.bind_socket()]).run()
