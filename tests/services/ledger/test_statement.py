"""Statements and readings as of a time, over random histories in a real ledger."""

import random
from datetime import datetime, timedelta

import pytest

from domain.ledger.statement import Line, Standing, Total, Totals, added_up
from services.context import Context
from services.ledger.read_states import AccountView, read_state_as_of
from services.ledger.statement import Statement, all_lines, read_statement, statement_lines, statement_totals
from tests.support.histories import a_path, sweep, walk, write
from tests.support.house import Clock
from tests.support.paths import CURRENCIES, Path

Paper = tuple[Standing, list[tuple[int, str, datetime, Total, Standing]], Totals, Standing]


def periods(path: Path, seed: int) -> list[tuple[datetime, datetime]]:
    """Five periods at random, and the whole."""
    chance, begin = random.Random(seed), path.entries[0].effective_at
    length = (path.now - begin) // timedelta(hours=1)
    cuts = [sorted(chance.sample(range(length), 2)) for _ in range(5)]
    within = [(begin + timedelta(hours=since), begin + timedelta(hours=until)) for since, until in cuts]
    return [*within, (begin - timedelta(days=1), path.now)]


async def paper(context: Context, statement: Statement) -> Paper:
    """What a statement says, whether or not its lines are posted."""
    lines = [
        (line.entry.seq, line.entry.kind.value, line.entry.effective_at, line.total, line.standing)
        async for line in all_lines(context, statement)
    ]
    return statement.opening, lines, await statement_totals(context, statement), statement.closing


@pytest.fixture(params=[(43, False), (13, False), (1, True)])
async def path(request: pytest.FixtureRequest, context: Context, clock: Clock) -> Path:
    seed, idle = request.param
    path = a_path(seed, "ada", steps=160, idle=idle)
    await write(context, path.entries)
    path.now += timedelta(days=9)
    clock.now = path.now
    return path


class TestStatement:
    async def test_opening_and_lines_are_closing_before_and_after_the_sweep(
        self, context: Context, path: Path
    ) -> None:
        wanted = [(code, *period) for code in CURRENCIES for period in periods(path, 7)]

        async def all_papers() -> list[Paper]:
            read = [await read_statement(context, "ada", code, since=a, until=b) for code, a, b in wanted]
            return [await paper(context, statement) for statement in read]

        unswept = await all_papers()
        for opening, lines, totals, closing in unswept:
            running = opening
            for *_, total, after in lines:
                running = Standing(
                    running.available + total.points,
                    running.pending + total.pending,
                    running.held + total.held,
                    running.debt + total.debt,
                )
                assert running == after
            assert running == closing
            assert sum(total.count for total in totals.values()) == len(lines)
        written = sweep(path)
        assert written
        await write(context, written)
        assert await all_papers() == unswept

    async def test_totals_are_those_of_the_lines(self, context: Context, path: Path) -> None:
        for since, until in periods(path, 8):
            statement = await read_statement(context, "ada", "POINTS", since=since, until=until)
            lines = [line async for line in all_lines(context, statement)]
            assert await statement_totals(context, statement) == added_up({}, lines)

    async def test_pages_show_each_line_once(self, context: Context, path: Path) -> None:
        since, until = path.entries[0].effective_at, path.now
        statement = await read_statement(context, "ada", "POINTS", since=since, until=until)
        whole = [line async for line in all_lines(context, statement)]
        seen: list[Line] = []
        more = True
        while more:
            after = seen[-1].entry.seq if seen else None
            page = await statement_lines(context, statement, first=7, after=after)
            seen += page.lines
            more = page.has_next
            assert len(page.lines) == 7 or not more
        assert seen == whole
        assert [line.posted for line in seen[-2:]] == [False, False]

    async def test_a_period_that_is_empty_or_not_over_is_a_defect_of_the_caller(self, context: Context) -> None:
        now = context.clock()
        for since, until in [(now, now), (now, now - timedelta(1)), (now, now + timedelta(milliseconds=1))]:
            with pytest.raises(ValueError, match="a period that begins before it ends and is over"):
                await read_statement(context, "ada", "POINTS", since=since, until=until)

    async def test_of_a_member_to_whom_nothing_happened(self, context: Context) -> None:
        now = context.clock()
        statement = await read_statement(context, "bob", "POINTS", since=now - timedelta(9), until=now)
        assert await paper(context, statement) == (Standing(), [], {}, Standing())


class TestAsOf:
    async def test_what_was_once_readable_as_of_a_time_stays_so(
        self, context: Context, path: Path, clock: Clock
    ) -> None:
        times = [path.now - timedelta(hours=20 * back, milliseconds=1) for back in range(60)]
        chance = random.Random(9)

        async def readings() -> list[AccountView]:
            return [await read_state_as_of(context, "ada", at) for at in times]

        before = await readings()
        assert len({view.seq for view in before}) > 30
        for _ in range(20):
            await write(context, walk(path, chance))
        await write(context, sweep(path))
        clock.now = path.now

        after = await readings()

        assert [view.seq for view in after] == [view.seq for view in before]
        assert after == before
