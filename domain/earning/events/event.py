"""What a trusted source says happened: a purchase, a visit, a review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class EventLine(NamedTuple):
    """One line of a basket. `amount_minor` is what was paid for the line, whatever the quantity."""

    sku: str
    category: str | None = None
    brand: str | None = None
    quantity: int = 1
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One event; (`source`, `id`) names it for ever. Amounts are whole minor units of `currency`.

    `amount_minor` None: the lines alone are its value, or it has none. `currency` None: the programme's money.
    """

    source: str
    id: str
    type: str
    member: str
    occurred_at: datetime
    channel: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    lines: tuple[EventLine, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def claim_id(self) -> str:
        """What names the event for ever: no source has a "|", so that two never share it."""
        return f"{self.source}|{self.id}"
