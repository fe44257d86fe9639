"""A shop, a member who is told what happens there, and processes that tell them."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis.asyncio

from domain.actors import Role
from domain.members.member import Member
from mongo.checkpoints import Checkpoints
from mongo.client import Database
from resolvers.ids import global_id
from runtime.workers.inbox import InboxFollower
from runtime.workers.place import Place
from services.context import Context
from tests.support.api_process import Stores, a_worker, an_api
from tests.support.eventually import eventually
from tests.support.node_client import NodeClient, require_node
from tests.support.people import enrol

CLIENTS = ["graphql_ws.mjs", "graphql_sse.mjs"]
RECORD = """mutation($input: RecordEventsInput!) { recordEvents(input: $input) { results {
    errors { message } entries { balanceAfter } } } }"""


@dataclass
class Shop:
    """Where the member buys. What is sold there is recorded through an API that stays, and told by a worker."""

    stores: Stores
    database: Database
    member: Member
    port: int
    sold: int = 0
    balance: int = 0
    _receipts: "itertools.count[int]" = field(default_factory=itertools.count)

    async def sell(self, times: int = 1) -> None:
        """So many purchases, each of which the member is told."""
        for _ in range(times):
            event = {
                "source": "till",
                "id": str(next(self._receipts)),
                "type": "purchase",
                "member": {"id": global_id("Member", self.member.id)},
                "occurredAt": datetime.now(UTC).isoformat(),
                "amount": "10.00",
                "currency": "USD",
            }
            body = await self.stores.ask(self.port, Role.SERVICE, "till", RECORD, input={"events": [event]})
            (result,) = body["data"]["recordEvents"]["results"]
            assert result["errors"] == []
            self.balance = result["entries"][-1]["balanceAfter"]
        self.sold += times

    async def told(self) -> list[str]:
        """The ids of all that the member was told, once the worker has handled every purchase."""
        newest = await self.database["entries"].find_one({"member": self.member.id}, sort=[("seq", -1)])
        assert newest is not None
        checkpoints = Checkpoints(self.database)

        async def handled() -> bool:
            found = await checkpoints.get_many([InboxFollower.name])
            handled_at = Place.read(found[InboxFollower.name].value).handled_at
            return handled_at is not None and handled_at >= newest["recordedAt"]

        await eventually(handled)
        rows = await self.database["inbox"].find({"member": self.member.id}, sort=[("seq", 1)]).to_list(None)
        return [global_id("Notification", row["member"], row["seq"]) for row in rows]

    def watched_by(self, script: str, port: int, *, after: str) -> NodeClient:
        """The member's app, at a port."""
        token = self.stores.key.mint(Role.MEMBER, self.member.id, ttl=timedelta(minutes=10))
        return NodeClient(script, port, token, after=after)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    require_node()
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def stores(
    tmp_path: Path, database: Database, mongo_uri: str, redis_db: redis.asyncio.Redis, redis_url: str
) -> Stores:
    return Stores(tmp_path, mongo_uri, database.name, redis_url)


@pytest.fixture
async def shop(stack: AsyncExitStack, stores: Stores, database: Database, context: Context) -> Shop:
    return await open_shop(stack, stores, database, context)


async def open_shop(stack: AsyncExitStack, stores: Stores, database: Database, context: Context) -> Shop:
    """The member has bought once, so that their app knows a notification to go on after."""
    (ada,) = await enrol(context, "Ada")
    await stack.enter_async_context(a_worker(stores))
    api = await stack.enter_async_context(an_api(stores))
    shop = Shop(stores, database, ada, api.port)
    await shop.sell()
    await eventually(shop.told)
    return shop
