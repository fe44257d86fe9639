"""Leaderboards: from Redis and from MongoDB alike, named only by consent."""

from typing import Any

import pytest

from domain.members.display import leaderboard_name
from domain.members.member import Member
from mongo.client import Database
from services.boards.fill_boards import fill_boards
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.people import AGENT, as_member, buy, enrol

DOCUMENT = """query($board: String!, $first: Int, $after: String) {
    leaderboard(board: $board, first: $first, after: $after) {
        edges { cursor node { rank displayName isMe value } } pageInfo { hasNextPage hasPreviousPage endCursor }
        me { rank value isMe } } }"""


@pytest.fixture(params=["redis", "mongodb"])
async def three(request: pytest.FixtureRequest, context: Context, database: Database) -> list[Member]:
    """Cleo 300, Ada 200, Bob 100, of whom only Ada agrees to be named."""
    members = await enrol(context, "Cleo", "Ada", "Bob")
    amounts = ("300.00", "200.00", "100.00")
    entries = [
        await buy(context, member, amount, id=member.id) for member, amount in zip(members, amounts, strict=True)
    ]
    await context.accounts.put_newest(entries, currency="POINTS")
    await database["members"].update_one(
        {"_id": members[1].id}, {"$set": {"profile.attributes.showOnLeaderboard": True}}
    )
    if request.param == "redis":
        assert await fill_boards(context) == ["lifetime", "year:2026"]
        await context.accounts.drop(round=0)  # so that what follows can only come from Redis
    return members


async def board(ask: Desk, who: Any, name: str = "lifetime", **variables: Any) -> Any:
    return (await ask.data(who, DOCUMENT, board=name, **variables))["leaderboard"]


class TestLeaderboard:
    @pytest.mark.parametrize("name", ["lifetime", "year"])
    async def test_rows_in_order_named_by_consent(self, ask: Desk, three: list[Member], name: str) -> None:
        found = await board(ask, as_member(three[2]), name)
        assert [edge["node"] for edge in found["edges"]] == [
            {"rank": 1, "displayName": leaderboard_name(three[0]), "isMe": False, "value": 300.0},
            {"rank": 2, "displayName": "Ada L.", "isMe": False, "value": 200.0},
            {"rank": 3, "displayName": leaderboard_name(three[2]), "isMe": True, "value": 100.0},
        ]
        assert leaderboard_name(three[0]).startswith("Member ····")
        assert found["me"] == {"rank": 3, "value": 100.0, "isMe": True}

    async def test_pages_and_my_own_place_on_each(self, ask: Desk, three: list[Member]) -> None:
        first = await board(ask, as_member(three[2]), first=2)
        assert [edge["node"]["rank"] for edge in first["edges"]] == [1, 2]
        assert first["pageInfo"]["hasNextPage"] is True
        second = await board(ask, as_member(three[2]), first=2, after=first["pageInfo"]["endCursor"])
        assert [edge["node"]["rank"] for edge in second["edges"]] == [3]
        assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
        assert first["me"] == second["me"] == {"rank": 3, "value": 100.0, "isMe": True}

    async def test_staff_have_no_place(self, ask: Desk, three: list[Member]) -> None:
        assert (await board(ask, AGENT))["me"] is None


class TestEdges:
    async def test_an_empty_board(self, ask: Desk, ada: Member) -> None:
        found = await board(ask, as_member(ada))
        assert (found["edges"], found["me"]) == ([], None)

    async def test_bad_questions_are_bad_requests(self, ask: Desk, ada: Member) -> None:
        for variables in (
            {"board": "weekly"},
            {"board": "lifetime", "first": 0},
            {"board": "lifetime", "after": "x"},
        ):
            assert await ask.refusals(as_member(ada), DOCUMENT, **variables) == [("BAD_REQUEST", "leaderboard")]
