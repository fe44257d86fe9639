"""`regulars run`: servers, data, API and workers as one thing that Ctrl-C stops in order."""

import asyncio
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException

from runtime.children import Child
from runtime.embedded.ports import is_free
from runtime.faults import CannotRun
from runtime.reach import reach
from runtime.settings import Settings

READY_SECONDS = 60
_POLL_SECONDS = 0.02
_WATCH_SECONDS = 0.2


def run_all(settings: Settings) -> int:
    """Starts everything, says when it is ready, and stops it in order on SIGINT, SIGTERM or SIGHUP; exit code.

    Raises CannotRun when the port is taken or a part of it ends by itself; everything else is stopped then.
    """
    if not is_free(settings.port):
        raise CannotRun(
            f"Port {settings.port} is in use: stop what listens there, or set PORT, such as "
            f"`PORT={settings.port + 1} regulars run`."
        )
    with _interruptible(), ExitStack() as stack:
        children = [Child(role, settings.data_dir / f"{role}.log") for role in ("api", "worker")]
        for child in children:
            stack.callback(child.stop)
        try:
            _serve(settings, children, stack)
        except KeyboardInterrupt:
            _ignore_signals()
            print("Stopping ...", flush=True)
    print("Stopped. The data is kept in", settings.data_dir, flush=True)
    return 0


def _serve(settings: Settings, children: Sequence[Child], stack: ExitStack) -> None:
    """Serves until interrupted. The servers are entered last and would be left first, so children stop here."""
    with reach(settings) as connected:
        try:
            _prepare(connected, children)
            for child in children:
                child.go(_variables(connected))
            _wait_until_ready(settings, children)
            _announce(connected)
            while True:
                time.sleep(_WATCH_SECONDS)
                for child in children:
                    child.check()
        except KeyboardInterrupt:
            _ignore_signals()
            raise
        finally:
            for child in children:
                child.stop()


def _prepare(settings: Settings, children: Sequence[Child]) -> None:
    from runtime.prepare import prepare

    asyncio.run(prepare(settings))
    for child in children:
        child.check()


def _variables(settings: Settings) -> Mapping[str, str]:
    return {"MONGODB_URI": settings.mongodb_uri or "", "REDIS_URL": settings.redis_url or ""}


def _wait_until_ready(settings: Settings, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(settings):
        for child in children:
            child.check()
        if time.monotonic() > deadline:
            raise CannotRun(f"The API was not ready after {READY_SECONDS} s. See {children[0].log}.")
        time.sleep(_POLL_SECONDS)


def _is_ready(settings: Settings) -> bool:
    connection = HTTPConnection(settings.host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(settings: Settings) -> None:
    from runtime.welcome import welcome

    print(asyncio.run(welcome(settings)), flush=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Inside the block every way of asking to stop is a KeyboardInterrupt, once."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    # Stopping in order is bounded; an impatient second Ctrl-C must not tear it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
