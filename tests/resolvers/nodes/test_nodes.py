"""Many nodes at once."""

from domain.members.member import Member
from resolvers.ids import global_id
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import AGENT

DOCUMENT = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


class TestNodes:
    async def test_in_the_order_asked_for(self, ask: Desk, ada: Member) -> None:
        ids = [global_id("Reward", "coffee"), "x", member_id(ada), global_id("Comet", "1"), member_id(ada)]
        data = await ask.data(AGENT, DOCUMENT, ids=ids)
        found = {"__typename": "Member", "id": member_id(ada)}
        assert data["nodes"] == [{"__typename": "Reward", "id": ids[0]}, None, found, None, found]

    async def test_a_hundred_at_most(self, ask: Desk, ada: Member) -> None:
        assert (await ask.data(AGENT, DOCUMENT, ids=["x"] * 100))["nodes"] == [None] * 100
        assert await ask.refusals(AGENT, DOCUMENT, ids=["x"] * 101) == [("BAD_REQUEST", "nodes")]
        assert await ask.data(AGENT, DOCUMENT, ids=[]) == {"nodes": []}
