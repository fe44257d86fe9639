"""What is to be done with a delivery that was looked at."""

from dataclasses import dataclass
from datetime import datetime

from domain.alerts.delivery import Why


@dataclass(frozen=True, slots=True)
class Send:
    """Now. `merging`: the rows of the inbox that it tells besides its own, oldest first."""

    merging: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Not before `until`. `expires`: how long it is worth sending from now on; None: as before."""

    until: datetime
    why: Why
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Never."""

    why: Why


@dataclass(frozen=True, slots=True)
class Merge:
    """Never by itself: the delivery of row `into` tells it."""

    into: int


Verdict = Send | Hold | Drop | Merge
