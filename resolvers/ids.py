"""Global ids: opaque to clients, base64url of `Type:key` here. Services know raw keys only."""

import base64
import binascii
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from domain.time import from_ms

if TYPE_CHECKING:
    from strawberry import ID  # a text; commands that read ids do without the second its library takes to load

_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_MILLISECONDS = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LONGEST = 400


class NodeKey(NamedTuple):
    """What a global id says: the type, and the raw key within it."""

    type: str
    key: str


def global_id(type: str, *key: str | int) -> "ID":
    """The global id of a type and the parts of a raw key."""
    text = ":".join((type, *map(str, key)))
    return cast("ID", base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def read_id(id: str) -> NodeKey | None:
    """The inverse of `global_id`; None for what was never one."""
    if len(id) > _LONGEST or not id.isascii():
        return None
    try:
        text = base64.b64decode(id + "=" * (-len(id) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    type, colon, key = text.partition(":")
    # One object has one id: a second spelling of it would be another object in a client's cache.
    if not colon or not key or global_id(type, key) != id:
        return None
    return NodeKey(type, key)


def key_of(type: str, id: str) -> str | None:
    """The raw key in an id that must be of this type; None for any other."""
    found = read_id(id)
    return found.key if found and found.type == type else None


def read_numbered(key: str) -> tuple[str, int] | None:
    """A key `member:number` taken apart; None for any other."""
    member, _, number = key.rpartition(":")
    return (member, int(number)) if member and _NUMBER.fullmatch(number) else None


def read_owned(key: str) -> tuple[str, str] | None:
    """A key `member:id` taken apart; None for any other."""
    member, _, id = key.partition(":")
    return (member, id) if member and id else None


def read_ms(text: str) -> datetime | None:
    """A moment in milliseconds; None for what is none, or lies outside of all calendars."""
    if not _MILLISECONDS.fullmatch(text):
        return None
    try:
        return from_ms(int(text))
    except OverflowError:
        return None
