"""What stands around messages: the foot of an e-mail, the page of an unsubscription."""

from typing import Any

from notifications.words.engine import FORMATS, fill
from notifications.words.formats import formats_of
from notifications.words.locales import reading_order, written_as
from notifications.words.shipped import catalogs


def phrase(name: str, *, locale: str | None, otherwise: str = "en", **values: Any) -> str:
    """The phrase of that name in the locale, or else in `otherwise`, with the values in it; plain text.

    Raises KeyError for a name that no catalog has, and what `engine.fill` raises.
    """
    for tag in reading_order(locale, otherwise):
        if catalog := catalogs().get(tag):
            formats = formats_of(written_as(tag, locale or otherwise))
            return fill(catalog.phrases[name], {**values, FORMATS: formats}).strip()
    raise KeyError(name)
