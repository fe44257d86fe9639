"""Whether the process lives, and whether it can serve."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.encoding import encode

_log: Final = logging.getLogger("regulars.health")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the process needs. `probe` raises when it cannot be reached.

    Without an essential one the process is not ready; without another it serves on, degraded, and says so.
    """

    name: str
    probe: Callable[[], Awaitable[object]]
    essential: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """The health routes. Failures are logged; the answer only names what failed."""

    checks: Sequence[Check]
    timeout: float

    async def alive(self, _request: Request) -> Response:
        """`/healthz`: the process answers. Depends on nothing else, so that an outage restarts nobody."""
        return _answer({"status": "alive"}, 200)

    async def ready(self, _request: Request) -> Response:
        """`/readyz`: 200 when every essential check passes within the timeout, 503 otherwise."""
        results = await asyncio.gather(*(self._passes(check) for check in self.checks))
        failed = [check for check, passed in zip(self.checks, results, strict=True) if not passed]
        unready = any(check.essential for check in failed)
        status = "unready" if unready else "degraded" if failed else "ready"
        told = {check.name: "unreachable" if check in failed else "ok" for check in self.checks}
        return _answer({"status": status, "checks": told}, 503 if unready else 200)

    async def _passes(self, check: Check) -> bool:
        try:
            async with asyncio.timeout(self.timeout):
                await check.probe()
        except Exception:
            _log.warning("check failed", exc_info=True, extra={"check": check.name})
            return False
        return True


def _answer(plain: dict[str, object], status: int) -> Response:
    return Response(encode(plain), status, {"cache-control": "no-store"}, "application/json")
