"""The programme's totals are the sum over the projected accounts, whatever is repeated, left out or crossed."""

import asyncio
import random
from datetime import timedelta

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.state import Changes
from domain.ledger.totals import Totals
from mongo.client import Database
from mongo.migrate import migrate
from mongo.totals import Round
from services.context import Context
from tests.support.deeds import deciding, earning_in, holding, waiting
from tests.support.house import NOON, Clock
from tests.support.ledger import LATER, adjusting, earning, redeeming
from tests.support.working import post

DAY = timedelta(days=1)


async def put(context: Context, *entries: Entry) -> None:
    await context.accounts.put_newest(entries, currency="POINTS")


async def read(context: Context) -> Totals:
    """The totals in points now, which are the sum over the accounts."""
    round = await context.totals.round()
    assert await context.totals.complete(round.number)
    assert await context.totals.differences() == []
    totals = await context.totals.read(context.clock())
    assert totals is not None
    return totals.get("POINTS", Totals())


async def a_history(context: Context, member: str) -> list[Entry]:
    """Four entries: 100 earned, 30 given by staff, 20 taken by them, 40 spent."""
    deeds = (earning(100, key="1"), adjusting(30, key="2"), adjusting(-20, key="3"), redeeming(40, key="4"))
    return [await post(context, member, deed, str(number)) for number, deed in enumerate(deeds, 1)]


HISTORY = Totals(earned=100, adjusted_up=30, adjusted_down=20, redeemed=40, lots={LATER: 70})


class TestPutNewest:
    async def test_each_entry_counts_once_however_often_and_in_whatever_order_it_comes(
        self, context: Context
    ) -> None:
        entries = await a_history(context, "ann")
        for batch in (entries[:2], entries[:1], entries[1:3], entries, entries[3:], entries[::-1]):
            await put(context, *batch)
        assert await read(context) == HISTORY

    async def test_what_staff_gave_and_took_is_known_though_the_entries_in_between_never_came(
        self, context: Context
    ) -> None:
        first, _, _, last = await a_history(context, "ann")
        await put(context, first)
        await put(context, last)
        (other,) = (await a_history(context, "bob"))[3:]
        await put(context, other)
        assert await read(context) == HISTORY + HISTORY

    async def test_a_reversal_by_staff_undoes_its_own_side(self, context: Context) -> None:
        entries = await a_history(context, "ann")
        for number, points in ((5, 20), (6, -30)):
            changes = Changes((Lot(LATER, points),), adjusted=points)
            undo = deciding(EntryKind.REVERSE, lambda account, undone=changes: undone, key=str(number))
            entries.append(await post(context, "ann", undo, str(number)))
        await put(context, *entries[:3])
        await put(context, entries[5])
        assert await read(context) == Totals(earned=100, redeemed=40, lots={LATER: 60})

    async def test_many_at_once_over_the_same_members_count_each_entry_once(self, context: Context) -> None:
        members = [f"m{number:02}" for number in range(12)]
        histories = [await a_history(context, member) for member in members]
        chance = random.Random(7)
        batches = [
            [entry for history in histories for entry in history if chance.random() < 0.5] for _ in range(12)
        ]

        await asyncio.gather(*(put(context, *batch) for batch in batches))
        await put(context, *(history[3] for history in histories))

        totals = await read(context)
        assert (totals.earned, totals.adjusted_up, totals.available) == (1200, 360, 840)

    async def test_more_members_than_one_transaction_takes(self, context: Context) -> None:
        entries = [await post(context, f"m{number:04}", earning(1)) for number in range(520)]
        await put(context, *entries)
        assert await read(context) == Totals(earned=520, lots={LATER: 520})


class TestRound:
    async def test_nothing_is_told_before_all_is_counted(self, context: Context) -> None:
        await put(context, *await a_history(context, "ann"))
        assert await context.totals.read(NOON) is None
        assert await context.totals.complete(1)
        assert await context.totals.read(NOON) == {"POINTS": HISTORY}

    async def test_a_new_round_counts_every_account_again_and_the_old_ones_figures_fall_away(
        self, context: Context, database: Database
    ) -> None:
        ann, bob = await a_history(context, "ann"), await a_history(context, "bob")
        await put(context, *ann, *bob)
        await context.totals.complete(1)

        assert await context.totals.begin() == 2
        await put(context, ann[3])
        assert not await context.totals.complete(1)
        assert await context.totals.read(NOON) is None
        assert await read(context) == HISTORY

        await put(context, bob[3])
        assert await read(context) == HISTORY + HISTORY
        assert await database["totals"].count_documents({"round": 1}) == 0

    async def test_an_older_state_never_replaces_a_newer_one_that_is_not_counted_yet(
        self, context: Context
    ) -> None:
        entries = await a_history(context, "ann")
        await put(context, *entries)
        await context.totals.begin()

        await put(context, *entries[:2])
        assert (await context.accounts.get_many(["ann"]))["ann"].seq == 4
        assert await read(context) == Totals()

        await put(context, entries[3])
        assert await read(context) == HISTORY

    async def test_a_revision_that_projects_otherwise_has_a_round_of_its_own_once(
        self, context: Context, database: Database
    ) -> None:
        entries = await a_history(context, "ann")
        await put(context, *entries)
        await context.totals.complete(1)
        await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": 2}})

        await asyncio.gather(*(migrate(database) for _ in range(5)))
        await migrate(database)

        assert await context.totals.round() == Round(2, whole=False)
        await put(context, entries[3])
        assert await read(context) == HISTORY

    async def test_accounts_of_an_older_build_are_not_counted_until_they_are_written_again(
        self, context: Context, database: Database
    ) -> None:
        entries = await a_history(context, "ann")
        await put(context, *entries)
        await an_older_build(database)

        await migrate(database)
        await put(context, entries[3])

        assert "due" not in await database["accounts"].index_information()
        assert await read(context) == HISTORY


class TestRead:
    async def test_lots_past_their_date_are_expired_to_the_millisecond(
        self, context: Context, clock: Clock
    ) -> None:
        await put(context, await post(context, "ann", earning(10, expires_at=NOON + DAY)))
        clock.now = NOON + DAY - timedelta(milliseconds=1)
        assert await read(context) == Totals(earned=10, lots={NOON + DAY: 10})
        clock.now = NOON + DAY
        assert await read(context) == Totals(earned=10, expired=10)

    async def test_what_waits_and_what_is_held_is_settled_as_its_entries_will(
        self, context: Context, clock: Clock
    ) -> None:
        await put(context, await post(context, "ann", waiting(30, NOON + DAY, NOON + 3 * DAY, key="1")))
        await put(context, await post(context, "bob", earning(20, expires_at=NOON + 2 * DAY)))
        await put(context, await post(context, "bob", holding(15, NOON + 3 * DAY, key="2"), "2"))
        told = [await read(context)]
        for _ in range(3):
            clock.advance(days=1)
            told.append(await read(context))
        earned = Totals(earned=50)
        three = NOON + 3 * DAY
        assert told == [
            earned + Totals(waiting=30, lots={NOON + 2 * DAY: 5}, held_lots={NOON + 2 * DAY: 15}),
            earned + Totals(lots={NOON + 2 * DAY: 5, three: 30}, held_lots={NOON + 2 * DAY: 15}),
            earned + Totals(expired=5, lots={three: 30}, held_lots={NOON + 2 * DAY: 15}),
            earned + Totals(expired=50),
        ]

        for member in ("ann", "bob"):
            await post(context, member, earning(1, key="late"), "late")
            await put(context, *await context.ledger.since(member, 0))
        assert await read(context) == Totals(earned=52, expired=50, lots={LATER: 2})

    async def test_currencies_are_apart(self, context: Context) -> None:
        await put(context, await post(context, "ann", earning(10, key="1"), "1"))
        await put(context, await post(context, "ann", earning_in("STARS", 3, key="2"), "2"))
        await put(context, await post(context, "bob", earning_in("STARS", 4, key="1"), "1"))
        await context.totals.complete(1)
        assert await context.totals.read(NOON) == {
            "POINTS": Totals(earned=10, lots={LATER: 10}),
            "STARS": Totals(earned=7, lots={LATER: 7}),
        }


class TestDifferences:
    async def test_a_total_that_was_tampered_with_is_named_with_both_figures(
        self, context: Context, database: Database
    ) -> None:
        await put(context, *await a_history(context, "ann"))
        await context.totals.complete(1)
        await database["totals"].update_one({"currency": "POINTS"}, {"$inc": {"earned": 1, "lots.never": 2}})
        assert await context.totals.differences() == [
            "POINTS: earned of the programme is 101, of its accounts 100",
            "POINTS: lots of the programme is 72 over 2 dates, of its accounts 70 over 1 dates",
        ]


async def an_older_build(database: Database) -> None:
    """Leaves the accounts as revision 1 had them."""
    newer = {"round": "", "raised": "", "nextDue": "", "openDue": ""}
    await database["accounts"].update_many({}, {"$unset": newer, "$set": {"nextExpiry": LATER}})
    await database["accounts"].create_index("nextExpiry", name="due")
    await database["totals"].drop()
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": 1}})
