"""Forward connections: page sizes, opaque cursors, page info."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import strawberry

from domain.time import from_ms
from resolvers.errors import bad_request

DEFAULT = 20
MOST = 100
_LONGEST = 1_000
_LARGEST = 2**53 - 1


@strawberry.type
class PageInfo:
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


def page_info(cursors: Sequence[str], *, has_next: bool, after: Any) -> PageInfo:
    """The page info of edges with these cursors, behind the cursor `after`, if any."""
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def page_size(first: int | None) -> int:
    """How many to show: 1 to 100, 20 for null. Raises BAD_REQUEST for anything else."""
    if first is None:
        return DEFAULT
    if not 1 <= first <= MOST:
        raise bad_request(f"`first` is from 1 to {MOST}.")
    return first


def write_cursor(kind: str, *values: str | int) -> str:
    """An opaque cursor of a list of this kind."""
    return base64.urlsafe_b64encode(orjson.dumps([kind, *values])).decode().rstrip("=")


def read_cursor(cursor: str | None, kind: str, *types: type) -> tuple[Any, ...] | None:
    """The values in a cursor of this kind; None for none given. Raises BAD_REQUEST for any other cursor."""
    if cursor is None or cursor is strawberry.UNSET:
        return None
    found, *values = _decode(cursor) or [None]
    fits = len(values) == len(types) and all(map(_fits, values, types))
    if found != kind or not fits:
        raise bad_request("`after` is not a cursor of this list: pass an `endCursor` on unchanged.")
    return tuple(values)


def moment_of(ms: int) -> datetime:
    """A moment out of a cursor. Raises BAD_REQUEST for one outside of all calendars."""
    try:
        return from_ms(ms)
    except OverflowError:
        raise bad_request("`after` is not a cursor of this list.") from None


def _decode(cursor: str) -> list[Any] | None:
    if len(cursor) > _LONGEST or not cursor.isascii():
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        # It refuses lone surrogates, which a store could not be asked about.
        plain = orjson.loads(text)
    except ValueError:
        return None
    return plain if isinstance(plain, list) and plain else None


def _fits(value: Any, wanted: type) -> bool:
    return type(value) is wanted and (not isinstance(value, int) or abs(value) <= _LARGEST)
