"""Postings of one entry each: many of one moment share a round trip.

A batch carries at most one entry a member: an unordered batch in which entry n fails and n + 1 succeeds would tear
the sequence.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import Decide, follow
from domain.refusals import Refused
from mongo.faults import Contention, StoreUnavailable
from mongo.ledger import Ledger
from services.ledger.gathering import Gathering
from services.ledger.known_heads import KnownHeads
from services.ledger.posting import Outcome, Posted, Posting, Told, standing
from services.ledger.turns import Turns

MAX_ATTEMPTS = 40


class Chain(NamedTuple):
    """What a posting writes, oldest first: what time has done, then its own entry."""

    posting: Posting
    entries: list[Entry]


class Singly:
    """Decides upon the head it knows, else upon the one it reads; see `known_heads` for why that is safe."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Callable[[], datetime],
        *,
        turns: Turns,
        heads: KnownHeads,
        tell: Told,
        max_batch: int,
        max_in_flight: int,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._turns = turns
        self._heads = heads
        self._tell = tell
        self._reads = Gathering(self._read, max_batch=max_batch, max_in_flight=max_in_flight)
        self._writes = Gathering(self._write, max_batch=max_batch, max_in_flight=max_in_flight)
        self._tasks: set[asyncio.Task[None]] = set()
        self._again: dict[tuple[str, str], list[Posting]] = {}

    def ask(self, posting: Posting) -> None:
        """Carries the posting out when it is its turn for the member.

        One whose key is on its way already waits for what becomes of that: a storm of retries costs nothing.
        """
        again = self._again.get(posting.slot)
        if again is None:
            self._again[posting.slot] = []
            self._turns.ask(posting.member, lambda: self._grant(posting))
        else:
            again.append(posting)

    def _grant(self, posting: Posting) -> bool:
        if posting.outcome.cancelled() and not self._again[posting.slot]:
            del self._again[posting.slot]
            return False
        self._begin(posting)
        return True

    def _begin(self, posting: Posting) -> None:
        if posting.prepare:
            self._spawn(self._read([posting]))  # its own reads must not hold up the others
            return
        # Under another key of its stem it would stand unseen: no index refuses the second one.
        unseen = posting.stem is not None and not posting.fresh
        entries = None if posting.attempts or unseen else self._presume(posting)
        if entries:
            self._writes.add(Chain(posting, entries))
        else:
            self._reads.add(posting)

    def _presume(self, posting: Posting) -> list[Entry] | None:
        """What the posting writes if the head that is known still is the head; None: it must be read."""
        head = self._heads.get(posting.member)
        if head is None:
            return None
        try:
            chain = self._follow(posting, posting.decide, head)
        except Exception:  # of what may be old; if it is a defect it shows again upon what is read
            return None
        return chain if isinstance(chain, list) else None

    async def _read(self, batch: list[Posting]) -> None:
        try:
            # In this order: a command whose effect the head shows is then never judged by it, but found to stand.
            heads = await self._ledger.heads([posting.member for posting in batch])
            stands = await standing(self._ledger, (posting for posting in batch if not posting.fresh))
        except Exception as fault:  # every caller of the batch hears of it; none waits for ever
            for posting in batch:
                self._fail(posting, fault)
            return
        for posting in batch:
            entry = stands.get(posting.slot)
            if entry:
                self._finish(posting, posting.answered_by(entry))
            else:
                await self._judge(posting, heads[posting.member])

    async def _judge(self, posting: Posting, head: Head) -> None:
        if self._heads.is_ahead_of(head):
            self._try_again(posting)
            return
        try:
            chain = self._follow(posting, await posting.decision(head), head)
        except Exception as defect:  # one command's defect is not the others'
            self._fail(posting, defect)
            return
        self._heads.put(head)
        if isinstance(chain, list):
            self._writes.add(Chain(posting, chain))
        else:
            self._finish(posting, chain)

    def _follow(self, posting: Posting, decide: Decide, head: Head) -> list[Entry] | Refused | None:
        return follow(head, decide, at=posting.at, now=self._clock())

    async def _write(self, batch: list[Chain]) -> None:
        try:
            stands = await self._ledger.append([chain.entries[0] for chain in batch])
        except Exception as fault:  # what became of them is unknown
            for chain in batch:
                self._fail(chain.posting, fault)
            return
        won = [chain for chain, stood in zip(batch, stands, strict=True) if stood]
        for chain in won:
            self._heads.put(Head.of(chain.entries[0]))
        if len(won) < len(batch):
            for chain, stood in zip(batch, stands, strict=True):
                if not stood:
                    self._lose(chain.posting)
        self._spawn(self._conclude(won))  # the next batch need not wait until it is told

    async def _conclude(self, won: Sequence[Chain]) -> None:
        await self._tell([chain.entries[0] for chain in won])
        for posting, entries in won:
            if len(entries) > 1:
                self._begin(posting)  # that was what time has done; what follows it comes in the next batch
            else:
                self._finish(posting, Posted(entries[0]))

    def _lose(self, posting: Posting) -> None:
        self._heads.drop([posting.member])
        posting.fresh = False
        self._try_again(posting)

    def _try_again(self, posting: Posting) -> None:
        posting.attempts += 1
        if posting.attempts >= MAX_ATTEMPTS:
            self._fail(posting, Contention("others kept writing the member's next entry"))
        else:
            self._spawn(self._begin_later(posting))

    async def _begin_later(self, posting: Posting) -> None:
        await asyncio.sleep(random.uniform(0, min(0.1, 0.001 * 2**posting.attempts)))
        self._begin(posting)

    def _finish(self, posting: Posting, outcome: Outcome) -> None:
        again = self._again.pop(posting.slot)
        self._turns.done(posting.member)
        if not posting.outcome.done():  # its caller may have gone
            posting.outcome.set_result(outcome)
        entry = outcome.entry if isinstance(outcome, Posted) else None
        for retry in again:
            if entry is None or entry.key != posting.key:
                self.ask(retry)
            elif not retry.outcome.done():
                retry.outcome.set_result(retry.answered_by(entry))

    def _fail(self, posting: Posting, fault: Exception) -> None:
        again = self._again.pop(posting.slot)
        self._heads.drop([posting.member])
        self._turns.done(posting.member)
        unknown = isinstance(fault, StoreUnavailable)
        for one in (posting, *(again if unknown else ())):
            if not one.outcome.done():
                one.outcome.set_exception(fault)
        if not unknown:  # a defect of one, which need not be the others'
            for retry in again:
                self.ask(retry)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
