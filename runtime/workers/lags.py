"""How far behind the ledger each follower is."""

from dataclasses import dataclass
from datetime import datetime

from mongo.checkpoints import Checkpoints
from mongo.ledger import Ledger
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.derived import DerivedFollower
from runtime.workers.inbox import InboxFollower
from runtime.workers.place import Place

FOLLOWERS = (AccountsFollower.name, InboxFollower.name, DerivedFollower.name)


@dataclass(frozen=True, slots=True)
class Lag:
    """A follower's lag. `seconds`: how much older the newest entry it has handled is than the newest there is.

    None: it has never started. `silent_for`: seconds since it last said that it is there; it does so every ten
    seconds when idle. `skipped`: entries it could not handle; they are in its log.
    """

    follower: str
    seconds: float | None
    silent_for: float | None
    skipped: int


async def follower_lags(house: House) -> list[Lag]:
    """The lag of every follower; three small reads, whatever the size of the ledger."""
    checkpoints = await Checkpoints(house.database).get_many(list(FOLLOWERS))
    newest = await Ledger(house.database).newest_recorded_at()
    now = house.context.clock()
    lags = []
    for name in FOLLOWERS:
        found = checkpoints.get(name)
        place = Place.read(found.value) if found else Place()
        lags.append(
            Lag(
                name,
                _behind(newest, place.handled_at),
                max((now - found.saved_at).total_seconds(), 0.0) if found and found.saved_at else None,
                place.skipped,
            )
        )
    return lags


def _behind(newest: datetime | None, handled_at: datetime | None) -> float | None:
    if handled_at is None:
        return None
    return max((newest - handled_at).total_seconds(), 0.0) if newest else 0.0
