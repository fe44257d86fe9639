"""Members' points followed through their histories: once a request a member, and within a bound."""

import asyncio

from domain.ledger.trace import Trace
from resolvers.errors import bad_request
from services.context import Context
from services.ledger.trace import MOST, read_trace

_MEMBERS = 5


class TraceLoader:
    """Each history is read once, whoever asks for it. Few members at a time: nothing is dearer to read."""

    def __init__(self, services: Context) -> None:
        self._services = services
        self._reading: dict[str, asyncio.Task[Trace | None]] = {}

    async def load(self, member: str) -> Trace:
        """The trace of a member. Raises BAD_REQUEST past 10,000 entries, and past five members a request."""
        if member not in self._reading:
            if len(self._reading) >= _MEMBERS:
                raise bad_request(f"Points can be traced for {_MEMBERS} members in one request.")
            self._reading[member] = asyncio.ensure_future(read_trace(self._services, member))
        trace = await self._reading[member]
        if trace is None:
            raise bad_request(f"Points are traced here through {MOST:,} entries; `regulars trace` has no bound.")
        return trace
