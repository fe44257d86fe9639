"""What is found of an event: what it gives, what it counts, and what was missing for the rest."""

from enum import StrEnum
from typing import NamedTuple

from domain.ledger.entry import AwardLine
from domain.ledger.state import Count


class MissReason(StrEnum):
    """Why a rule gave nothing."""

    EVENT_TYPE = "EVENT_TYPE"
    SCHEDULE = "SCHEDULE"
    CAMPAIGN = "CAMPAIGN"
    SEGMENT = "SEGMENT"
    CONDITION = "CONDITION"
    NO_MONEY = "NO_MONEY"
    NOTHING = "NOTHING"
    BEST_OF_GROUP = "BEST_OF_GROUP"
    EXCLUDED = "EXCLUDED"
    CAP = "CAP"
    FAILED = "FAILED"


class Miss(NamedTuple):
    """A rule that gave nothing, and in words what was missing: "needs event.amount >= 5000: event.amount is 4200".

    `rule` is its code or, as in award lines, `challenge:<code>`, `tier:<code>`, `tier-gift:<code>`; for what
    failed also `counter:`, `streak:`, `badge:`, `segment:` and `referral`.
    """

    rule: str
    reason: MissReason
    text: str


class Award(NamedTuple):
    """Points in one currency; the lines' points add up to `points`, and none of them is zero.

    `rule`: what one rule gave that has a wait or an expiry of its own, and so an entry; None: all others together.
    """

    currency: str
    points: int
    lines: tuple[AwardLine, ...]
    rule: str | None = None


class Judgement(NamedTuple):
    """Awards in the order in which they are written: the programme's currencies, in each the common one first.

    `counts` go into the first entry. `reached`: challenges, once for each time up to 1,000; `badges`: those earned
    now. `qualifying`: what counts for tiers, by window.
    """

    awards: tuple[Award, ...]
    counts: tuple[Count, ...] = ()
    misses: tuple[Miss, ...] = ()
    reached: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    qualifying: tuple[tuple[str, int], ...] = ()

    @property
    def failures(self) -> tuple[Miss, ...]:
        """What could not be told: expressions that failed when they ran."""
        return tuple(miss for miss in self.misses if miss.reason is MissReason.FAILED)
