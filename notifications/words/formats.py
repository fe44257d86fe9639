"""Numbers, dates, times and money as a locale writes them, by CLDR."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from domain.inbox.message import Sum

_KEPT: Final = 20_000
_UNGROUPED: Final = frozenset({"es", "es_ES", "pt_PT", "pl", "pl_PL", "it", "it_IT", "bg", "bg_BG"})
"""Where thousands are set apart from five digits on (CLDR's minimumGroupingDigits, which Babel does not know)."""


class Formats:
    """How one locale writes things. Make it with `formats_of`, which keeps them."""

    def __init__(self, locale: Locale) -> None:
        self.locale: Final = locale
        self._plural = locale.plural_form
        self._grouped_from = 10_000 if str(locale) in _UNGROUPED else 1_000

    def __hash__(self) -> int:
        return id(self)

    @lru_cache(_KEPT)  # noqa: B019  the formats themselves are kept for ever, one a locale
    def number(self, value: int | Decimal) -> str:
        """A number, its thousands set apart; a decimal with all its places."""
        grouped = not -self._grouped_from < value < self._grouped_from
        if isinstance(value, Decimal):
            value = value.normalize()
        written = format_decimal(
            value,
            locale=self.locale,
            group_separator=grouped,
            decimal_quantization=False,
            numbering_system="default",
        )
        return self._digits(written)

    @lru_cache(_KEPT)  # noqa: B019
    def money(self, value: Sum) -> str:
        """Money with the places of its currency."""
        written = format_currency(value.amount, value.currency, locale=self.locale, numbering_system="default")
        return self._digits(written)

    @lru_cache(_KEPT)  # noqa: B019
    def date(self, value: date) -> str:
        """A day in words, such as 30 June 2026."""
        return self._digits(format_date(value, "long", locale=self.locale))

    @lru_cache(_KEPT)  # noqa: B019
    def time(self, value: time) -> str:
        """A time of day, to the minute."""
        return self._digits(format_time(value, "short", locale=self.locale))

    def moment(self, value: datetime) -> str:
        """A day and a time of it."""
        joined: str = self.locale.datetime_formats["medium"]
        return joined.replace("{1}", self.date(value.date())).replace("{0}", self.time(value.time()))

    def listed(self, values: Sequence[str]) -> str:
        """One after the other, with an "and" before the last."""
        return format_list(values, locale=self.locale)

    def plural(self, value: int | Decimal, forms: Mapping[str, str]) -> str:
        """The form for so many, with the number in place of `#`; `other` where the language's own is not given."""
        form = forms.get(self._plural(value)) or forms["other"]
        return form.replace("#", self.number(value)) if "#" in form else form

    def written(self, value: object) -> str:
        """Any value of a message."""
        write = _WRITERS.get(type(value))
        return write(self, value) if write else str(value)

    def _digits(self, text: str) -> str:
        return text.translate(_ARABIC) if self.locale.default_numbering_system == "arab" else text


_WRITERS: Final[Mapping[type, Callable[[Formats, Any], str]]] = {
    int: Formats.number,
    Decimal: Formats.number,
    Sum: Formats.money,
    datetime: Formats.moment,
    date: Formats.date,
    tuple: Formats.listed,
}
_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@lru_cache(1_000)
def formats_of(tag: str) -> Formats | None:
    """The formats of a locale, or of the nearest above it that CLDR knows; None for what is no language.

    English of no region is written as most regions write it: 30 June 2026, 14:00.
    """
    parts = tag.replace("_", "-").split("-")
    while parts:
        try:
            return _formats("_".join(parts) if parts != ["en"] else "en_GB")
        except (ValueError, UnknownLocaleError):
            parts.pop()
    return None


@lru_cache(1_000)
def _formats(identifier: str) -> Formats:
    return Formats(Locale.parse(identifier))


def nearest_formats(tag: str) -> Formats:
    """As `formats_of`; English for what is no language."""
    return formats_of(tag) or _formats("en_GB")
