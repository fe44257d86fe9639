"""Throws a projection away and makes it again from the ledger, while everything else goes on."""

from collections.abc import Awaitable, Callable

from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.follower import apply_each
from runtime.workers.heads import pages_of_heads
from services.boards.fill_boards import fill_boards
from services.ledger.read_states import encode_head

Progress = Callable[[int], None]


class CannotRebuild(Exception):
    """This cannot be made again, or not now; the message says why."""


async def rebuild(house: House, projection: str, progress: Progress = lambda members: None) -> int:
    """Rebuilds `accounts`, `balances` or `boards`; how many members or boards it wrote.

    `progress` hears how many members are done. Followers may go on meanwhile: nothing older replaces what they
    write. Raises CannotRebuild for anything else, and while Redis is away for what is kept there.
    """
    require_known(projection)
    return await _REBUILDS[projection](house, progress)


def require_known(projection: str) -> None:
    """Raises CannotRebuild, with what there is, for what cannot be made again."""
    if projection == "inbox":
        raise CannotRebuild("The inbox holds what members have read, which nothing else knows: it is the truth.")
    if projection not in _REBUILDS:
        raise CannotRebuild(f"There is no projection {projection}: there are {', '.join(_REBUILDS)}.")


async def _accounts(house: House, progress: Progress) -> int:
    """Everything is counted anew, the programme's totals too.

    Leaderboards and the sweep see only part of the members until it is done; balances come from the ledger.
    """
    follower = AccountsFollower(house.context)
    await house.context.accounts.drop(round=await house.context.totals.begin())
    done = skipped = 0
    async for entries in follower.missing(None):
        skipped += await apply_each(follower, entries)
        done += len(entries)
        progress(done)
    if skipped:
        raise CannotRebuild(f"{skipped} accounts could not be projected: see the log.")
    return done


async def _balances(house: House, progress: Progress) -> int:
    """Everything in Redis begins anew, the boards too, since they share its generation."""
    if not await house.cache.start_over():
        raise CannotRebuild("Redis does not answer: it begins anew, empty, on its return.")
    done = 0
    async for heads in pages_of_heads(house.context):
        if not await house.context.balances.put_many([encode_head(head) for head in heads]):
            raise CannotRebuild("Redis stopped answering: what is missing there comes back as it is asked for.")
        done += len(heads)
        progress(done)
    await fill_boards(house.context)
    return done


async def _boards(house: House, progress: Progress) -> int:
    filled = await fill_boards(house.context, anew=True)
    if not filled:
        raise CannotRebuild("Redis does not answer, or another is filling the boards just now.")
    return len(filled)


_REBUILDS: dict[str, Callable[[House, Progress], Awaitable[int]]] = {
    "accounts": _accounts,
    "balances": _balances,
    "boards": _boards,
}
