"""Making a message fit: a text is cut where a reader sees a border, and says so."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from notifications.channels.driver import Parcel

ELLIPSIS: Final = "…"
_JOINER = "\u200d"
Build = Callable[[str, str, Mapping[str, Any]], bytes]
"""The payload of a title, a body and data."""


def fitted(build: Build, parcel: Parcel, most: int) -> bytes:
    """The payload in at most `most` bytes: the body is cut first, then data left out, then the title cut."""
    whole = build(parcel.title, parcel.body, parcel.data)
    if len(whole) <= most:
        return whole
    for data in (parcel.data, {}):
        if len(build(parcel.title, "", data)) <= most:
            return _longest(_with_body(build, parcel.title, data), parcel.body, most)
    return _longest(lambda title: build(title, "", {}), parcel.title, most)


def cut(text: str, most: int) -> str:
    """At most `most` characters, the last of them an ellipsis where anything was left out."""
    if len(text) <= most:
        return text
    end = max(most - 1, 0)
    while end and not _border(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def _with_body(build: Build, title: str, data: Mapping[str, Any]) -> Callable[[str], bytes]:
    return lambda body: build(title, body, data)


def _longest(build: Callable[[str], bytes], text: str, most: int) -> bytes:
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(build(cut(text, middle))) <= most:
            fits = middle
        else:
            too_long = middle
    return build(cut(text, fits) if fits else "")


def _border(text: str, at: int) -> bool:
    """Whether what stands before and after are characters of their own to a reader: no mark is parted from its
    letter, no emoji from its colour or its family, no flag or Korean syllable halved."""
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Mc", "Me") or _tone(after):
        return False
    if _flag(before) and _flag(after):
        return _flags_before(text, at) % 2 == 0
    return not (_jamo(before) and _jamo(after))


def _tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _flag(text[at - 1 - count]):
        count += 1
    return count


def _jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff"
