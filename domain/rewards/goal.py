"""A member's goal: the one reward that they save for."""

from dataclasses import dataclass
from datetime import datetime

from domain.program.rewards import Reward

LOW_PIECES = 3
LOW_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """A reward that a member has picked. `reached_at`: when the points were there first, after which they may have
    been spent again. `low_at`: when the member was told that it runs out."""

    id: str
    member: str
    reward: str
    set_at: datetime
    reached_at: datetime | None = None
    low_at: datetime | None = None


def progress(available: int, cost: int) -> float:
    """How far points are on the way to a price, from 0 to 1; 1 only when they are all there."""
    return 1.0 if available >= cost else max(0.0, available / cost)


def running_out(first: Reward, live: Reward) -> int | None:
    """How many are left when that is few: at most 3, or 5 % of what there was first; None when none or many are.

    `first` has the stock that the programme gave it, `live` what is left. What has an endless variant lasts.
    """
    began, left = pieces(first), pieces(live)
    if began is None or left is None or left < 1:
        return None
    return left if left <= max(LOW_PIECES, began * LOW_PERCENT // 100) else None


def pieces(reward: Reward) -> int | None:
    """The stock of a reward, or of all its variants; None: there is no end."""
    if not reward.variants:
        return reward.stock
    stocks = [one.stock for one in reward.variants if one.stock is not None]
    return sum(stocks) if len(stocks) == len(reward.variants) else None
