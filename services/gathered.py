"""Reads by key that callers of one moment make together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from domain.members.member import Member
from mongo.members import Members
from mongo.rewards import Left, Rewards
from services.ledger.gathering import Gathering

Key = TypeVar("Key")
Found = TypeVar("Found")


class _Question(NamedTuple, Generic[Key, Found]):
    key: Key
    answer: "asyncio.Future[Found | None]"


class Gathered(Generic[Key, Found]):
    """One question to the store for all who ask at a time; what is read is as of after they asked."""

    def __init__(self, get_many: Callable[[list[Key]], Awaitable[Mapping[Key, Found]]]) -> None:
        self._get_many = get_many
        self._questions: Gathering[_Question[Key, Found]] = Gathering(self._ask, max_batch=500, max_in_flight=2)

    async def get(self, key: Key) -> Found | None:
        """What is under the key; None for nothing. Raises what the store does."""
        answer: asyncio.Future[Found | None] = asyncio.get_running_loop().create_future()
        self._questions.add(_Question(key, answer))
        return await answer

    async def _ask(self, questions: "list[_Question[Key, Found]]") -> None:
        try:
            found = await self._get_many(list(dict.fromkeys(key for key, _ in questions)))
        except Exception as fault:  # every caller hears of it; none waits for ever
            for _, answer in questions:
                if not answer.done():
                    answer.set_exception(fault)
            return
        for key, answer in questions:
            if not answer.done():
                answer.set_result(found.get(key))


class GatheredReads:
    """What many commands of one moment read beside the ledger, for one process."""

    def __init__(self, members: Members, rewards: Rewards) -> None:
        self._members: Gathered[str, Member] = Gathered(members.get_many)
        self._left: Gathered[str, Left] = Gathered(rewards.left)

    async def member(self, id: str) -> Member | None:
        """The member of that id."""
        return await self._members.get(id)

    async def left(self, code: str) -> Left | None:
        """What is left of a reward; None for one that was never listed."""
        return await self._left.get(code)
