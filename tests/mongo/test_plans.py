"""What repositories ask is found by an index, in its order: the plans of the very commands they send."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from domain.actors import SYSTEM
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState
from domain.ledger.kinds import EntryKind
from domain.program.rewards import Reward, RewardKind
from domain.program.versions import Draft
from domain.rewards.redemption import RedemptionStatus, Voucher
from domain.support.approval import ApprovalStatus
from domain.tiers.terms import Terms
from domain.time import to_ms
from mongo.accounts import Accounts
from mongo.announcements import Announcements
from mongo.approvals import Approvals
from mongo.client import Database
from mongo.deliveries import Deliveries
from mongo.drafts import Drafts
from mongo.events import Events
from mongo.favourites import Favourites
from mongo.inbox import Inbox
from mongo.ledger import Ledger
from mongo.member_documents import document_of
from mongo.members import Members
from mongo.pools import PoolCode, Pools
from mongo.programs import Programs
from mongo.redemption_documents import document_of as redemption_document
from mongo.redemptions import Redemptions
from mongo.rewards import Rewards
from mongo.totals import ProgrammeTotals
from tests.support.deliveries import a_delivery
from tests.support.house import NOON
from tests.support.members import a_member
from tests.support.messages import a_message
from tests.support.programs import a_program
from tests.support.vouchers import a_redemption

ROWS = 400
_EXPLAINED = ("find", "aggregate", "update")
_OF_THE_SESSION = ("lsid", "txnNumber", "$db", "$clusterTime", "readConcern", "writeConcern")


class Asked(CommandListener):
    """Keeps the commands that were sent."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in _EXPLAINED:
            fields = event.command.items()
            self.commands.append({name: value for name, value in fields if name not in _OF_THE_SESSION})

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep."""


class Watched(NamedTuple):
    database: Database
    asked: Asked


@pytest.fixture
async def watched(mongo_uri: str, database: Database) -> AsyncIterator[Watched]:
    asked = Asked()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        mongo_uri, tz_aware=True, event_listeners=[asked]
    )
    yield Watched(client[database.name], asked)
    client.close()


async def plan_of(watched: Watched, ask: Callable[[], Awaitable[Any]]) -> tuple[str, int]:
    """The plan taken for the one command that `ask` sends, as text, and how many index keys it looks at."""
    [plan] = await plans_of(watched, ask)
    return plan


async def plans_of(watched: Watched, ask: Callable[[], Awaitable[Any]]) -> list[tuple[str, int]]:
    """The same for each of the commands that `ask` sends."""
    watched.asked.commands.clear()
    await ask()
    return [await _explained(watched, command) for command in tuple(watched.asked.commands)]


async def _explained(watched: Watched, command: dict[str, Any]) -> tuple[str, int]:
    plan = await watched.database.command({"explain": command, "verbosity": "executionStats"})
    first, *stages = plan.get("stages", [{"$cursor": plan}])
    cursor = first["$cursor"]
    return f"{cursor['queryPlanner']['winningPlan']} {stages}", cursor["executionStats"]["totalKeysExamined"]


def is_indexed(plan: str) -> bool:
    return "COLLSCAN" not in plan and "'stage': 'SORT'" not in plan


@pytest.fixture
async def ledger(watched: Watched) -> Ledger:
    rows = [an_entry(f"m{member}", seq) for member in range(10) for seq in range(1, ROWS // 10 + 1)]
    await watched.database["entries"].insert_many(rows)
    return Ledger(watched.database)


def an_entry(member: str, seq: int) -> dict[str, Any]:
    return {
        "member": member,
        "seq": seq,
        "key": f"client:{seq}",
        "input": "",
        "currency": "POINTS",
        "kind": "EARN",
        "points": 0,
        "actor": ["SYSTEM", ""],
        "occurredAt": NOON,
        "effectiveAt": NOON + timedelta(seconds=seq // 2),
        "recordedAt": NOON,
        "changes": {},
        "after": {"accounts": {}},
        "hash": b"",
        "v": 1,
    }


class TestLedger:
    @pytest.mark.parametrize(
        ("ask", "most"),
        [
            (lambda ledger: ledger.head("m3"), 1),
            (lambda ledger: ledger.heads(["m1", "m2", "m3"]), 7),
            (lambda ledger: ledger.by_keys([("m1", "client:7"), ("m2", "client:8")]), 4),
            (lambda ledger: ledger.by_keys([("m1", "client:7")]), 2),
            (lambda ledger: ledger.families([("m1", "client"), ("m2", "event:shop|7")]), 4),
            (lambda ledger: ledger.get_many([("m1", 3), ("m2", 4)]), 4),
            (lambda ledger: ledger.page("m1", first=5, before=20), 6),
            (lambda ledger: ledger.head_as_of("m1", NOON + timedelta(seconds=40)), 1),
            (lambda ledger: ledger.page("m1", first=5, kinds=[EntryKind.REVERSE]), 1),
            (lambda ledger: ledger.page("m1", first=5, kinds=[EntryKind.VOID, EntryKind.REVERSE]), 4),
            (lambda ledger: ledger.page("m1", first=5, kinds=[EntryKind.EARN, EntryKind.REVERSE]), 6),
            (lambda ledger: ledger.marks("m1", first=5, before=20), 1),
            (lambda ledger: ledger.since("m1", 35), 6),
            (lambda ledger: ledger.since("m1", 5, until=30, currency="POINTS", first=4), 5),
            (lambda ledger: ledger.totals("m1", 30, 35, currency="POINTS"), 6),
            (lambda ledger: ledger.reversing([("m1", 3)]), 1),
            (lambda ledger: ledger.reversing([("m1", seq) for seq in range(1, 21)]), 21),
            (lambda ledger: ledger.reversing([("m1", 3), ("m1", 4), ("m2", 4)]), 4),
            (lambda ledger: ledger.get_many([("m1", seq) for seq in range(1, 21)]), 21),
        ],
    )
    async def test_it_looks_at_what_it_answers_and_no_more(
        self, watched: Watched, ledger: Ledger, ask: Callable[[Ledger], Awaitable[Any]], most: int
    ) -> None:
        plan, keys = await plan_of(watched, lambda: ask(ledger))
        assert is_indexed(plan)
        assert keys <= most

    @pytest.mark.parametrize("second", [0, 1, 700, 1_234, 4_600, 4_998])
    async def test_a_time_long_ago_is_found_by_few_looks_into_a_long_history(
        self, watched: Watched, ledger: Ledger, second: int
    ) -> None:
        await watched.database["entries"].insert_many([an_entry("long", seq) for seq in range(1, 10_001)])
        at = NOON + timedelta(seconds=second)

        plans = await plans_of(watched, lambda: ledger.head_as_of("long", at))

        assert all(is_indexed(plan) for plan, _ in plans)
        assert len(plans) <= 4
        assert sum(keys for _, keys in plans) <= 500
        assert (await ledger.head_as_of("long", at)).seq == 2 * second + 1
        assert (await ledger.head_as_of("long", NOON - timedelta(seconds=1))).seq == 0
        page = await ledger.page("long", first=3, since=at, until=at + timedelta(seconds=2))
        assert [entry.seq for entry in page] == [2 * second + back for back in (3, 2, 1)]


class TestAccounts:
    @pytest.fixture
    async def accounts(self, watched: Watched) -> Accounts:
        rows: list[dict[str, Any]] = [
            {
                "_id": f"m{number:03d}",
                "seq": 1,
                "after": {"accounts": {}},
                "lifetime": number,
                "year": "2026",
                "yearValue": number,
                # Three dates, as at the ends of months, each of very many members.
                "nextDue": NOON + timedelta(days=number % 3),
                "tierUntil": NOON + timedelta(days=number % 3),
            }
            for number in range(ROWS)
        ]
        await watched.database["accounts"].insert_many(rows)
        return Accounts(watched.database)

    @pytest.mark.parametrize("after", [None, (NOON, "m300"), (NOON + timedelta(days=1), "m001")])
    async def test_a_page_of_those_due_costs_a_page_however_many_are_due_at_one_instant(
        self, watched: Watched, accounts: Accounts, after: Any
    ) -> None:
        ask = accounts.due(NOON + timedelta(days=9), after=after, limit=20)
        plan, keys = await plan_of(watched, lambda: ask)
        assert is_indexed(plan)
        assert keys <= 23

    @pytest.mark.parametrize("after", [None, (NOON, "m300"), (NOON + timedelta(days=1), "m001")])
    async def test_a_page_of_those_whose_tier_ends_costs_a_page(
        self, watched: Watched, accounts: Accounts, after: Any
    ) -> None:
        ask = accounts.tiers_due(NOON + timedelta(days=9), after=after, limit=20)
        plan, keys = await plan_of(watched, lambda: ask)
        assert is_indexed(plan)
        assert keys <= 23

    async def test_those_judged_by_other_terms_cost_themselves(self, watched: Watched, accounts: Accounts) -> None:
        terms = Terms(a_program(), "new")
        await watched.database["accounts"].update_many({"_id": {"$gt": "m004"}}, {"$set": {"tierBy": "new"}})
        ask = accounts.otherwise_judged(terms, limit=20)
        plan, keys = await plan_of(watched, lambda: ask)
        assert is_indexed(plan)
        assert keys <= 7

    @pytest.mark.parametrize("year", [None, "2026"])
    async def test_a_leaderboards_first_rows_cost_themselves(
        self, watched: Watched, accounts: Accounts, year: str | None
    ) -> None:
        plan, keys = await plan_of(watched, lambda: accounts.top(year=year, start=0, count=10))
        assert is_indexed(plan)
        assert keys <= 11


class TestDeliveries:
    """What staff and the page of metrics read of alerts."""

    @pytest.fixture
    async def deliveries(self, watched: Watched) -> Deliveries:
        deliveries = Deliveries(watched.database)
        states = list(DeliveryState)
        await deliveries.plan_many(
            [
                a_delivery(
                    f"m{number % 10}",
                    number // 10,
                    state=states[number % len(states)],
                    created_at=NOON + timedelta(seconds=number // 40),
                )
                for number in range(ROWS)
            ]
        )
        return deliveries

    @pytest.mark.parametrize(
        ("ask", "most"),
        [
            (lambda deliveries: deliveries.page(DeliveryState.DEAD, first=5), 5),
            (
                lambda deliveries: deliveries.page(
                    DeliveryState.DEAD, first=5, after=(NOON + timedelta(seconds=5), "m7")
                ),
                14,
            ),
            (lambda deliveries: deliveries.page_of("m3", first=5), 5),
            (lambda deliveries: deliveries.page_of("m3", first=5, after=(20, "m3:")), 7),
            (lambda deliveries: deliveries.of_messages([("m1", 3), ("m2", 4)]), 4),
            (lambda deliveries: deliveries.due("smtp", NOON + timedelta(days=1), limit=1), 1),
            (lambda deliveries: deliveries.due("apns", NOON + timedelta(days=1), limit=1), 1),
        ],
    )
    async def test_it_looks_at_what_it_answers_and_no_more(
        self, watched: Watched, deliveries: Deliveries, ask: Callable[[Deliveries], Awaitable[Any]], most: int
    ) -> None:
        plan, keys = await plan_of(watched, lambda: ask(deliveries))
        assert "COLLSCAN" not in plan
        assert keys <= most

    async def test_the_oldest_row_that_was_not_routed_costs_itself(self, watched: Watched) -> None:
        inbox = Inbox(watched.database)
        await inbox.put_many([a_message(number, f"m{number % 10}") for number in range(ROWS)])
        plan, keys = await plan_of(watched, lambda: inbox.unrouted(limit=1))
        assert is_indexed(plan)
        assert keys == 1


class TestTotals:
    async def test_reading_costs_the_currencies_and_those_whose_points_were_released_or_given_back(
        self, watched: Watched
    ) -> None:
        held = {"holds": [[1, to_ms(NOON), [[None, 5]]]], "earned": 5}
        rows: list[dict[str, Any]] = [
            {
                "_id": f"m{number:03d}",
                "seq": 1,
                "round": 1,
                "after": {"accounts": {"POINTS": held}},
                "nextDue": NOON,
            }
            | ({"openDue": NOON + timedelta(days=number)} if number < 40 else {})
            for number in range(ROWS)
        ]
        await watched.database["accounts"].insert_many(rows)
        sums = [
            {"_id": f"{round}:C{number}", "round": round, "currency": f"C{number}"}
            for round in (1, 11)
            for number in range(3)
        ]
        await watched.database["totals"].insert_many(sums)
        totals = ProgrammeTotals(watched.database)
        await totals.complete(1)

        plans = await plans_of(watched, lambda: totals.read(NOON + timedelta(days=9)))

        assert all(is_indexed(plan) for plan, _ in plans)
        assert [keys for _, keys in plans] == [1, 3, 10]


class TestCatalog:
    async def test_what_is_left_of_a_page_and_what_is_sold_out_cost_themselves(self, watched: Watched) -> None:
        stocked = (Reward(f"R{n}", "Mug", RewardKind.GOODS, n + 1, stock=n % 100) for n in range(ROWS))
        catalog = Rewards(watched.database)
        await catalog.put_all(a_program(rewards=tuple(stocked)), now=NOON)
        plan, keys = await plan_of(watched, lambda: catalog.left([f"R{n}" for n in range(20)]))
        assert is_indexed(plan)
        assert keys <= 40
        plan, keys = await plan_of(watched, catalog.sold_out)
        assert is_indexed(plan)
        assert keys <= 5

    async def test_a_page_of_favourites_costs_a_page(self, watched: Watched) -> None:
        favourites = Favourites(watched.database)
        for number in range(60):
            await favourites.add("ann", f"R{number:02d}", NOON + timedelta(seconds=number))
        for after in (None, (NOON + timedelta(seconds=9), "R09")):
            plan, keys = await plan_of(watched, partial(favourites.page, "ann", first=5, after=after))
            assert is_indexed(plan)
            assert keys <= 8


class TestProgramme:
    async def test_a_look_at_the_versions_costs_those_that_are_new(self, watched: Watched) -> None:
        programs = Programs(watched.database, fresh_for=0)
        for number in range(5):
            await programs.publish(a_program(name=f"Shop {number}"), now=NOON, actor=SYSTEM)
        await programs.current()
        for ask in (programs.current, programs.newest, lambda: programs.versions(first=1, before=4)):
            plan, keys = await plan_of(watched, ask)
            assert is_indexed(plan)
            assert keys <= 1

    async def test_a_page_of_drafts_costs_a_page(self, watched: Watched) -> None:
        drafts = Drafts(watched.database)
        program = a_program(version=0)
        for number in range(60):
            at = NOON - timedelta(seconds=number // 2)
            await drafts.add(Draft(f"{number:02d}", 1, "h", program, "n", SYSTEM, at, at))
        for after in (None, (NOON - timedelta(seconds=9), "19")):
            plan, keys = await plan_of(watched, partial(drafts.page, first=5, after=after))
            assert is_indexed(plan)
            assert keys <= 8


class TestQueues:
    async def test_unfinished_claims_cost_themselves(self, watched: Watched) -> None:
        rows: list[dict[str, Any]] = [
            {
                "_id": f"shop|{number}",
                "member": "m1",
                "input": "",
                "occurredAt": NOON,
                "claimedAt": NOON - timedelta(seconds=number),
                "state": "DONE" if number % 50 else "CLAIMED",
                "body": {},
            }
            for number in range(ROWS)
        ]
        await watched.database["events"].insert_many(rows)
        events = Events(watched.database)
        plan, keys = await plan_of(watched, lambda: events.unfinished(before=NOON, limit=100))
        assert is_indexed(plan)
        assert keys <= ROWS // 50 + 1

    async def test_a_page_of_approvals_costs_a_page(self, watched: Watched) -> None:
        rows = [
            {"_id": f"{number}", "member": f"m{number}", "key": "k", "status": "APPROVED", "requestedAt": NOON}
            for number in range(ROWS)
        ]
        await watched.database["approvals"].insert_many(rows)
        approvals = Approvals(watched.database)
        pending = ApprovalStatus.PENDING
        plan, keys = await plan_of(watched, lambda: approvals.page(pending, first=20, after=(NOON, "5")))
        assert is_indexed(plan)
        assert keys <= 21
        assert is_indexed((await plan_of(watched, lambda: approvals.by_key("m4", "k-none")))[0])

    @pytest.mark.parametrize("after", [None, (NOON - timedelta(seconds=9), "5")])
    async def test_a_page_of_redemptions_and_their_entries_costs_a_page(
        self, watched: Watched, ledger: Ledger, after: Any
    ) -> None:
        rows = [
            {
                "_id": f"{number:03d}",
                "member": f"m{number % 10}",
                "key": f"client:{number}",
                "reward": "mug",
                "quantity": 1,
                "points": 1,
                "seq": number // 10 + 1,
                "status": "ISSUED",
                "createdAt": NOON - timedelta(seconds=number // 4),
                "updatedAt": NOON,
            }
            for number in range(ROWS)
        ]
        await watched.database["redemptions"].insert_many(rows)
        redemptions = Redemptions(watched.database)
        issued = RedemptionStatus.ISSUED
        plan, keys = await plan_of(
            watched, lambda: redemptions.page("m3", first=5, now=NOON, after=after, status=issued)
        )
        assert is_indexed(plan)
        assert "'indexesUsed': ['member_sequence']" in plan
        assert keys <= 10
        assert is_indexed((await plan_of(watched, lambda: redemptions.by_key("m3", "client:3")))[0])


class TestMembers:
    @pytest.fixture
    async def members(self, watched: Watched) -> Members:
        rows: list[dict[str, Any]] = []
        for number in range(ROWS):
            row: dict[str, Any] = document_of(
                a_member(number, birthday=date(1990, 1 + number % 12, 1 + number % 28))
            )
            row |= {"joinDay": f"06-{1 + number % 28:02d}"} | ({"referredBy": "x"} if number % 40 == 0 else {})
            rows.append(row | ({"joining": NOON} if number % 100 == 0 else {}))
        await watched.database["members"].insert_many(rows)
        return Members(watched.database)

    @pytest.mark.parametrize(
        ("ask", "most"),
        [
            (lambda members: members.born_on("01-01", after="", limit=100), ROWS // 84 + 2),
            (lambda members: members.joined_on("06-01", after="", limit=100), ROWS // 28 + 2),
            (lambda members: members.joined_on("06-01", after="", limit=5), 6),
            (lambda members: members.referred(["x", "y"]), 12),
            (lambda members: members.joining(before=NOON + timedelta(days=1), limit=100), 5),
        ],
    )
    async def test_days_of_the_year_and_friends_cost_those_who_have_them(
        self, watched: Watched, members: Members, ask: Callable[[Members], Awaitable[Any]], most: int
    ) -> None:
        plan, keys = await plan_of(watched, lambda: ask(members))
        assert is_indexed(plan)
        assert keys <= most


class TestVouchers:
    @pytest.fixture
    async def redemptions(self, watched: Watched) -> Redemptions:
        vouchers = [Voucher(f"CODE-{number}", NOON + timedelta(days=number)) for number in range(ROWS)]
        issued = [a_redemption(voucher, id=voucher.code, key=voucher.code) for voucher in vouchers]
        await watched.database["redemptions"].insert_many(map(redemption_document, issued))
        return Redemptions(watched.database)

    async def test_a_code_is_found_at_once(self, watched: Watched, redemptions: Redemptions) -> None:
        plan, keys = await plan_of(watched, lambda: redemptions.by_code("code 7"))
        assert is_indexed(plan)
        assert keys == 1
        plan, keys = await plan_of(watched, lambda: redemptions.codes_among(["CODE7", "CODE8", "CODE9"]))
        assert is_indexed(plan)
        assert keys <= 6

    async def test_those_that_end_soon_cost_themselves(self, watched: Watched, redemptions: Redemptions) -> None:
        async def ask() -> None:
            found = [one.id async for one in redemptions.ending(NOON, NOON + timedelta(days=9))]
            assert len(found) == 8

        plan, keys = await plan_of(watched, ask)
        assert is_indexed(plan)
        assert keys <= 9

    async def test_codes_of_a_pool_are_taken_and_counted_by_what_is_left(self, watched: Watched) -> None:
        pools = Pools(watched.database)
        await pools.add([PoolCode("cinema", f"c{number}", NOON) for number in range(50)])
        await pools.add([PoolCode("cinema", f"d{number}") for number in range(50)])
        await pools.add([PoolCode("zoo", f"z{number}") for number in range(ROWS)])
        await watched.database["pool_codes"].update_many({"pool": "zoo"}, {"$unset": {"free": ""}})
        for pool, most in (("cinema", 101), ("zoo", 1)):
            plan, keys = await plan_of(watched, partial(pools.left, [pool], NOON))
            assert is_indexed(plan)
            assert "FETCH" not in plan
            assert keys <= most
        plan, keys = await plan_of(watched, lambda: pools.total(["cinema"]))
        assert is_indexed(plan)
        assert keys <= 101
        async with await watched.database.client.start_session() as session:
            taking = partial(pools.take, session, "cinema", 2, redemption="r1", now=NOON)
            for plan, keys in await plans_of(watched, taking):
                assert is_indexed(plan)
                assert keys <= 102


class TestAlerts:
    @pytest.fixture
    async def deliveries(self, watched: Watched) -> Deliveries:
        rows = [
            a_delivery(
                f"m{number % 40}",
                number,
                channel=(Channel.EMAIL, Channel.PUSH)[number % 2],
                created_at=NOON - timedelta(seconds=number),
                bundle="POINTS" if number % 4 == 0 else None,
                booked_at=NOON - timedelta(seconds=number) if number % 3 == 0 else None,
                state=DeliveryState.WAITING if number < 300 else DeliveryState.SENT,
            )
            for number in range(ROWS)
        ]
        deliveries = Deliveries(watched.database)
        await deliveries.plan_many(rows)
        return deliveries

    @pytest.mark.parametrize(
        ("ask", "most"),
        [
            (lambda all: all.any_due(["smtp", "sms"], NOON), 3),
            (lambda all: all.due("smtp", NOON, limit=20), 21),
            (lambda all: all.due("smtp", NOON, limit=20, besides={a_delivery("m38", 298).lane}), 24),
            (lambda all: all.heads({a_delivery("m2").lane, a_delivery("m6").lane}), 20),
            (lambda all: all.waiting_bundled({a_delivery("m4").lane}), 12),
            (lambda all: all.begun_since([("m3", Channel.PUSH)], NOON - timedelta(seconds=200)), 8),
            (lambda all: all.page_of("m3", first=4), 5),
            (lambda all: all.page_of("m3", first=4, after=(200, "m3")), 6),
            (lambda all: all.of_messages([("m3", 3), ("m3", 43)]), 4),
            (lambda all: all.page(DeliveryState.SENT, first=5), 6),
            (lambda all: all.page(DeliveryState.SENT, first=5, after=(NOON - timedelta(seconds=350), "m9")), 8),
        ],
    )
    async def test_what_is_due_begun_or_listed_costs_itself(
        self, watched: Watched, deliveries: Deliveries, ask: Callable[[Deliveries], Awaitable[Any]], most: int
    ) -> None:
        plan, keys = await plan_of(watched, lambda: ask(deliveries))
        assert is_indexed(plan)
        assert keys <= most

    async def test_rows_that_nobody_routed_cost_themselves(self, watched: Watched) -> None:
        inbox = Inbox(watched.database)
        await inbox.put_many([a_message(number, f"m{number}") for number in range(ROWS)])
        found = await inbox.unrouted(limit=ROWS - 10)
        await inbox.routed(found)
        plan, keys = await plan_of(watched, lambda: inbox.unrouted(limit=500))
        assert is_indexed(plan)
        assert keys <= 10


class TestAnnouncements:
    async def test_the_newest_behind_a_place(self, watched: Watched) -> None:
        bare = {"texts": [], "sendAt": NOON, "madeBy": ["SYSTEM", ""], "input": "", "state": "SENT"}
        rows = [
            bare | {"_id": f"a{number}", "key": f"k{number}", "madeAt": NOON + timedelta(seconds=number)}
            for number in range(ROWS)
        ]
        await watched.database["announcements"].insert_many(rows)
        announcements = Announcements(watched.database)
        after = (NOON + timedelta(seconds=ROWS // 2), "a")
        plan, keys = await plan_of(watched, lambda: announcements.page(first=ROWS, after=after))
        assert is_indexed(plan)
        assert keys <= ROWS // 2 + 2

    async def test_which_are_stopped(self, watched: Watched) -> None:
        announcements = Announcements(watched.database)
        plan, keys = await plan_of(watched, lambda: announcements.stopped(["a", "b"], now=NOON))
        assert is_indexed(plan)
        assert keys <= 3

    async def test_a_page_of_members_and_a_sample_of_them(self, watched: Watched) -> None:
        await watched.database["members"].insert_many([document_of(a_member(number)) for number in range(ROWS)])
        members, middle = Members(watched.database), a_member(ROWS // 2).id
        for ask in (lambda: members.page(after=middle, limit=10), lambda: members.sample(middle, 10)):
            plan, keys = await plan_of(watched, ask)
            assert is_indexed(plan)
            assert keys <= 12
