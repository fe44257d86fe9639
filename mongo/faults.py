"""What can go wrong with the store, in our own words."""

import functools
import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any, ParamSpec, TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    CursorNotFound,
    DuplicateKeyError,
    ExecutionTimeout,
    NotPrimaryError,
    PyMongoError,
    WriteConcernError,
)

Args = ParamSpec("Args")
Repository = TypeVar("Repository", bound=type)
DUPLICATE_KEY = 11000
_RETRYABLE = ("RetryableWriteError", "UnknownTransactionCommitResult")
_PASSING_CODES = frozenset(
    {
        *(6, 7, 89, 9001),  # HostUnreachable, HostNotFound, NetworkTimeout, SocketException: between servers
        *(91, 189, 10107, 11600, 11602, 13435, 13436),  # a primary is stopping, stepping down, or not there yet
        112,  # WriteConflict
        134,  # ReadConcernMajorityNotAvailableYet: a member has only just begun
        237,  # CursorKilled
        246,  # SnapshotUnavailable: an index has just been made, and the past has not reached it yet
        262,  # ExceededTimeLimit
    }
)
# A member that is only starting does not know yet that it has sessions, and the driver calls that a configuration.
_PASSING = (
    ConnectionFailure,
    NotPrimaryError,
    ExecutionTimeout,
    WriteConcernError,  # done where it was asked for, and a majority has not said so
    CursorNotFound,
    ConfigurationError,
)


class StoreUnavailable(Exception):
    """The store did not answer, or its answer is unknown: the same command with the same key may be retried.

    `transient`: the transaction it happened in surely did not commit and may simply run again.
    """

    transient = False


class Contention(StoreUnavailable):
    """Others kept winning the race for one member or one shared row; retry with the same key."""


class StoreFault(Exception):
    """The store refused something it should not have: a defect, not a passing state."""


class Duplicate(StoreFault):
    """A unique index holds such a document already."""


def store(repository: Repository) -> Repository:
    """Class decorator: every public coroutine or async generator method raises our faults, never the driver's."""
    for name, method in list(vars(repository).items()):
        if name.startswith("_"):
            continue
        if inspect.iscoroutinefunction(method):
            setattr(repository, name, translating(method))
        elif inspect.isasyncgenfunction(method):
            setattr(repository, name, _translating_each(method))
    return repository


def translate(error: PyMongoError) -> Exception:
    """Our fault for a driver error: StoreUnavailable when a retry may help, else StoreFault."""
    if _is_duplicate(error):
        return Duplicate(str(error))
    transient = error.has_error_label("TransientTransactionError")
    labelled = transient or any(error.has_error_label(label) for label in _RETRYABLE)
    if not labelled and not _passes(error):
        return StoreFault(f"{type(error).__name__}: {error}")
    fault = StoreUnavailable(type(error).__name__)
    fault.transient = transient
    return fault


def _passes(error: PyMongoError) -> bool:
    """Whether the kind of an error, or what the server calls it, says that another try may help."""
    details = (error.details or {}) if isinstance(error, BulkWriteError) else {}
    if isinstance(error, _PASSING) or details.get("writeConcernErrors"):
        return True
    codes = {failure["code"] for failure in details.get("writeErrors", ())} | {getattr(error, "code", None)}
    return not codes.isdisjoint(_PASSING_CODES)


def _is_duplicate(error: PyMongoError) -> bool:
    if isinstance(error, BulkWriteError):
        failures = (error.details or {}).get("writeErrors", [])
        return bool(failures) and all(failure["code"] == DUPLICATE_KEY for failure in failures)
    return isinstance(error, DuplicateKeyError)


def translating(method: Callable[Args, Any]) -> Callable[Args, Any]:
    """Decorator of one coroutine function: it raises our faults, never the driver's."""

    @functools.wraps(method)
    async def call(*args: Args.args, **kwargs: Args.kwargs) -> Any:
        try:
            return await method(*args, **kwargs)
        except PyMongoError as error:
            raise translate(error) from error

    return call


def _translating_each(method: Callable[Args, AsyncGenerator[Any, None]]) -> Callable[Args, Any]:
    @functools.wraps(method)
    async def call(*args: Args.args, **kwargs: Args.kwargs) -> AsyncGenerator[Any, None]:
        try:
            async for item in method(*args, **kwargs):
                yield item
        except PyMongoError as error:
            raise translate(error) from error

    return call


def duplicates_in(error: BulkWriteError) -> list[Any]:
    """The write errors of a batch whose only failures are duplicates; each names its `index` and `keyPattern`.

    Raises StoreUnavailable when anything else failed or the majority did not answer: the outcome is unknown.
    """
    details = error.details or {}
    failures: list[Any] = details.get("writeErrors", [])
    if details.get("writeConcernErrors") or any(failure["code"] != DUPLICATE_KEY for failure in failures):
        raise StoreUnavailable("a part of the batch failed or is not acknowledged") from error
    return failures
