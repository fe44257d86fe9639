"""The poster: appends entries, coalescing what comes at the same time into batches.

While one batch is in flight the next gathers. A batch carries at most one entry a member: an unordered batch in
which entry n fails and n + 1 succeeds would tear the sequence.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.ledger.entry import Entry
from domain.ledger.posting import Decide, follow
from domain.refusals import Refused
from mongo.faults import Contention
from mongo.ledger import Ledger
from mongo.transactions import Abort, Session, Transactions
from services.keys import key_conflict
from services.ledger.turns import Turns

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 40
Told = Callable[[Sequence[Entry]], Awaitable[None]]
Beside = Callable[[Session, Entry], Awaitable[Refused | None]]


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry of a command; `replayed` when it stood already under the same key and input."""

    entry: Entry
    replayed: bool = False


Outcome = Posted | Refused | None


@dataclass(slots=True, eq=False)
class Posting:
    """One command on its way: decide, under which key, and where the outcome goes.

    `at` is when it should count (None: now). `fresh` says that its key cannot stand yet, which saves a look-up.
    """

    member: str
    key: str
    input: str
    decide: Decide
    at: datetime | None = None
    fresh: bool = False
    attempts: int = 0
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def slot(self) -> tuple[str, str]:
        """Where the entry stands: another member's key is another key."""
        return (self.member, self.key)


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
    ) -> None:
        self._ledger = ledger
        self._transactions = transactions
        self._clock = clock
        self._told = told
        self._max_batch = max_batch
        self._free_slots = max_in_flight
        self._turns = Turns()
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
        task = asyncio.ensure_future(self._post_with(posting, beside, shared))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A transaction that has begun is carried through, whether or not its caller waits for the answer.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Waits for the batches and transactions in flight."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post_with(self, posting: Posting, beside: Beside, shared: Sequence[str]) -> Outcome:
        async with self._turns.hold([posting.member, *shared]):
            if replayed := await self._replayed(posting):
                return replayed
            written: list[Entry] = []

            async def work(session: Session) -> Outcome:
                written[:] = await self._follow_in(session, posting)
                refusal = await beside(session, written[-1])
                if refusal:
                    raise Abort(refusal)
                await self._ledger.append_in(session, written)
                return Posted(written[-1])

            outcome = await self._transactions.run(work)
            if not isinstance(outcome, Posted):
                # Another process may have carried it out since the look-up: then its own effect refuses it.
                return await self._replayed(posting) or outcome
            if not outcome.replayed:
                await self._tell(written)
            return outcome

    def _begin(self, posting: Posting) -> bool:
        self._ready.append(posting)
        # After the callbacks that are ready now, so that commands of one moment share a batch.
        asyncio.get_running_loop().call_soon(self._take_off)
        return True

    def _take_off(self) -> None:
        while self._ready and self._free_slots:
            batch = [self._ready.popleft() for _ in range(min(len(self._ready), self._max_batch))]
            self._free_slots -= 1
            task = asyncio.get_running_loop().create_task(self._fly(batch))
            self._tasks.add(task)
            task.add_done_callback(self._land)

    def _land(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
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
                self._finish(posting, _replay(posting, standing[posting.slot]))
                continue
            try:
                chain = follow(heads[posting.member], posting.decide, at=posting.at, now=now)
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

    async def _replayed(self, posting: Posting) -> Outcome:
        entry = (await self._standing([posting])).get(posting.slot)
        return _replay(posting, entry) if entry else None

    async def _follow_in(self, session: Session, posting: Posting) -> list[Entry]:
        posting.attempts += 1
        if posting.attempts > 1 and (replayed := await self._replayed(posting)):
            raise Abort(replayed)
        head = await self._ledger.head(posting.member, session)
        chain = follow(head, posting.decide, at=posting.at, now=self._clock())
        if not isinstance(chain, list):
            raise Abort(chain)
        return chain

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


def _replay(posting: Posting, entry: Entry) -> Outcome:
    if entry.input == posting.input:
        return Posted(entry, replayed=True)
    return key_conflict()
