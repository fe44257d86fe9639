import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import permutations

import pytest

from cache.boards import Boards, Judged
from cache.client import Cache
from tests.support.eventually import eventually
from tests.support.own_valkey import OwnValkey

MOST = 9_007_199_254_740_991
IN_ORDER = [("dan", MOST), ("Zoe", 300), ("ada", 300), ("bob", 300), ("élan", 300), ("eve", 1)]
SEQ = 5
# By their ids, as they come from the database; nob has come down to nothing.
ROWS = sorted([("nob", SEQ, 0), *((member, SEQ, value) for member, value in IN_ORDER)])


async def rows_of(rows: Iterable[Judged]) -> AsyncIterator[Judged]:
    for row in rows:
        yield row


@pytest.fixture
async def boards(cache: Cache) -> Boards:
    boards = Boards(cache)
    assert await boards.replace("year", rows_of(ROWS))
    return boards


class TestPage:
    async def test_it_stands_by_value_downwards_then_by_member_upwards_byte_by_byte(self, boards: Boards) -> None:
        assert sorted(IN_ORDER, key=lambda row: (-row[1], row[0].encode())) == IN_ORDER
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
        for member in ("nobody", "nob", "", "\0ada"):
            assert await boards.rank("year", member) is None


class TestSize:
    async def test_it_counts_members_alone(self, boards: Boards) -> None:
        assert await boards.size("year") == 6


class TestPutMany:
    async def test_values_rise_and_fall_and_new_members_come_in(self, boards: Boards) -> None:
        assert await boards.put_many("year", [("eve", SEQ + 1, 301), ("dan", SEQ + 1, 299), ("new", 1, 1)])
        assert await boards.page("year", start=0, count=2) == [("eve", 301), ("Zoe", 300)]
        assert await boards.rank("year", "dan") == (6, 299)
        assert await boards.rank("year", "new") == (7, 1)

    @pytest.mark.parametrize("late", [1, 400])
    async def test_a_late_value_of_a_lower_sequence_changes_nothing(self, boards: Boards, late: int) -> None:
        assert await boards.put_many("year", [("ada", SEQ - 1, late)])
        assert await boards.page("year", start=0, count=100) == IN_ORDER

    async def test_any_order_and_any_repetition_ends_at_the_newest(
        self, boards: Boards, other_process: Cache
    ) -> None:
        ups_and_downs = [("ada", SEQ + 1, 900), ("ada", SEQ + 2, 0), ("ada", SEQ + 3, 7), ("ada", SEQ + 4, 3)]
        for order in permutations(ups_and_downs):
            await boards.replace("year", rows_of(ROWS))
            await asyncio.gather(
                boards.put_many("year", order[:2]),
                Boards(other_process).put_many("year", order),
                boards.put_many("year", order[2:]),
            )
            assert await boards.rank("year", "ada") == (5, 3)
            assert await boards.size("year") == 6

    @pytest.mark.parametrize("nothing", [0, -1, -MOST])
    async def test_who_comes_down_to_nothing_is_listed_no_more_and_no_late_writer_brings_them_back(
        self, boards: Boards, nothing: int
    ) -> None:
        assert await boards.put_many("year", [("dan", SEQ + 2, nothing)])
        assert await boards.put_many("year", [("dan", SEQ + 1, 900)])
        assert await boards.rank("year", "dan") is None
        assert await boards.page("year", start=0, count=100) == IN_ORDER[1:]
        assert await boards.put_many("year", [("dan", SEQ + 3, 2)])
        assert await boards.rank("year", "dan") == (5, 2)

    async def test_the_same_entry_judged_otherwise_counts_as_it_was_judged_last(self, boards: Boards) -> None:
        assert await boards.put_many("year", [("ada", SEQ, 299)])
        assert await boards.rank("year", "ada") == (5, 299)

    async def test_a_member_takes_some_hundred_and_fifty_bytes(self, own_valkey: OwnValkey, frail: Cache) -> None:
        boards = Boards(frail)
        with own_valkey.client() as client:
            before = client.info("memory")["used_memory_dataset"]
            await boards.replace("year", rows_of((f"{n:020}", 40 + n % 80, 1 + n) for n in range(20_000)))
            after = client.info("memory")["used_memory_dataset"]
        assert (after - before) / 20_000 < 175

    async def test_it_does_not_begin_a_board(self, boards: Boards) -> None:
        assert await boards.put_many("month", [("ada", 1, 1)])
        assert await boards.page("month", start=0, count=10) is None
        assert await boards.rank("month", "ada") is None
        assert await boards.size("month") is None


class TestReplace:
    async def test_an_empty_board_is_a_complete_one(self, boards: Boards) -> None:
        assert await boards.replace("month", rows_of([]))
        assert await boards.page("month", start=0, count=10) == []
        assert await boards.size("month") == 0

    async def test_it_corrects_downwards_and_drops_who_is_gone(self, boards: Boards) -> None:
        assert await boards.replace("year", rows_of([("ada", 1, 1)]))
        assert await boards.page("year", start=0, count=10) == [("ada", 1)]

    async def test_a_board_on_which_nobody_has_anything_is_empty(self, boards: Boards) -> None:
        assert await boards.replace("year", rows_of([("ada", 3, 0), ("bob", 1, 0)]))
        assert await boards.page("year", start=0, count=10) == []
        assert await boards.size("year") == 0
        assert await boards.put_many("year", [("ada", 2, 50)])
        assert await boards.size("year") == 0

    async def test_more_rows_than_one_command_takes(self, boards: Boards) -> None:
        assert await boards.replace("year", rows_of((f"m{n:05}", 1, 1 + n) for n in range(1201)))
        assert await boards.size("year") == 1201
        assert await boards.rank("year", "m00000") == (1201, 1)

    async def test_a_half_filled_board_answers_as_before_and_a_value_put_meanwhile_is_kept(
        self, boards: Boards
    ) -> None:
        halfway, go_on = asyncio.Event(), asyncio.Event()

        async def rows() -> AsyncIterator[Judged]:
            for n in range(600):
                yield f"m{n:05}", 1, 1 + n
            halfway.set()
            await go_on.wait()
            yield "ada", SEQ, 5
            yield "bob", SEQ, 5
            yield "dan", SEQ, 5

        filling = asyncio.create_task(boards.replace("year", rows()))
        empty = asyncio.create_task(boards.replace("month", rows()))
        await halfway.wait()
        assert await boards.page("year", start=0, count=100) == IN_ORDER
        assert await boards.page("month", start=0, count=100) is None
        # After, at and before the entries as of which the rows were read.
        assert await boards.put_many("year", [("ada", SEQ + 1, 10_000), ("bob", SEQ, 9_000), ("dan", SEQ - 1, 1)])
        assert await boards.put_many("year", [("m00000", 2, 0), ("m00001", 2, 8_000)])
        assert await boards.page("year", start=0, count=3) == [("dan", MOST), ("ada", 10_000), ("bob", 9_000)]
        go_on.set()
        assert await filling
        assert await empty
        top = [("ada", 10_000), ("bob", 9_000), ("m00001", 8_000), ("m00599", 600)]
        assert await boards.page("year", start=0, count=4) == top
        assert await boards.rank("year", "dan") == (599, 5)
        assert await boards.rank("year", "m00000") is None
        assert await boards.size("year") == 602
        assert await boards.size("month") == 603

    async def test_of_two_at_once_one_fills_the_board_and_the_other_gives_way(
        self, boards: Boards, other_process: Cache
    ) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def rows() -> AsyncIterator[Judged]:
            begun.set()
            await go_on.wait()
            yield "first", 1, 1

        filling = asyncio.create_task(boards.replace("year", rows()))
        await begun.wait()
        assert not await Boards(other_process).replace("year", rows_of([("second", 1, 2)]))
        go_on.set()
        assert await filling
        assert await boards.page("year", start=0, count=10) == [("first", 1)]

    async def test_rows_that_fail_leave_the_old_board_and_free_the_way(self, boards: Boards) -> None:
        async def rows() -> AsyncIterator[Judged]:
            yield "first", 1, 1
            raise LookupError("the database went away")

        with pytest.raises(LookupError):
            await boards.replace("year", rows())
        assert await boards.page("year", start=0, count=100) == IN_ORDER
        assert await boards.replace("year", rows_of([("first", 1, 1)]))


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
        assert await boards.put_many("year", [("ada", SEQ + 1, 400)])
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
        assert not await boards.put_many("year", [("eve", SEQ + 2, 350), ("dan", SEQ + 1, 0)])
        assert not await boards.put_many("year", [("eve", SEQ + 1, 400), ("ada", SEQ - 1, 1)])
        own_valkey.thaw()
        await eventually(lambda: frail.available)
        listed = [("eve", 350), *IN_ORDER[1:5]]
        assert await boards.page("year", start=0, count=10) == listed

    async def test_what_was_put_while_redis_was_away_does_not_replace_what_another_has_put_since(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache
    ) -> None:
        slow, quick = Boards(frail), Boards(frail_other)
        await slow.replace("year", rows_of(ROWS))
        own_valkey.freeze()
        assert not await slow.put_many("year", [("ada", SEQ + 1, 900)])
        assert not await quick.put_many("year", [("ada", SEQ + 2, 1)])
        own_valkey.thaw()
        await eventually(lambda: frail.available and frail_other.available)
        assert await slow.rank("year", "ada") == await quick.rank("year", "ada") == (5, 1)

    async def test_a_server_back_from_an_old_snapshot_does_not_answer_until_the_board_is_filled_again(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        boards = Boards(frail)
        await boards.replace("year", rows_of(ROWS))
        with own_valkey.client() as client:
            client.save()
        assert await boards.put_many("year", [("dan", SEQ + 1, 0)])
        own_valkey.kill()
        await own_valkey.start()
        await eventually(lambda: frail.available)
        assert await boards.page("year", start=0, count=10) is None
        assert await boards.put_many("year", [("dan", SEQ, MOST)])
        assert await boards.replace("year", rows_of([("dan", SEQ + 1, 0), ("ada", SEQ, 300)]))
        assert await boards.page("year", start=0, count=10) == [("ada", 300)]

    async def test_a_board_of_which_too_much_is_missing_answers_no_more(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        boards = Boards(frail, bound=10)
        await boards.replace("year", rows_of(ROWS))
        await boards.replace("month", rows_of(ROWS))
        own_valkey.freeze()
        assert await boards.size("year") is None
        assert not await boards.put_many("year", [(f"m{n}", 1, n) for n in range(11)])
        own_valkey.thaw()
        await eventually(lambda: frail.available)
        assert await boards.size("year") is None
        assert await boards.size("month") == 6
