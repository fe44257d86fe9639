"""The follower that keeps what is read most: projected accounts, tiers beside members, Redis, the boards."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from domain.ledger.entry import Entry
from domain.tiers.board import year_of
from domain.tiers.terms import Terms
from mongo.accounts import Projected
from runtime.workers.heads import pages_of_heads
from runtime.workers.recent import Recent
from services.boards.fill_boards import board_name
from services.context import Context
from services.hints import hint
from services.ledger.read_states import encode_head
from services.ledger.watch_balance import account_channel


class AccountsFollower:
    """Projects the newest entry of each member, and with it the programme's totals; an older one changes nothing.

    MongoDB comes first and must succeed. Redis may be away: what it misses, the cache makes good on its return.
    """

    name = "accounts"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tiers: Recent[str] = Recent()

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Projection and tiers, then balances and boards, then the signal to whoever watches."""
        program = await self._context.programs.current()
        currency = program.default_currency.code
        await self._context.accounts.put_newest(entries, currency=currency, terms=Terms.of(program))
        newest = list(newest_of(entries))
        await self._set_tiers(newest)
        await self._context.balances.put_many([encode_head(entry) for entry in newest])
        await self._put_boards(newest, currency)
        signals = [(account_channel(entry.member), hint(entry.seq)) for entry in newest]
        await self._context.signals.publish_many(signals)

    async def is_whole(self) -> bool:
        """Whether every account stands in the programme's totals: not where an older build has projected them."""
        return (await self._context.totals.round()).whole

    async def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
        """The heads that the projection is behind of or has not counted, whenever they were recorded."""
        round = (await self._context.totals.round()).number
        async for heads in pages_of_heads(self._context):
            projected = await self._context.accounts.get_many([head.member for head in heads])
            behind = [
                (head.member, head.seq) for head in heads if not _has(projected.get(head.member), head.seq, round)
            ]
            if behind:
                yield list((await self._context.ledger.get_many(behind)).values())
        # Whoever asked for more has applied all that was given before.
        await self._context.totals.complete(round)

    async def _set_tiers(self, newest: Sequence[Entry]) -> None:
        changed = [
            (entry.member, entry.seq, entry.after.tier.code)
            for entry in newest
            if entry.after.tier and self._tiers.get(entry.member) != entry.after.tier.code
        ]
        await self._context.members.set_tiers(changed)
        for member, _, code in changed:
            self._tiers.set(member, code)

    async def _put_boards(self, newest: Sequence[Entry], currency: str) -> None:
        judged: dict[str, list[tuple[str, int, int]]] = {}
        for entry in newest:
            kept = entry.after.account(currency).kept
            judged.setdefault(board_name(None), []).append((entry.member, entry.seq, kept))
            if counted := year_of(entry.after):
                year, value = counted
                judged.setdefault(board_name(year), []).append((entry.member, entry.seq, value))
        for board, rows in judged.items():
            await self._context.boards.put_many(board, rows)


def _has(projected: Projected | None, seq: int, round: int) -> bool:
    return projected is not None and projected.seq >= seq and projected.round == round


def newest_of(entries: Sequence[Entry]) -> Iterable[Entry]:
    """The newest entry of each member among these."""
    return {entry.member: entry for entry in sorted(entries, key=lambda entry: entry.seq)}.values()
