"""What an expression may know: plain facts of an event, its member and its day, gathered once an event."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What an expression is asked about; a wider scope knows all that MEMBER knows."""

    EVENT = "event"
    LINE = "line"
    MEMBER = "member"
    REFERRAL = "referral"
    REDEMPTION = "redemption"


class Gives(StrEnum):
    """What an expression must give: true or false, or a whole number."""

    TRUTH = "truth"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of a basket; `amount` in minor units, below zero for a coupon. None is an empty text."""

    sku: str
    category: str | None
    brand: str | None
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event; `amount` in minor units, `units` the pieces bought. None is an empty text."""

    type: str
    source: str
    channel: str | None
    store: str | None
    amount: int
    units: int
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The member as of the event: `days` since joining, `age` in years (-1: unknown), rank 0 the lowest tier's."""

    tier: str
    tier_rank: int
    days: int
    age: int
    birthday: bool
    anniversary: bool
    locale: str
    region: str
    referred: bool
    segments: tuple[str, ...]
    perks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateFacts:
    """The event's moment in the programme's zone; `weekday` 1 is Monday, `week` is the ISO week."""

    year: int
    month: int
    day: int
    weekday: int
    hour: int
    minute: int
    week: int
    calendars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """A friend's first qualifying event: `days` since joining, `made` friends that the referrer brought before."""

    days: int
    same_device: bool
    same_payment: bool
    made: int


@dataclass(frozen=True, slots=True)
class RedemptionFacts:
    """A redemption that is asked for; `value` in minor units, of all its pieces. None is an empty text.

    `hour`, `day`: how many of the member's stand of the 60 minutes and the 24 hours before it; `points_day`: what
    those of the 24 hours took. `new_device`: it comes from one that the member was never seen with, or from none.
    """

    points: int
    quantity: int
    reward: str
    kind: str
    categories: tuple[str, ...]
    value: int
    hour: int
    day: int
    points_day: int
    new_device: bool
