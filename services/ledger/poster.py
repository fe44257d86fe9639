"""The poster: how a process appends to the ledger."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

from domain.ledger.entry import Entry
from domain.ledger.posting import follow
from mongo.faults import Contention
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.ledger.jointly import Jointly
from services.ledger.posting import Answer, Beside, Outcome, Posted, Posting, Told
from services.ledger.turns import Turns

__all__ = ["Answer", "Beside", "Outcome", "Posted", "Poster", "Posting", "Told"]
logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 40


class Poster:
    """Appends to the ledger for one process. `told` hears of every new entry before its caller does.

    While one batch is in flight the next gathers. A batch carries at most one entry a member: an unordered batch
    in which entry n fails and n + 1 succeeds would tear the sequence.
    """

    def __init__(
        self,
        ledger: Ledger,
        transactions: Transactions,
        clock: Callable[[], datetime],
        *,
        told: Told | None = None,
        max_batch: int = 500,
        max_in_flight: int = 2,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._told = told
        self._max_batch = max_batch
        self._free_slots = max_in_flight
        self._turns = Turns()
        self._jointly = Jointly(ledger, transactions, clock, self._turns, self._tell)
        self._ready: deque[Posting] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def post(self, posting: Posting) -> Outcome:
        """Appends what `posting.decide` makes of the member's state; the entry that stands if the key does.

        Refuses IDEMPOTENCY_CONFLICT when the key stands with other input, and whatever `decide` refuses.
        None when `decide` had nothing to write. Raises StoreUnavailable when the outcome is unknown or
        others won 40 races for the member in a row; a retry with the same key is safe.
        """
        self._turns.ask(posting.member, lambda: self._begin(posting))
        return await asyncio.shield(posting.outcome)

    async def post_with(self, posting: Posting, beside: Beside, *, shared: Sequence[str] = ()) -> Outcome:
        """As `post`, in a transaction with what `beside` writes; a refusal of `beside` undoes all of it.

        `beside` may run several times and must do its writes through the session it is given. `shared` names
        what it writes for many members, such as one stock: callers of this process take turns at it.
        """
        return await self._carry_through(self._jointly.post_with(posting, beside, shared))

    async def post_pair(self, out: Posting, answer: Answer) -> Outcome:
        """As `post` of `out`, in one transaction with what `answer` makes of its entry for another member.

        The answer is the entry of `out`; a refusal of either posting undoes both. What stands is known by the key
        of `out`. `answer` may run several times and must name the same member each time.
        """
        return await self._carry_through(self._jointly.post_pair(out, answer))

    async def close(self) -> None:
        """Waits for the batches and transactions in flight."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_through(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        # A transaction that has begun is carried through, whether or not its caller waits for the answer.
        return await asyncio.shield(self._spawn(work))

    def _spawn(self, work: Coroutine[Any, Any, Outcome]) -> asyncio.Task[Outcome]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _begin(self, posting: Posting) -> bool:
        if posting.prepare:
            self._spawn(self._fly([posting]))  # its own reads must not hold up the others
            return True
        self._ready.append(posting)
        # After the callbacks that are ready now, so that commands of one moment share a batch.
        asyncio.get_running_loop().call_soon(self._take_off)
        return True

    def _take_off(self) -> None:
        while self._ready and self._free_slots:
            batch = [self._ready.popleft() for _ in range(min(len(self._ready), self._max_batch))]
            self._free_slots -= 1
            self._spawn(self._fly(batch)).add_done_callback(self._land)

    def _land(self, task: asyncio.Task[Any]) -> None:
        self._free_slots += 1
        self._take_off()

    async def _fly(self, batch: list[Posting]) -> None:
        try:
            await self._append(batch)
        except Exception as fault:  # every caller of the batch hears of it; none waits for ever
            for posting in batch:
                self._fail(posting, fault)

    async def _append(self, batch: list[Posting]) -> None:
        # In this order: a command whose effect the head shows is then never judged by it, but found to stand.
        heads = await self._ledger.heads([posting.member for posting in batch])
        standing = await self._standing(batch)
        now = self._clock()
        chains: list[tuple[Posting, list[Entry]]] = []
        for posting in batch:
            if posting.slot in standing:
                self._finish(posting, posting.answered_by(standing[posting.slot]))
                continue
            head = heads[posting.member]
            try:
                chain = follow(head, await posting.decision(head), at=posting.at, now=now)
            except Exception as defect:  # one command's defect is not the others'
                self._fail(posting, defect)
                continue
            if isinstance(chain, list):
                chains.append((posting, chain))
            else:
                self._finish(posting, chain)
        if chains:
            await self._insert(chains)

    async def _insert(self, chains: list[tuple[Posting, list[Entry]]]) -> None:
        entries = [chain[0] for _, chain in chains]
        stands = await self._ledger.append(entries)
        await self._tell([entry for entry, won in zip(entries, stands, strict=True) if won])
        for (posting, chain), won in zip(chains, stands, strict=True):
            if not won:
                self._try_again(posting)
            elif len(chain) > 1:
                self._begin(posting)  # that was an expiry; what follows it comes in the next batch
            else:
                self._finish(posting, Posted(chain[0]))

    def _try_again(self, posting: Posting) -> None:
        posting.attempts += 1
        posting.fresh = False
        if posting.attempts >= MAX_ATTEMPTS:
            self._fail(posting, Contention("others kept writing the member's next entry"))
            return
        pause = random.uniform(0, min(0.1, 0.001 * 2**posting.attempts))
        asyncio.get_running_loop().call_later(pause, self._begin, posting)

    async def _standing(self, batch: list[Posting]) -> dict[tuple[str, str], Entry]:
        return await self._ledger.by_keys(posting.slot for posting in batch if not posting.fresh)

    async def _tell(self, entries: Sequence[Entry]) -> None:
        if not self._told or not entries:
            return
        try:
            await self._told(entries)
        except Exception:  # a defect, and no reason to tell callers that their entries do not stand
            logger.exception("entries stand, and who should hear of them could not be told")

    def _finish(self, posting: Posting, outcome: Outcome) -> None:
        self._turns.done(posting.member)
        if not posting.outcome.done():
            posting.outcome.set_result(outcome)

    def _fail(self, posting: Posting, fault: Exception) -> None:
        if not posting.outcome.done():
            self._turns.done(posting.member)
            posting.outcome.set_exception(fault)
