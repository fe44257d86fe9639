"""`regulars run`: servers, data, API and workers as one thing that Ctrl-C stops in order."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread
from types import TracebackType
from typing import Self

from runtime.children import Child
from runtime.embedded.ports import is_free
from runtime.faults import CannotRun
from runtime.reach import reach_lastingly
from runtime.settings import Settings

READY_SECONDS = 60
_POLL_SECONDS = 0.02
_WATCH_SECONDS = 0.2
_EARLY_SECONDS = 10
_MOST_EARLY_ENDS = 5


def run_all(settings: Settings) -> int:
    """Starts everything, says when it is ready, and stops it in order on SIGINT, SIGTERM or SIGHUP; exit code.

    What dies meanwhile is started again. Raises CannotRun when the port is taken, or when a part of it ends
    before all is ready or again and again; everything else is stopped then.
    """
    if not is_free(settings.port):
        raise CannotRun(
            f"Port {settings.port} is in use: stop what listens there, or set PORT, such as "
            f"`PORT={settings.port + 1} regulars run`."
        )
    with _interruptible(), _Children(settings) as children:
        # Imports are half of a start; MongoDB takes the other half meanwhile.
        children.start("api")
        Thread(target=_import_ahead, daemon=True).start()
        try:
            _serve(settings, children)
        except KeyboardInterrupt:
            _ignore_signals()
            print("Stopping ...", flush=True)
    print("Stopped. The data is kept in", settings.data_dir, flush=True)
    return 0


class _Children:
    """The children of one run; leaving the block stops them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._all: dict[str, Child] = {}
        self._early_ends = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, role: str) -> None:
        """One more."""
        self._all[role] = Child(role, self._settings.data_dir / f"{role}.log")

    def go(self, role: str, settings: Settings) -> None:
        """Tells one where the servers are; it serves from then on."""
        self._all[role].go({"MONGODB_URI": settings.mongodb_uri or "", "REDIS_URL": settings.redis_url or ""})

    def check(self) -> None:
        """Raises CannotRun when one has ended by itself."""
        for child in self._all.values():
            if child.ended:
                raise child.failure()

    def revive(self, settings: Settings) -> list[str]:
        """Starts again those that have ended, and names them; CannotRun for what ends as soon as it has begun."""
        dead = [role for role, child in self._all.items() if child.ended]
        for role in dead:
            self._early_ends = self._early_ends + 1 if self._all[role].age < _EARLY_SECONDS else 0
            if self._early_ends >= _MOST_EARLY_ENDS:
                raise self._all[role].failure()
            self.start(role)
            self.go(role, settings)
        return dead

    def stop(self) -> None:
        """Stops all of them, the API first: nobody is served by half."""
        for child in self._all.values():
            child.stop()


def _serve(settings: Settings, children: _Children) -> None:
    """Serves until interrupted; then the children stop before the servers do."""
    with reach_lastingly(settings) as reached:
        connected = reached.settings
        try:
            _prepare(connected)
            children.go("api", connected)
            _wait_until_ready(settings, children)
            children.start("worker")
            children.go("worker", connected)
            _announce(connected)
            while True:
                time.sleep(_WATCH_SECONDS)
                for name in [*reached.revive(), *children.revive(connected)]:
                    print(f"{name} ended and was started again; see the logs in {settings.data_dir}", flush=True)
        except KeyboardInterrupt:
            _ignore_signals()
            raise
        finally:
            children.stop()


def _import_ahead() -> None:
    with suppress(ImportError):  # whoever needs it says so
        import runtime.prepare
        import runtime.welcome  # noqa: F401


def _prepare(settings: Settings) -> None:
    from runtime.prepare import prepare

    asyncio.run(prepare(settings))


def _wait_until_ready(settings: Settings, children: _Children) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(settings):
        children.check()
        if time.monotonic() > deadline:
            raise CannotRun(f"The API was not ready after {READY_SECONDS} s. See {settings.data_dir / 'api.log'}.")
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
