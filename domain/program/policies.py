"""What the programme allows the ledger to do: awards that wait, reversals, transfers, holds."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ledger.reversals import Spent


class Lapsed(StrEnum):
    """What becomes of points that a cancelled redemption gives back when their date has passed.

    `lost`: they expire at once. `extended`: they live on for `Reversal.extend_days`.
    """

    LOST = "lost"
    EXTENDED = "extended"


@dataclass(frozen=True, slots=True)
class PendingAwards:
    """Awards of events of the types in `on` wait before they can be spent.

    They are released at the end of the day that is `days` after the event's; None: by an event alone. An event
    of a type in `released_on` releases the award of the order it names, if that comes first. With nothing in `on`
    no more awards wait, and those that do are still released.
    """

    on: tuple[str, ...]
    days: int | None = 14
    released_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reversal:
    """How awards are taken back, points of which were `spent`, and how debits give back those that `expired`."""

    spent: Spent = Spent.WITHIN_BALANCE
    expired: Lapsed = Lapsed.EXTENDED
    extend_days: int = 30


@dataclass(frozen=True, slots=True)
class Transfers:
    """How many points a member may send to others: in one transfer, a day of the programme, and in all of time.

    None: no limit. `min`: the least that one transfer sends.
    """

    per_transfer: int | None = None
    per_day: int | None = None
    in_all: int | None = None
    min: int = 1


@dataclass(frozen=True, slots=True)
class Holds:
    """For how many days at most points may be set aside."""

    max_days: int = 30
