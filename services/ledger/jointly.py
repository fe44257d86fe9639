"""Postings in a transaction: points with something beside them, or the points of two members."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import follow
from domain.refusals import Refused
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.transactions import Abort, Session, Transactions
from services.gathered import Gathered
from services.ledger.known_heads import KnownHeads
from services.ledger.posting import Answer, Beside, Outcome, Posted, Posting, Then, Told, standing
from services.ledger.turns import Turns

Write = Callable[[Session], Awaitable[list[Entry]]]


class Jointly:
    """Follows heads inside transactions, which take the turns of all whom they touch, through the commit."""

    def __init__(
        self,
        ledger: Ledger,
        transactions: Transactions,
        clock: Callable[[], datetime],
        *,
        turns: Turns,
        heads: KnownHeads,
        tell: Told,
    ) -> None:
        self._ledger = ledger
        self._transactions = transactions
        self._clock = clock
        self._turns = turns
        self._heads = heads
        self._tell = tell
        self._stands = Gathered(self._standing)

    async def post_with(
        self, posting: Posting, beside: Beside, shared: Sequence[str], then: Then | None
    ) -> Outcome:
        """One member's entry, those that `then` makes follow it, and what `beside` writes."""
        if posting.prepare:
            # What it reads can take longer than a transaction may; what it has read once, it need not read again.
            seen = await self._foresee(posting)
            if not isinstance(seen, Entry):
                return seen

        async def write(session: Session) -> list[Entry]:
            entries = self._presume(posting)
            if entries is None:
                entries = await self._follow(posting, await self._ledger.head(posting.member, session))
            first = entries[-1]
            for later in then(first) if then else ():
                entries += self._follow_on(later, Head.of(entries[-1]))
            await _write(beside, session, first)
            return entries

        return await self._carry_out(posting, [posting.member, *shared], write)

    async def post_pair(self, out: Posting, answer: Answer, beside: Beside | None) -> Outcome:
        """The entry of `out`, the one that answers it, and what `beside` writes."""
        # A first look without a turn: it finds retries and most refusals, and tells whose turns are needed.
        seen = await self._foresee(out)
        if not isinstance(seen, Entry):
            return seen
        other = answer(seen).member
        if other == out.member:
            raise ValueError("a pair is of two members")

        async def write(session: Session) -> list[Entry]:
            heads = await self._ledger.heads([out.member, other], session)
            entries = await self._follow(out, heads[out.member])
            reply = answer(entries[-1])
            answered = await self._follow(reply, heads[reply.member])
            await _write(beside, session, entries[-1])
            return entries + answered

        return await self._carry_out(out, [out.member, other], write)

    async def _carry_out(self, posting: Posting, names: Sequence[str], write: Write) -> Outcome:
        async with self._turns.hold(names):
            if replayed := await self._replayed(posting):
                return replayed
            written: list[Entry] = []

            async def work(session: Session) -> Outcome:
                posting.attempts += 1
                if posting.attempts > 1 and (replayed := await self._replayed(posting)):
                    raise Abort(replayed)
                written[:] = await write(session)
                await self._ledger.append_in(session, written)
                own = [entry for entry in written if entry.member == posting.member]
                place = [entry.key for entry in own].index(posting.key)
                return Posted(own[place], more=tuple(own[place + 1 :]))

            try:
                outcome = await self._transactions.run(work)
            except BaseException:
                self._heads.drop(names)  # what became of it may be unknown
                raise
            if not isinstance(outcome, Posted):
                # Another process may have carried it out since the look-up: then its own effect refuses it.
                return await self._replayed(posting) or outcome
            if not outcome.replayed:
                for entry in written:
                    self._heads.put(Head.of(entry))
                await self._tell(written)
            return outcome

    async def _foresee(self, posting: Posting) -> Entry | Outcome:
        # In this order: a command whose effect the head shows is then never judged by it, but found to stand.
        head = await self._ledger.head(posting.member)
        if replayed := await self._replayed(posting):
            return replayed
        chain = follow(head, await posting.decision(head), at=posting.at, now=self._clock())
        return chain[-1] if isinstance(chain, list) else chain

    def _presume(self, posting: Posting) -> list[Entry] | None:
        """What the posting writes if the head that is known still is the head; None: it must be read."""
        head = self._heads.get(posting.member)
        if head is None or posting.prepare or posting.attempts > 1:
            return None
        chain = follow(head, posting.decide, at=posting.at, now=self._clock())
        return chain if isinstance(chain, list) else None

    async def _follow(self, posting: Posting, head: Head) -> list[Entry]:
        """What the posting makes follow the head; ends the transaction with the answer when that is nothing."""
        if posting.prepare and (await self._ledger.head(head.member)).seq < head.seq:
            # A transaction sees what a majority has yet to get, and what is read beside it does not.
            raise StoreUnavailable("a majority has yet to get the newest entry")
        chain = follow(head, await posting.decision(head), at=posting.at, now=self._clock())
        if not isinstance(chain, list):
            raise Abort(chain)
        return chain

    def _follow_on(self, posting: Posting, head: Head) -> list[Entry]:
        """What the posting makes follow an entry of the same transaction; nothing is fine."""
        chain = follow(head, posting.decide, at=posting.at, now=self._clock())
        if isinstance(chain, Refused):
            raise Abort(chain)
        return chain or []

    async def _replayed(self, posting: Posting) -> Outcome:
        entry = await self._stands.get(posting)
        return posting.answered_by(entry) if entry else None

    async def _standing(self, postings: list[Posting]) -> dict[Posting, Entry]:
        found = await standing(self._ledger, postings)
        return {posting: found[posting.slot] for posting in postings if posting.slot in found}


async def _write(beside: Beside | None, session: Session, entry: Entry) -> None:
    """Writes what stands beside the entry; ends the transaction with the refusal if there is one."""
    refusal = await beside(session, entry) if beside else None
    if refusal:
        raise Abort(refusal)
