"""The log of entries as it grows: a change stream that can be resumed where it was left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bson.timestamp import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.errors import OperationFailure, PyMongoError

from domain.ledger.entry import Entry
from mongo.client import Database, Document
from mongo.entry_documents import entry_of
from mongo.faults import StoreFault, translate

Token = Mapping[str, Any]
Result = TypeVar("Result")
MAX_BATCH = 500
MAX_AWAIT_MS = 250
_PIPELINE = [{"$match": {"operationType": "insert"}}, {"$project": {"fullDocument": 1}}]
# Unauthorized and AuthenticationFailed say nothing about the place in the log.
_NOT_ABOUT_THE_PLACE = frozenset({13, 18})
# CappedPositionLost, ChangeStreamFatalError, ChangeStreamHistoryLost, InvalidResumeToken.
_PLACE_LOST = frozenset({136, 260, 280, 286})


class PlaceLost(Exception):
    """The log no longer reaches back to where a follower was, or does not know the place: compare the heads."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries in the order of their commits; after them the stream can be resumed at `token`.

    It is empty when nothing came for a moment. `unreadable` names entries, as (member, seq), that this build
    cannot decode though their format is known: a defect.
    """

    entries: tuple[Entry, ...]
    unreadable: tuple[tuple[Any, Any], ...]
    token: Token


class EntryStream:
    """An open stream. One reader; every read is majority-committed."""

    def __init__(self, stream: ChangeStream[Document]) -> None:
        self._stream = stream

    @property
    def token(self) -> Token | None:
        """Where the stream stands: all before it has been given."""
        return self._stream.resume_token

    async def batches(self) -> AsyncIterator[Batch]:
        """Batches for ever, an empty one when nothing came within a quarter of a second.

        Raises PlaceLost, StoreUnavailable, and StoreFault for an entry of a format newer than this build.
        """
        while True:
            rows = await _in_thread(self._read)
            if not rows and not self._stream.alive:
                raise PlaceLost("the stream has ended: its collection is gone")
            yield _batch(rows, self.token or {})

    def _read(self) -> list[Document]:
        rows: list[Document] = []
        try:
            while len(rows) < MAX_BATCH and (change := self._next(bool(rows))) is not None:
                rows.append(change["fullDocument"])
        except OperationFailure as error:
            if error.code in _PLACE_LOST:
                raise PlaceLost(str(error.code)) from error
            raise translate(error) from error
        except PyMongoError as error:
            raise translate(error) from error
        return rows

    def _next(self, some: bool) -> Any:
        # What has arrived is handed on at once; only an empty batch waits for the server.
        cursor = getattr(self._stream, "_cursor", None)
        if some and cursor is not None and not cursor._has_next():
            return None
        return self._stream.try_next()


class Streams:
    """Opens streams over the entries of all members."""

    def __init__(self, database: Database) -> None:
        # The driver's own collection: a batch then costs one hop to a thread, not one an entry.
        self._entries = database["entries"].delegate

    @asynccontextmanager
    async def open(self, token: Token | None) -> AsyncIterator[EntryStream]:
        """A stream that goes on at `token`; None: from now on. Raises PlaceLost for a token of no use.

        From now on: whatever a majority read that begins later does not show will come in the stream.
        """
        stream = await _in_thread(lambda: self._watch(token))
        try:
            yield EntryStream(stream)
        finally:
            await _in_thread(stream.close)

    def _watch(self, token: Token | None) -> ChangeStream[Document]:
        try:
            stream: ChangeStream[Document] = self._entries.watch(
                _PIPELINE,
                resume_after=token,
                start_at_operation_time=None if token else self._after_committed(),
                max_await_time_ms=MAX_AWAIT_MS,
                batch_size=MAX_BATCH,
            )
        except OperationFailure as error:
            fault = translate(error)
            if token is not None and isinstance(fault, StoreFault) and error.code not in _NOT_ABOUT_THE_PLACE:
                raise PlaceLost(str(error.code)) from error
            raise fault from error
        except PyMongoError as error:
            raise translate(error) from error
        return stream

    def _after_committed(self) -> Timestamp | None:
        """Just behind the newest write that a majority has, which is where majority reads are.

        Left to itself the server begins a stream behind the newest write that it has alone. One that a majority
        gets only afterwards would come neither in the stream nor in what is read while it is not there yet.
        """
        with self._entries.database.client.start_session(causal_consistency=True) as session:
            self._entries.find_one({}, {"_id": 1}, session=session)
            committed = session.operation_time
        return Timestamp(committed.time, committed.inc + 1) if committed else None


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Runs blocking work to its end also when the caller is cancelled: a cursor has one user at a time."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


def _batch(rows: list[Document], token: Token) -> Batch:
    entries: list[Entry] = []
    unreadable: list[tuple[Any, Any]] = []
    for row in rows:
        try:
            entries.append(entry_of(row))
        except StoreFault:
            raise
        except Exception:  # whatever is wrong with it, the others must go on
            unreadable.append((row.get("member"), row.get("seq")))
    return Batch(tuple(entries), tuple(unreadable), token)
