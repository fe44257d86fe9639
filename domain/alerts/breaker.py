"""A breaker: a provider that seems to be away is left alone for a while, then asked by one delivery. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

OPENS_AFTER: Final = 5
"""Attempts in a row that found the provider away."""
FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a provider seems. `away`: attempts in a row that found it away. `opened_until` None: it is closed, and
    everything goes. `wait`: how long it was opened for last. `probing`: one delivery is on its way to see."""

    away: int = 0
    opened_until: datetime | None = None
    wait: timedelta = timedelta()
    probing: bool = False

    def room(self, now: datetime) -> int | None:
        """How many may begin now: 0 while it is open, 1 to see whether the provider is back, None: any number."""
        if self.opened_until is None:
            return None
        return 0 if self.probing or now < self.opened_until else 1

    def probe(self) -> "Breaker":
        """The one delivery has begun."""
        return Breaker(self.away, self.opened_until, self.wait, probing=True)

    def heard(self, now: datetime, *, down: bool, probe: bool = False) -> "Breaker":
        """After what came of an attempt. Anything but `down` shows that the provider is there.

        While it is open only the probe opens it for longer: others that hang still were begun before.
        """
        if not down:
            return Breaker()
        away = self.away + 1
        if self.opened_until is None:
            return Breaker(away, now + FIRST, FIRST) if away >= OPENS_AFTER else Breaker(away)
        if not probe:
            return Breaker(away, self.opened_until, self.wait, self.probing)
        wait = min(self.wait * 2, LONGEST)
        return Breaker(away, now + wait, wait)
