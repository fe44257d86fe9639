"""Transactions: short, bounded, retried with jitter; for points with something beside them, or of two members.

An open transaction makes everyone else who writes the same member wait. So its work has a second, after which it
is undone and run again, and so has each try of its commit. What no client can bound is the transaction of one that
was killed: the server ends that after its `transactionLifetimeLimitSeconds`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pymongo
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import WriteConcern
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from mongo.client import Client
from mongo.faults import Contention, Duplicate, StoreUnavailable, translate, translating

Session = AsyncIOMotorClientSession
Result = TypeVar("Result")
MAX_ATTEMPTS = 40
PATIENCE_SECONDS = 5.0
WORK_SECONDS = 1.0
AT_ONCE = 24
"""Of a thousand at once in one process each would take longer than its second, and all would be in vain."""
_COMMIT_SECONDS = 1.0


class Transactions:
    """Runs work in a transaction of its own."""

    def __init__(
        self,
        client: Client,
        *,
        patience: float = PATIENCE_SECONDS,
        work_seconds: float = WORK_SECONDS,
        at_once: int = AT_ONCE,
    ) -> None:
        """`patience`: for how many seconds a passing fault is met with another try; `work_seconds` bounds each."""
        self._client = client
        self._slots = asyncio.Semaphore(at_once)
        self._patience = patience
        self._work_seconds = work_seconds

    async def run(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """The result of `work`, committed by a majority; `Abort` raised inside undoes it and ends quietly.

        `work` may run several times. Raises Contention after the bound, StoreUnavailable when unknown or when
        the store has not answered for a while: callers behind this one in a queue must hear of it, too. At most
        `at_once` of the process are open; the others wait, and `work` must not run one inside.
        """
        async with self._slots:
            return await self._run(work)

    async def _run(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        give_up_at = time.monotonic() + self._patience
        for attempt in range(MAX_ATTEMPTS):
            try:
                # The driver's undoing of a transaction can itself fail with what it lets through untranslated.
                result: Result = await translating(self._once)(work)
                return result
            except Duplicate:
                pass  # another took the sequence or the key; the next run reads again and decides again
            except StoreUnavailable as fault:
                if not fault.transient or time.monotonic() > give_up_at:
                    raise
            await asyncio.sleep(random.uniform(0, min(0.05, 0.002 * 2**attempt)))
        raise Contention("too many others write the same rows")

    async def _once(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        # Leaving the session without a commit aborts its transaction.
        async with await self._client.start_session() as session:
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
            )
            try:
                # What begins after the second fails at once, and what it ends in the middle of is cut off.
                with pymongo.timeout(self._work_seconds):
                    result: Result = await translating(work)(session)
            except Abort as abort:
                return abort.result  # type: ignore[return-value]
            except StoreUnavailable as fault:
                fault.transient = True  # whatever it was: nothing is committed yet
                raise
            await _commit(session)
            return result


class Abort(Exception):
    """Raised by the work of a transaction to undo it all and answer `result`."""

    def __init__(self, result: object) -> None:
        super().__init__("aborted")
        self.result: object = result


async def _commit(session: Session) -> None:
    for last in (False, False, True):
        try:
            with pymongo.timeout(_COMMIT_SECONDS):
                await session.commit_transaction()
        except PyMongoError as error:
            if last or not error.has_error_label("UnknownTransactionCommitResult"):
                raise translate(error) from error
        else:
            return
