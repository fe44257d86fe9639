"""What the server is asked for: every write by a journaled majority, every read of what a majority has."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from cache.client import Cache
from domain.actors import SYSTEM
from domain.ledger.entry import Entry
from domain.support.approval import Approval
from mongo.client import Database, open_database
from runtime.wiring import House, build_context
from runtime.workers.accounts import AccountsFollower
from runtime.workers.inbox import InboxFollower
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from tests.support.eventually import eventually
from tests.support.house import Clock, the_programme
from tests.support.people import AGENT, SUPERVISOR, as_member, buy, enrol
from tests.support.working import Desk

WRITES = frozenset({"insert", "update", "delete", "findAndModify"})
READS = frozenset({"find", "aggregate", "count", "distinct"})
JOURNALED_MAJORITY = {"w": "majority", "j": True}


class Asked(CommandListener):
    """Every command that a client sends, by the name of the command."""

    def __init__(self) -> None:
        self._heard: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self._heard.append((event.command_name, dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""

    def alone(self, names: frozenset[str]) -> list[tuple[str, dict[str, Any]]]:
        """Commands of these names that no transaction held, with the collection that each is about."""
        return [(c[name], c) for name, c in self._heard if name in names and "autocommit" not in c]

    def of_transactions(self, name: str) -> list[dict[str, Any]]:
        """Commands of this kind: `start` for the first ones of transactions, or `commitTransaction`."""
        if name == "start":
            return [command for _, command in self._heard if command.get("startTransaction")]
        return [command for heard, command in self._heard if heard == name]


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def house(
    database: Database, mongo_uri: str, cache: Cache, clock: Clock, asked: Asked
) -> AsyncIterator[House]:
    """The house, heard, and profiled by the server; its address asks for less than it should."""
    weak = f"{mongo_uri}&w=1&journal=false&readConcernLevel=local"
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(weak, tz_aware=True, event_listeners=[asked])
    opened = open_database(client, database.name)
    context = build_context(opened, cache, clock)
    await database.command("profile", 2)
    try:
        yield House(opened, cache, context)
    finally:
        await database.command("profile", 0)
        await context.poster.close()
        await context.signals.aclose()
        client.close()


async def live(context: Context, desk: Desk) -> None:
    """A little of everything that writes."""
    await publish_program(context, SYSTEM, the_programme())
    async with desk.following(AccountsFollower(context)), desk.following(InboxFollower(context)):
        (ada,) = await enrol(context, "Ada")
        await buy(context, ada, "500.00", id="o1")
        redeemed = await redeem_reward(context, as_member(ada).actor(), RedeemReward(ada.id, "last-few", "k"))
        assert isinstance(redeemed, Redeemed)
        given = await adjust_points(context, AGENT, AdjustPoints(ada.id, 5, "GOODWILL", "sorry", "k"))
        assert isinstance(given, Entry)
        waiting = await adjust_points(context, AGENT, AdjustPoints(ada.id, 90_000, "GOODWILL", "sorry", "l"))
        assert isinstance(waiting, Approval)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(waiting.id, True, "d"))
        assert isinstance(decided, Decided)
        await eventually(lambda: context.inbox.last_seq(ada.id))


class TestConcerns:
    async def test_every_write_is_by_a_journaled_majority_and_every_read_of_what_one_has(
        self, house: House, database: Database, asked: Asked
    ) -> None:
        await live(house.context, Desk(house))

        writes, reads = asked.alone(WRITES), asked.alone(READS)
        written = {name for name, _ in writes}
        assert written >= {"entries", "events", "members", "inbox", "approvals", "leases", "checkpoints"}
        assert [name for name, command in writes if command.get("writeConcern") != JOURNALED_MAJORITY] == []
        assert {name for name, _ in reads} >= {"entries", "members", "rewards", "approvals"}
        assert [name for name, command in reads if command.get("readConcern") != {"level": "majority"}] == []

        starts, commits = asked.of_transactions("start"), asked.of_transactions("commitTransaction")
        assert [start["readConcern"]["level"] for start in starts] == ["snapshot"] * len(starts)
        assert len(commits) >= 3
        assert [commit["writeConcern"] for commit in commits] == [JOURNALED_MAJORITY] * len(commits)

        rows = database["system.profile"].find({"ns": f"{database.name}.entries", "op": "insert"})
        seen = [row["writeConcern"] async for row in rows if "writeConcern" in row]
        assert seen == [{"w": "majority", "j": True, "wtimeout": 0, "provenance": "clientSupplied"}]
