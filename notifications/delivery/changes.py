"""What becomes of a delivery, step by step, as what is written of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, DeliveryState, Step, Why
from domain.alerts.retries import UNHEARD, retry_at
from domain.alerts.verdict import Hold
from mongo.deliveries import Change
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent


def begun(delivery: Delivery, merging: Sequence[int], now: datetime) -> Change:
    """An attempt is made: whoever dies in it has it made again."""
    becomes = replace(
        delivery,
        attempts=delivery.attempts + 1,
        why=None,
        booked_at=now,
        next_at=now + UNHEARD,
        merged=tuple(sorted({*delivery.merged, *merging})),
    )
    return Change(delivery, becomes, Step(now, "ATTEMPT"))


def held(delivery: Delivery, verdict: Hold, now: datetime) -> Change:
    """It waits; its history says so once."""
    becomes = replace(delivery, next_at=verdict.until, why=verdict.why, until=verdict.expires or delivery.until)
    return Change(delivery, becomes, None if delivery.why is verdict.why else Step(now, verdict.why.value))


def dropped(delivery: Delivery, why: Why, now: datetime) -> Change:
    """It is not sent after all."""
    return Change(delivery, replace(delivery, state=DeliveryState.DROPPED, why=why), Step(now, why.value))


def merged(delivery: Delivery, into: int, now: datetime) -> Change:
    """Another one tells it."""
    state = DeliveryState.MERGED
    return Change(delivery, replace(delivery, state=state, why=Why.DIGEST), Step(now, state.value, f"by {into}"))


def killed(delivery: Delivery, answer: str, now: datetime) -> Change:
    """It is given up."""
    state = DeliveryState.DEAD
    return Change(delivery, replace(delivery, state=state, why=None), Step(now, state.value, answer))


def landed(delivery: Delivery, outcome: Outcome, now: datetime, *, jitter: float) -> Change:
    """What came of an attempt."""
    match outcome:
        case Sent(answer):
            state = DeliveryState.SENT
            return Change(delivery, replace(delivery, state=state, sent_at=now), Step(now, state.value, answer))
        case Retry(answer, after):
            again = retry_at(delivery, now, jitter=jitter, after=after)
            if again is None:
                return killed(delivery, answer, now)
            becomes = replace(delivery, why=Why.RETRY, next_at=again)
            return Change(delivery, becomes, Step(now, Why.RETRY.value, answer))
        case Gone(answer) if delivery.channel is not Channel.WEBHOOK:
            why = Why.NO_ADDRESS if delivery.channel is Channel.PUSH else Why.BOUNCED
            becomes = replace(delivery, state=DeliveryState.DROPPED, why=why)
            return Change(delivery, becomes, Step(now, why.value, answer))
        case Gone(answer) | Failed(answer):
            return killed(delivery, answer, now)


def given_back(delivery: Delivery, now: datetime) -> Change:
    """It was booked and never begun: as if it had not been."""
    becomes = replace(delivery, attempts=delivery.attempts - 1, next_at=now, booked_at=None)
    return Change(delivery, becomes, Step(now, "GIVEN_BACK"))
