"""Which simulations a programme may be published upon: a glimpse of some members, or of some days, is none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.simulation.sample import Sample

LOOKS_BACK = timedelta(days=28)
LAGS = timedelta(hours=24)
WHAT_IS = "of every member, over the last 28 days or more"
"""What is enough, in words."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a finished simulation has looked at, which it did at `started_at`."""

    begin: datetime | None
    until: datetime | None
    percent: Decimal
    started_at: datetime


def is_enough(looked: Looked) -> bool:
    """Whether it saw everyone, over four weeks at the least, to the day before at the earliest."""
    since_then = looked.begin is None or looked.begin <= looked.started_at - LOOKS_BACK
    until_then = looked.until is None or looked.until >= looked.started_at - LAGS
    return Sample(looked.percent).is_everyone and since_then and until_then
