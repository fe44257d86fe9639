"""When what did not arrive is tried again: later each time, and never sooner than its provider asked."""

from datetime import datetime, timedelta
from typing import Final

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery
from domain.rewards.partner_order import next_attempt
from domain.time import whole_ms

FIRST: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(hours=1)
UNHEARD: Final = timedelta(seconds=10)
"""After so long an attempt is made again of which nobody ever heard what came of it: whoever made it has died,
which is no fault of the provider."""
LONGEST_ASKED: Final = timedelta(days=1)
_DOUBLINGS: Final = 11
"""After these the longest is reached."""


def retry_at(
    delivery: Delivery, now: datetime, *, jitter: float, after: timedelta | None = None
) -> datetime | None:
    """When to try again after the attempt that just ended; None: never, it would be too late.

    `jitter`, from 0 to 1, spreads it over the whole wait: 2 s after the first attempt, twice as long after each
    other, an hour at most. Webhooks have the waits of the Standard Webhooks specification. `after`: no sooner, as
    the provider asked, but a day at most.
    """
    at = _at(delivery, now, jitter)
    if at is None:
        return None
    if after is not None:
        at = max(at, now + min(max(after, timedelta()), LONGEST_ASKED))
    at = whole_ms(at)
    return at if at <= delivery.until else None


def _at(delivery: Delivery, now: datetime, jitter: float) -> datetime | None:
    attempts = max(delivery.attempts, 1)
    if delivery.channel is Channel.WEBHOOK:
        return next_attempt(attempts, now, jitter=jitter)
    doubled: timedelta = FIRST * (1 << min(attempts - 1, _DOUBLINGS))
    return now + min(doubled, LONGEST) * jitter
