"""One at a time, in order, and nobody waits for someone who has gone."""

import asyncio

from services.ledger.turns import Turns


async def hold(turns: Turns, *names: str, seen: list[str], label: str) -> None:
    async with turns.hold(names):
        seen.append(label)


class TestHold:
    async def test_a_thousand_waiters_who_gave_up_do_not_stop_the_next(self) -> None:
        turns, seen = Turns(), list[str]()
        async with turns.hold(["stock"]):
            gone = [asyncio.ensure_future(hold(turns, "stock", seen=seen, label="gone")) for _ in range(2_000)]
            next_one = asyncio.ensure_future(hold(turns, "stock", seen=seen, label="next"))
            await asyncio.sleep(0)
            for task in gone:
                task.cancel()
            await asyncio.gather(*gone, return_exceptions=True)
        await asyncio.wait_for(next_one, 60)
        assert seen == ["next"]
        await asyncio.wait_for(hold(turns, "stock", seen=seen, label="later"), 60)

    async def test_giving_up_while_waiting_for_the_second_gives_back_the_first(self) -> None:
        turns, seen = Turns(), list[str]()
        async with turns.hold(["b"]):
            both = asyncio.ensure_future(hold(turns, "a", "b", seen=seen, label="both"))
            await asyncio.sleep(0)
            both.cancel()
            await asyncio.gather(both, return_exceptions=True)
            await asyncio.wait_for(hold(turns, "a", seen=seen, label="a"), 60)
        await asyncio.wait_for(hold(turns, "a", "b", seen=seen, label="again"), 60)
        assert seen == ["a", "again"]

    async def test_giving_up_in_the_moment_of_the_grant_passes_the_turn_on(self) -> None:
        turns, seen = Turns(), list[str]()
        async with turns.hold(["a"]):
            first = asyncio.ensure_future(hold(turns, "a", seen=seen, label="first"))
            second = asyncio.ensure_future(hold(turns, "a", seen=seen, label="second"))
            await asyncio.sleep(0)
        first.cancel()  # it was granted its turn, and has not run since
        await asyncio.gather(first, return_exceptions=True)
        await asyncio.wait_for(second, 60)
        assert seen == ["second"]

    async def test_one_name_asked_for_twice_is_one_turn(self) -> None:
        turns, seen = Turns(), list[str]()
        await asyncio.wait_for(hold(turns, "a", "a", seen=seen, label="once"), 60)
        await asyncio.wait_for(hold(turns, "a", seen=seen, label="again"), 60)
        assert seen == ["once", "again"]

    async def test_nothing_is_kept_of_turns_that_are_over(self) -> None:
        turns = Turns()
        await asyncio.gather(
            *(hold(turns, f"m{number % 50}", "stock", seen=[], label="") for number in range(500))
        )
        assert turns._queues == {}


class TestOver:
    async def test_it_waits_for_all_who_have_a_turn_or_wait_for_one(self) -> None:
        turns, seen = Turns(), list[str]()
        async with turns.hold(["a", "b"]):
            waiting = asyncio.ensure_future(hold(turns, "b", seen=seen, label="b"))
            await asyncio.sleep(0)
            over = asyncio.ensure_future(turns.over())
            await asyncio.sleep(0)
            assert not over.done()
        await asyncio.wait_for(over, 60)
        assert (seen, waiting.done()) == (["b"], True)

    async def test_where_nobody_has_a_turn_it_is_over_at_once(self) -> None:
        await asyncio.wait_for(Turns().over(), 60)
