"""Leaderboards: Redis and MongoDB agree on every rank, ties included."""

from dataclasses import replace

from domain.actors import SYSTEM
from domain.program.levels import Metric, Tiers, Window
from services.boards.fill_boards import fill_boards
from services.boards.read_leaderboard import Board, Row, read_leaderboard
from services.context import Context
from tests.support.house import Clock, the_programme
from tests.support.ledger import adjusting, counting
from tests.support.people import buy, enrol
from tests.support.working import post


async def ranked(context: Context) -> list[str]:
    """Five members, three of them with as many points as each other; their ids as the board lists them."""
    members = await enrol(context, "A", "B", "C", "D", "E")
    amounts = ("50.00", "20.00", "20.00", "20.00", "10.00")
    entries = [await buy(context, m, amount, id=m.id) for m, amount in zip(members, amounts, strict=True)]
    await context.accounts.put_newest(entries, currency="POINTS")
    return [members[0].id, *sorted(member.id for member in members[1:4]), members[4].id]


class TestReadLeaderboard:
    async def test_every_rank_from_both_stores(self, context: Context) -> None:
        ids = await ranked(context)
        from_mongodb = [await read_leaderboard(context, board, me=id) for board in Board for id in ids]
        assert await fill_boards(context) == ["lifetime", "year:2026"]
        from_redis = [await read_leaderboard(context, board, me=id) for board in Board for id in ids]
        assert from_mongodb == from_redis
        values = [50, 20, 20, 20, 10]
        rows = tuple(Row(rank, *row) for rank, row in enumerate(zip(ids, values, strict=True), 1))
        assert [board.rows for board in from_redis] == [rows] * 10
        assert [board.mine for board in from_redis] == [*rows, *rows]

    async def test_who_has_nothing_of_it_is_not_listed_by_either_store(self, context: Context) -> None:
        ids = await ranked(context)
        (member,) = await enrol(context, "F")
        entry = await post(context, member.id, adjusting(500))
        await context.accounts.put_newest([entry], currency="POINTS")
        from_mongodb = [await read_leaderboard(context, board, me=member.id) for board in Board]
        assert await fill_boards(context) == ["lifetime", "year:2026"]
        from_redis = [await read_leaderboard(context, board, me=member.id) for board in Board]
        assert from_mongodb == from_redis
        assert [([row.member for row in board.rows], board.mine) for board in from_redis] == [(ids, None)] * 2

    async def test_a_part_of_it(self, context: Context) -> None:
        ids = await ranked(context)
        page = await read_leaderboard(context, Board.LIFETIME, first=2, start=1)
        assert [(row.rank, row.member) for row in page.rows] == [(2, ids[1]), (3, ids[2])]
        assert (page.has_next, page.mine) == (True, None)
        last = await read_leaderboard(context, Board.LIFETIME, first=2, start=3)
        assert ([row.rank for row in last.rows], last.has_next) == ([4, 5], False)

    async def test_a_year_begins_empty(self, context: Context, clock: Clock) -> None:
        await ranked(context)
        clock.advance(days=200)
        assert (await read_leaderboard(context, Board.YEAR)).rows == ()
        assert len((await read_leaderboard(context, Board.LIFETIME)).rows) == 5

    async def test_months_are_added_up_to_their_year(self, context: Context) -> None:
        programme = the_programme()
        by_months = replace(programme, tiers=replace(programme.tiers, window=Window.ROLLING, months=3))
        await context.programs.publish(by_months, now=context.clock(), actor=SYSTEM)
        (member,) = await enrol(context, "A")
        months = ("2025-12", "2026-01", "2026-06")
        for number, month in enumerate(months):
            entry = await post(context, member.id, counting(month, 10 + number), f"client:{month}")
            await context.accounts.put_newest([entry], currency="POINTS")
        assert (await read_leaderboard(context, Board.YEAR)).rows == (Row(1, member.id, 23),)

    async def test_spend_is_shown_in_money(self, context: Context) -> None:
        programme = the_programme()
        by_spend = replace(programme, tiers=Tiers(Metric.SPEND, programme.tiers.levels))
        await context.programs.publish(by_spend, now=context.clock(), actor=SYSTEM)
        await ranked(context)
        board = await read_leaderboard(context, Board.YEAR)
        assert [row.value for row in board.rows] == [50.0, 20.0, 20.0, 20.0, 10.0]
