"""Where this command's servers are: named by the settings, running on the data directory, or started for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from runtime.faults import NotConnected
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Reached:
    """Settings with both addresses. `revive` starts again what was started here and has died, and names it."""

    settings: Settings
    revive: Callable[[], list[str]]


@contextmanager
def reach(settings: Settings, *, start: bool = True) -> Iterator[Settings]:
    """Settings with both addresses, good inside the block.

    What the settings leave out is what `regulars run` has started on the same data directory; else, with
    `start`, it is started for the time of the block. Raises NotConnected when nothing runs and nothing may.
    """
    with reach_lastingly(settings, start=start) as reached:
        yield reached.settings


@contextmanager
def reach_lastingly(settings: Settings, *, start: bool = True) -> Iterator[Reached]:
    """As `reach`, for whoever keeps the servers going."""
    known = _with_running(settings)
    if known.mongodb_uri and known.redis_url:
        yield Reached(known, list)
        return
    if not start:
        raise NotConnected(
            f"Nothing runs on {settings.data_dir}: start `regulars run` in another terminal, "
            "or set MONGODB_URI and REDIS_URL to servers of your own."
        )
    from runtime.embedded.servers import EmbeddedServers

    mongodb, redis = not known.mongodb_uri, not known.redis_url
    with EmbeddedServers(settings.data_dir, mongodb=mongodb, redis=redis) as servers:
        connected = replace(
            known,
            mongodb_uri=servers.mongodb_uri if mongodb else known.mongodb_uri,
            redis_url=servers.redis_url if redis else known.redis_url,
        )
        yield Reached(connected, servers.revive)


def _with_running(settings: Settings) -> Settings:
    if settings.mongodb_uri and settings.redis_url:
        return settings
    from runtime.embedded.running import running_on

    running = running_on(settings.data_dir)
    if running is None:
        return settings
    return replace(
        settings,
        mongodb_uri=settings.mongodb_uri or running.mongodb_uri,
        redis_url=settings.redis_url or running.redis_url,
    )
