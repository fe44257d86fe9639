"""The poster: how a process appends to the ledger."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from domain.ledger.entry import Entry
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.ledger.jointly import Jointly
from services.ledger.known_heads import KnownHeads
from services.ledger.posting import Answer, Beside, Outcome, Posted, Posting, Then, Told
from services.ledger.singly import Singly
from services.ledger.turns import Turns

__all__ = ["Answer", "Beside", "Outcome", "Posted", "Poster", "Posting", "Told"]
logger = logging.getLogger(__name__)
MAX_HEADS = 20_000


class Poster:
    """Appends to the ledger for one process. `told` hears of every new entry before its caller does."""

    def __init__(
        self,
        ledger: Ledger,
        transactions: Transactions,
        clock: Callable[[], datetime],
        *,
        told: Told | None = None,
        max_batch: int = 500,
        max_in_flight: int = 2,
        max_heads: int = MAX_HEADS,
    ) -> None:
        """`max_heads`: of how many members it remembers the head; 0: every posting reads it."""
        self._told = told
        self._turns = Turns()
        heads = KnownHeads(max_heads)
        self._singly = Singly(
            ledger,
            clock,
            turns=self._turns,
            heads=heads,
            tell=self._tell,
            max_batch=max_batch,
            max_in_flight=max_in_flight,
        )
        self._jointly = Jointly(ledger, transactions, clock, turns=self._turns, heads=heads, tell=self._tell)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def post(self, posting: Posting) -> Outcome:
        """Appends what `posting.decide` makes of the member's state; the entry that stands if the key does.

        Refuses IDEMPOTENCY_CONFLICT when the key stands with other input, and whatever `decide` refuses.
        None when `decide` had nothing to write. Raises StoreUnavailable when the outcome is unknown or
        others won 40 races for the member in a row; a retry with the same key is safe.
        """
        self._singly.ask(posting)
        return await posting.outcome

    async def post_with(
        self, posting: Posting, beside: Beside, *, shared: Sequence[str] = (), then: Then | None = None
    ) -> Outcome:
        """As `post`, in a transaction with what `beside` writes; a refusal of `beside` undoes all of it.

        `beside` may run several times and must do its writes through the session it is given. `shared` names
        what it writes for many members, such as one stock: callers of this process take turns at it. `then` makes
        of the entry further postings of the member, which follow it in the transaction, each upon the one before;
        a refusal of theirs undoes all of it, too.
        """
        return await self._carry_through(self._jointly.post_with(posting, beside, shared, then))

    async def post_pair(self, out: Posting, answer: Answer, beside: Beside | None = None) -> Outcome:
        """As `post` of `out`, in one transaction with what `answer` makes of its entry for another member.

        The answer is the entry of `out`; a refusal of either posting undoes both. What stands is known by the key
        of `out`. `answer` may run several times and must name the same member each time. `beside` is that of
        `post_with`, and is given the entry of `out`.
        """
        return await self._carry_through(self._jointly.post_pair(out, answer, beside))

    async def close(self) -> None:
        """Waits for all that is on its way, whether or not its caller still waits."""
        await self._turns.over()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_through(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        # A transaction that has begun is carried through, whether or not its caller waits for the answer.
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _tell(self, entries: Sequence[Entry]) -> None:
        if not self._told or not entries:
            return
        try:
            await self._told(entries)
        except Exception:  # a defect, and no reason to tell callers that their entries do not stand
            logger.exception("entries stand, and who should hear of them could not be told")
