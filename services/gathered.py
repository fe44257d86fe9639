"""Reads by key that callers of one moment make together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from domain.inbox.message import InboxRow
from domain.members.member import Member
from mongo.inbox import Inbox
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

    def __init__(
        self, get_many: Callable[[list[Key]], Awaitable[Mapping[Key, Found]]], *, most: int = 500
    ) -> None:
        """`most`: how many keys are asked for at once."""
        self._get_many = get_many
        self._questions: Gathering[_Question[Key, Found]] = Gathering(self._ask, max_batch=most, max_in_flight=2)

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
    """What many commands, or many who watch, read of one moment beside the ledger, for one process."""

    def __init__(self, members: Members, rewards: Rewards, inbox: Inbox) -> None:
        self._members: Gathered[str, Member] = Gathered(members.get_many)
        self._left: Gathered[str, Left] = Gathered(rewards.left)
        # MongoDB plans each key of two parts by itself: beyond a hundred more at once cost more each.
        self._rows: Gathered[tuple[str, int], InboxRow] = Gathered(inbox.get_many, most=100)

    async def member(self, id: str) -> Member | None:
        """The member of that id."""
        return await self._members.get(id)

    async def row(self, member: str, seq: int) -> InboxRow | None:
        """The row of that sequence in a member's inbox."""
        return await self._rows.get((member, seq))

    async def left(self, code: str) -> Left | None:
        """What is left of a reward; None for one that was never listed."""
        return await self._left.get(code)
