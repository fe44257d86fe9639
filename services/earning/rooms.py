"""What is left of budgets: read together by events of one moment, and used in turn by those of one process."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Set
from contextlib import asynccontextmanager
from typing import NamedTuple

from domain.earning.judging.budgets import Budget, left_of
from mongo.budgets import Budgets, UsedBudget
from mongo.transactions import Session
from services.ledger.gathering import Gathering
from services.ledger.turns import Turns

_BEGUN = 10_000


class _Question(NamedTuple):
    budgets: tuple[Budget, ...]
    answer: "asyncio.Future[dict[str, int]]"


class Rooms:
    """The budgets, for one process."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets
        self._turns = Turns()
        self._begun: set[str] = set()
        self._questions = Gathering(self._ask, max_batch=500, max_in_flight=2)

    async def left(self, budgets: tuple[Budget, ...]) -> dict[str, int]:
        """What is left of each cap; one question to the store for all who ask at a time."""
        question = _Question(budgets, asyncio.get_running_loop().create_future())
        self._questions.add(question)
        return await question.answer

    async def left_now(self, budgets: tuple[Budget, ...]) -> dict[str, int]:
        """The same, asked by this caller alone: for whoever has the turn."""
        return left_of(budgets, await self._budgets.remaining({budget.id: budget.points for budget in budgets}))

    @asynccontextmanager
    async def turn(self, budgets: Iterable[Budget]) -> AsyncIterator[None]:
        """This caller's turn at these budgets, which stand from then on: their transactions do not meet."""
        ids = {budget.id for budget in budgets}
        async with self._turns.hold(ids):
            await self.begin(ids)
            yield

    async def begin(self, ids: Set[str]) -> None:
        """Makes the rows that are missing, outside of transactions: those that did would meet each other."""
        if not ids <= self._begun:
            await self._budgets.begin(ids)
            if len(self._begun) > _BEGUN:
                self._begun.clear()
            self._begun |= ids

    async def used(self, ids: Iterable[str]) -> dict[str, int]:
        """What was used of these rows; those of which nothing ever was are left out. One question for all."""
        return await self._budgets.used(ids)

    async def use(self, session: Session, id: str, count: int, most: int) -> bool:
        """Uses `count` of a row that was begun, in the transaction; False, and nothing used, past `most`."""
        return await self._budgets.take(session, id, count, most)

    async def take(self, session: Session, budget: Budget, points: int) -> bool:
        """Uses points in the transaction; False, and nothing used, when fewer are left."""
        return await self._budgets.take(session, budget.id, points, budget.points)

    async def give_back(self, session: Session, budget: str, points: int) -> bool:
        """Gives points back to the budget of an id in the transaction; False, and nothing changed, when fewer were
        used."""
        return await self._budgets.give_back(session, budget, points)

    async def all(self) -> AsyncIterator[UsedBudget]:
        """What was used of every budget that anything was ever used of."""
        async for used in self._budgets.all():
            yield used

    async def _ask(self, questions: list[_Question]) -> None:
        points = {budget.id: budget.points for question in questions for budget in question.budgets}
        try:
            remaining = await self._budgets.remaining(points)
        except Exception as fault:  # every caller hears of it; none waits for ever
            for question in questions:
                if not question.answer.done():
                    question.answer.set_exception(fault)
            return
        for question in questions:
            if not question.answer.done():
                question.answer.set_result(left_of(question.budgets, remaining))
