"""A member's past is read once, and followed as the head moves on."""

from datetime import timedelta

from domain.ledger.entry import Entry, Head
from domain.ledger.lots import Lot
from mongo.client import Database
from services.context import Context
from services.ledger.past import read_past
from services.ledger.poster import Posted, Posting
from tests.support.house import NOON
from tests.support.ledger import earning

SOON = NOON + timedelta(days=1)


async def award(context: Context, number: int) -> Entry:
    key = f"client:{number}"
    posted = await context.poster.post(Posting("m1", key, "", earning(1, key=key, expires_at=SOON)))
    assert isinstance(posted, Posted)
    return posted.entry


class TestReadPast:
    async def test_it_ends_with_the_head(self, context: Context) -> None:
        entries = [await award(context, number) for number in range(3)]
        past = await read_past(context.ledger, Head.of(entries[1]))
        assert [entry.hash for entry in past.entries] == [entry.hash for entry in entries[:2]]

    async def test_of_what_is_known_only_what_came_since_is_read(
        self, context: Context, database: Database
    ) -> None:
        first = await award(context, 1)
        known = await read_past(context.ledger, Head.of(first))
        assert known.trail(NOON).left(1).lots == (Lot(SOON, 1),)
        newest = await award(context, 2)
        await database["entries"].update_one({"seq": 1}, {"$set": {"v": 99}})  # it could not be read again
        past = await read_past(context.ledger, Head.of(newest), known)
        assert [entry.seq for entry in past.entries] == [1, 2]
        assert [past.trail(NOON).left(seq).lots for seq in (1, 2)] == [(Lot(SOON, 1),)] * 2

    async def test_for_an_earlier_head_nothing_later_is_in_it(self, context: Context) -> None:
        entries = [await award(context, number) for number in range(3)]
        known = await read_past(context.ledger, Head.of(entries[2]))
        past = await read_past(context.ledger, Head.of(entries[0]), known)
        assert [entry.seq for entry in past.entries] == [1]

    async def test_its_trail_knows_what_time_has_done_and_forgets_it_again(self, context: Context) -> None:
        past = await read_past(context.ledger, Head.of(await award(context, 1)))
        assert past.trail(SOON).left(1).expired == 1
        assert past.trail(NOON).left(1).expired == 0
