from services.boards.fill_boards import board_name, fill_boards
from services.context import Context
from tests.support.ledger import earning
from tests.support.working import post


class TestFillBoards:
    async def test_what_redis_lacks_is_filled_as_mongodb_orders_it(self, context: Context) -> None:
        entries = [
            await post(context, member, earning(points)) for member, points in [("b", 7), ("a", 7), ("c", 9)]
        ]
        await context.accounts.put_newest(entries, currency="POINTS")

        assert await fill_boards(context) == ["lifetime", "year:2026"]

        rows = await context.boards.page("lifetime", start=0, count=9)
        assert rows == [("c", 9), ("a", 7), ("b", 7)]
        assert rows == await context.accounts.top(year=None, start=0, count=9)
        assert await context.boards.page("year:2026", start=0, count=9) == []

    async def test_what_is_there_stays_unless_it_is_wanted_anew(self, context: Context) -> None:
        await fill_boards(context)

        assert await fill_boards(context) == []
        assert await fill_boards(context, anew=True) == ["lifetime", "year:2026"]

    def test_names_are_those_that_readers_ask_for(self) -> None:
        assert (board_name(None), board_name("2026")) == ("lifetime", "year:2026")
