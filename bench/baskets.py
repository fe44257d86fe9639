"""Retail baskets as events, for benchmarks: {"basket", "household", "store", "at", "lines": [[sku, …]]}."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from domain.earning.events.event import Event, EventLine
from domain.money import to_minor


def read_baskets(file: Path, money: str = "USD") -> Iterator[Event]:
    """The baskets of a file of JSON lines, gzipped or not, as purchases; the member is the household."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt") as rows:
        for row in rows:
            basket = json.loads(row, parse_float=Decimal, parse_int=Decimal)
            yield Event(
                f"retail/{basket['store']}",
                basket["basket"],
                "purchase",
                basket["household"],
                datetime.fromisoformat(basket["at"]),
                channel="store",
                lines=tuple(_line(line, money) for line in basket["lines"]),
            )


def _line(line: list[str | Decimal], money: str) -> EventLine:
    sku, department, _, brand, quantity, amount, *_ = line
    minor = to_minor(Decimal(amount), money) or 0
    return EventLine(str(sku), str(department), str(brand), int(quantity), minor)
