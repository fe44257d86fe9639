import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest

from cache.boards import Boards
from cache.client import Cache
from tests.support.eventually import eventually
from tests.support.own_valkey import OwnValkey

ROWS = [("ada", 300), ("bob", 300), ("eve", 0), ("dan", 9_007_199_254_740_991), ("Zoe", 300), ("élan", 300)]
IN_ORDER = [("dan", 9_007_199_254_740_991), ("Zoe", 300), ("ada", 300), ("bob", 300), ("élan", 300), ("eve", 0)]


async def rows_of(rows: Iterable[tuple[str, int]]) -> AsyncIterator[tuple[str, int]]:
    for row in rows:
        yield row


@pytest.fixture
async def boards(cache: Cache) -> Boards:
    boards = Boards(cache)
    assert await boards.replace("year", rows_of(ROWS))
    return boards


class TestPage:
    async def test_it_stands_by_value_downwards_then_by_member_upwards_byte_by_byte(self, boards: Boards) -> None:
        assert sorted(ROWS, key=lambda row: (-row[1], row[0].encode())) == IN_ORDER
        assert await boards.page("year", start=0, count=100) == IN_ORDER

    async def test_pages_follow_one_another_and_end_empty(self, boards: Boards) -> None:
        assert await boards.page("year", start=0, count=4) == IN_ORDER[:4]
        assert await boards.page("year", start=4, count=4) == IN_ORDER[4:]
        assert await boards.page("year", start=6, count=4) == []

    @pytest.mark.parametrize(("start", "count"), [(-1, 4), (0, 0)])
    async def test_a_page_that_cannot_be_is_a_mistake(self, boards: Boards, start: int, count: int) -> None:
        with pytest.raises(ValueError, match="starts at 0"):
            await boards.page("year", start=start, count=count)


class TestRank:
    async def test_it_is_the_position_in_the_pages_counted_from_one(self, boards: Boards) -> None:
        for position, (member, value) in enumerate(IN_ORDER, start=1):
            assert await boards.rank("year", member) == (position, value)

    async def test_a_member_who_is_not_listed_has_none(self, boards: Boards) -> None:
        assert await boards.rank("year", "nobody") is None


class TestSize:
    async def test_it_counts_members_alone(self, boards: Boards) -> None:
        assert await boards.size("year") == 6


class TestPutMany:
    async def test_values_rise_and_new_members_come_in(self, boards: Boards) -> None:
        assert await boards.put_many("year", [("eve", 301), ("new", 1)])
        assert await boards.rank("year", "eve") == (2, 301)
        assert await boards.rank("year", "new") == (7, 1)

    async def test_a_late_lower_value_changes_nothing(self, boards: Boards) -> None:
        assert await boards.put_many("year", [("ada", 299)])
        assert await boards.page("year", start=0, count=100) == IN_ORDER

    async def test_it_does_not_begin_a_board(self, boards: Boards) -> None:
        assert await boards.put_many("month", [("ada", 1)])
        assert await boards.page("month", start=0, count=10) is None
        assert await boards.rank("month", "ada") is None
        assert await boards.size("month") is None


class TestReplace:
    async def test_an_empty_board_is_a_complete_one(self, boards: Boards) -> None:
        assert await boards.replace("month", rows_of([]))
        assert await boards.page("month", start=0, count=10) == []
        assert await boards.size("month") == 0

    async def test_it_corrects_downwards_and_drops_who_is_gone(self, boards: Boards) -> None:
        assert await boards.replace("year", rows_of([("ada", 1)]))
        assert await boards.page("year", start=0, count=10) == [("ada", 1)]

    async def test_more_rows_than_one_command_takes(self, boards: Boards) -> None:
        assert await boards.replace("year", rows_of((f"m{n:05}", n) for n in range(1201)))
        assert await boards.size("year") == 1201
        assert await boards.rank("year", "m00000") == (1201, 0)

    async def test_a_half_filled_board_answers_as_before_and_a_value_put_meanwhile_is_kept(
        self, boards: Boards
    ) -> None:
        halfway, go_on = asyncio.Event(), asyncio.Event()

        async def rows() -> AsyncIterator[tuple[str, int]]:
            for n in range(600):
                yield f"m{n:05}", n
            halfway.set()
            await go_on.wait()
            yield "ada", 5

        filling = asyncio.create_task(boards.replace("year", rows()))
        empty = asyncio.create_task(boards.replace("month", rows()))
        await halfway.wait()
        assert await boards.page("year", start=0, count=100) == IN_ORDER
        assert await boards.page("month", start=0, count=100) is None
        assert await boards.put_many("year", [("ada", 10_000)])
        assert await boards.rank("year", "ada") == (2, 10_000)
        go_on.set()
        assert await filling
        assert await empty
        assert await boards.rank("year", "ada") == (1, 10_000)
        assert await boards.size("month") == 601

    async def test_of_two_at_once_one_fills_the_board_and_the_other_gives_way(
        self, boards: Boards, other_process: Cache
    ) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def rows() -> AsyncIterator[tuple[str, int]]:
            begun.set()
            await go_on.wait()
            yield "first", 1

        filling = asyncio.create_task(boards.replace("year", rows()))
        await begun.wait()
        assert not await Boards(other_process).replace("year", rows_of([("second", 2)]))
        go_on.set()
        assert await filling
        assert await boards.page("year", start=0, count=10) == [("first", 1)]

    async def test_rows_that_fail_leave_the_old_board_and_free_the_way(self, boards: Boards) -> None:
        async def rows() -> AsyncIterator[tuple[str, int]]:
            yield "first", 1
            raise LookupError("the database went away")

        with pytest.raises(LookupError):
            await boards.replace("year", rows())
        assert await boards.page("year", start=0, count=100) == IN_ORDER
        assert await boards.replace("year", rows_of([("first", 1)]))


class TestOutage:
    async def test_a_flushed_server_does_not_answer_until_the_board_is_filled_again(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        boards = Boards(frail)
        await boards.replace("year", rows_of(ROWS))
        with own_valkey.client() as client:
            client.flushall()
        assert await boards.page("year", start=0, count=10) is None
        await eventually(lambda: frail.available)
        assert await boards.put_many("year", [("ada", 400)])
        assert await boards.page("year", start=0, count=10) is None
        assert await boards.replace("year", rows_of(ROWS))
        assert await boards.page("year", start=0, count=10) == IN_ORDER

    async def test_values_put_while_redis_hung_are_there_before_anyone_reads(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        boards = Boards(frail)
        await boards.replace("year", rows_of(ROWS))
        own_valkey.freeze()
        assert await boards.size("year") is None
        assert not await boards.put_many("year", [("eve", 400)])
        assert not await boards.put_many("year", [("eve", 350)])
        own_valkey.thaw()
        await eventually(lambda: frail.available)
        assert await boards.rank("year", "eve") == (2, 400)

    async def test_a_board_of_which_too_much_is_missing_answers_no_more(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        boards = Boards(frail, bound=10)
        await boards.replace("year", rows_of(ROWS))
        await boards.replace("month", rows_of(ROWS))
        own_valkey.freeze()
        assert await boards.size("year") is None
        assert not await boards.put_many("year", [(f"m{n}", n) for n in range(11)])
        own_valkey.thaw()
        await eventually(lambda: frail.available)
        assert await boards.size("year") is None
        assert await boards.size("month") == 6
