"""The app's home screen costs a handful of MongoDB commands, however long its lists are."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from cache.client import Cache
from domain.actors import SYSTEM
from domain.inbox.message import Message, NotificationKind, entry_subject
from domain.ledger.entry import Entry
from domain.members.member import Member
from mongo.client import Database, open_database
from mongo.programs import Programs
from resolvers.ids import global_id
from runtime.wiring import build_context
from services.boards.fill_boards import fill_boards
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from tests.resolvers.conftest import Desk
from tests.support.commands import Commands
from tests.support.eventually import eventually
from tests.support.house import Clock, the_programme
from tests.support.people import AGENT, SUPERVISOR, as_member, buy, enrol

HOME = """
{
  me {
    id status profile { displayName email }
    tier { tier { code } since validUntil next { tier { code } remaining by } qualifying }
    balance { id available pending lots { points expiresOn } nextExpiry { points } worth { amount } revision }
    balances { id available currency { code } }
    entries(first: 20) {
      edges { cursor node {
        id sequence kind points balanceAfter description occurredAt recordedAt expiresOn reason reference
        explanation { rule because } lots { points expiresOn } actor { kind id displayName }
        currency { name } reverses { id } reversedBy { id } receipt { hash previousHash }
      } }
      pageInfo { hasNextPage endCursor }
    }
    rewards(first: 20) {
      totalCount
      edges { node { id title stock cost availability { redeemable missingPoints refusals { code } } } }
    }
    redemptions(first: 20) {
      edges { node {
        id points voucher { code } reward { title availability { redeemable } } entries { id points description }
      } }
    }
    notifications(first: 20) { edges { node { id title body readAt subject { __typename id } } } }
    unreadNotifications
  }
  viewer { actor { displayName } roles member { id } }
  program { name tiers { code } currencies { code } }
  leaderboard(board: "lifetime", first: 20) { edges { node { rank displayName isMe value } } me { rank value } }
}
"""

REVERSE = """mutation($id: ID!, $key: String!) { reverseEntry(input: {
    entryId: $id, points: 1, reasonCode: "GOODWILL", note: "n", idempotencyKey: $key}) { errors { message } } }"""
HOME_COMMANDS = [
    "aggregate inbox",
    "aggregate redemptions",
    "find budgets",
    "find entries",
    "find members",
    "find members",
    "find rewards",
]


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def context(
    database: Database, mongo_uri: str, cache: Cache, clock: Clock, commands: Commands
) -> AsyncIterator[Context]:
    """The house, heard. The programme's version is asked for every two seconds by the process, not by a query."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(mongo_uri, tz_aware=True, event_listeners=[commands])
    counted = open_database(client, database.name)
    context = replace(build_context(counted, cache, clock), programs=Programs(counted, fresh_for=3_600))
    await publish_program(context, SYSTEM, the_programme())
    try:
        yield context
    finally:
        await context.poster.close()
        client.close()


async def live(context: Context, member: Member, times: int) -> None:
    """As many purchases, redemptions and messages, and others on the board."""
    entries: list[Entry] = []
    for number in range(times):
        entries.append(await buy(context, member, "400.00", id=f"{member.id}-{number}"))
        done = await redeem_reward(
            context, as_member(member).actor(), RedeemReward(member.id, "coffee", f"key-{number}")
        )
        assert isinstance(done, Redeemed)
        entries.append(done.entry)
    now = context.clock()
    await context.inbox.put_many(
        [
            Message(
                member=member.id,
                key=f"entry:{entry.seq}",
                kind=NotificationKind.POINTS_CHANGED,
                template="points_earned",
                values={},
                title="Points",
                body="Your points changed.",
                created_at=now,
                subject=entry_subject(member.id, entry.seq),
            )
            for entry in entries
        ]
    )
    others = await enrol(context, *(f"Other{number}" for number in range(times)))
    first = [await buy(context, other, "1.00", id=other.id) for other in others]
    await context.accounts.put_newest([*entries, *first], currency="POINTS")


async def warm(ask: Desk, member: Member, commands: Commands) -> list[str]:
    """The commands of the home screen once Redis answers and has the member's state."""

    async def measured() -> list[str]:
        with commands.heard() as said:
            await ask.data(as_member(member), HOME)
        assert len(said) <= len(HOME_COMMANDS), said
        return sorted(said)

    return await eventually(measured)


class TestHomeScreen:
    async def test_seven_commands_whatever_the_sizes(
        self, context: Context, ask: Desk, ada: Member, bob: Member, commands: Commands
    ) -> None:
        await live(context, ada, 1)
        await live(context, bob, 20)
        await fill_boards(context)
        home = await ask.data(as_member(bob), HOME)
        assert len(home["me"]["entries"]["edges"]) == 20
        assert len(home["me"]["redemptions"]["edges"]) == 20
        assert len(home["me"]["notifications"]["edges"]) == 20
        assert len(home["leaderboard"]["edges"]) == 20
        assert home["me"]["unreadNotifications"] == 40
        assert await warm(ask, ada, commands) == await warm(ask, bob, commands) == HOME_COMMANDS

    async def test_what_takes_entries_back_is_on_the_newest_page_with_them(
        self, context: Context, ask: Desk, ada: Member, bob: Member, commands: Commands
    ) -> None:
        await live(context, bob, 20)
        for seq in (1, 39, 40):
            taken = await ask.data(AGENT, REVERSE, id=global_id("Entry", bob.id, seq), key=f"back-{seq}")
            assert taken["reverseEntry"]["errors"] == []
        await fill_boards(context)
        home = await ask.data(as_member(bob), HOME)
        links = {
            edge["node"]["sequence"]: len(edge["node"]["reversedBy"]) for edge in home["me"]["entries"]["edges"]
        }
        assert {seq: count for seq, count in links.items() if count} == {39: 1, 40: 1}
        assert home["me"]["entries"]["edges"][2]["node"]["reverses"] == {"id": global_id("Entry", bob.id, 1)}
        assert await warm(ask, bob, commands) == HOME_COMMANDS

    async def test_links_of_a_later_page_cost_two_commands_however_many(
        self, context: Context, ask: Desk, bob: Member, commands: Commands
    ) -> None:
        await live(context, bob, 20)
        for seq in (1, 3, 5):
            await ask.data(AGENT, REVERSE, id=global_id("Entry", bob.id, seq), key=f"back-{seq}")
        page = """{ me { entries(first: %d, filter: {kinds: [EARN, REVERSE]}) { edges { node {
            sequence reverses { points } reversedBy { points } closedBy { points } } } } } }"""
        for first, finds in ((3, 3), (30, 2)):
            with commands.heard() as said:
                await ask.data(as_member(bob), page % first)
            assert sorted(said) == [*["find entries"] * finds, "find members"]

    async def test_six_also_for_a_member_on_no_board(
        self, context: Context, ask: Desk, ada: Member, bob: Member, commands: Commands
    ) -> None:
        await live(context, bob, 20)
        await fill_boards(context)
        assert await warm(ask, ada, commands) == HOME_COMMANDS

    async def test_without_redis_four_more(
        self, context: Context, ask: Desk, bob: Member, cache: Cache, commands: Commands
    ) -> None:
        await live(context, bob, 20)
        await fill_boards(context)
        with_redis = await ask.data(as_member(bob), HOME)
        await cache.aclose()
        with commands.heard() as said:
            without = await ask.data(as_member(bob), HOME)
        assert without == with_redis
        assert len(said) <= 11, said


class TestLists:
    """What staff look through costs the same for one row and for many."""

    async def counts(self, ask: Desk, commands: Commands, documents: list[str], **variables: object) -> list[int]:
        counted = []
        for document in documents:
            with commands.heard() as said:
                await ask.data(AGENT, document, **variables)
            counted.append(len(said))
        return counted

    async def test_members(self, context: Context, ask: Desk, commands: Commands) -> None:
        for member in await enrol(context, *(f"Member{number}" for number in range(20))):
            await buy(context, member, "10.00", id=member.id)
        document = """{ members(first: %d) { totalCount edges { node {
            id profile { email } tier { tier { code } } balance { available } unreadNotifications } } } }"""
        assert await self.counts(ask, commands, [document % first for first in (1, 20)]) == [3, 3]

    async def test_approvals(self, ask: Desk, context: Context, commands: Commands) -> None:
        adjust = """mutation($id: ID!) { adjustPoints(input: {memberId: $id, points: 501, reasonCode: "GOODWILL",
            note: "n", idempotencyKey: "k"}) { approval { id } } }"""
        decide = """mutation($id: ID!) { decideApproval(input: {approvalId: $id, approve: true,
            idempotencyKey: "d"}) { errors { code } } }"""
        for member in await enrol(context, *(f"Member{number}" for number in range(10))):
            asked = await ask.data(AGENT, adjust, id=global_id("Member", member.id))
            await ask.data(SUPERVISOR, decide, id=asked["adjustPoints"]["approval"]["id"])
        document = """{ approvals(status: APPROVED, first: %d) { edges { node {
            member { profile { email } balance { available } } entry { points } currency { name }
            requestedBy { displayName } decidedBy { displayName } } } } }"""
        assert await self.counts(ask, commands, [document % first for first in (1, 10)]) == [3, 3]

    async def test_approvals_of_reversals(self, ask: Desk, context: Context, commands: Commands) -> None:
        reverse = """mutation($id: ID!) { reverseEntry(input: {entryId: $id, reasonCode: "GOODWILL", note: "n",
            idempotencyKey: "k"}) { approval { id } } }"""
        for member in await enrol(context, *(f"Member{number}" for number in range(10))):
            entry = await buy(context, member, "600.00", id=member.id)
            await ask.data(AGENT, reverse, id=global_id("Entry", member.id, entry.seq))
        document = "{ approvals(first: %d) { edges { node { points note reverses { points } } } } }"
        assert await self.counts(ask, commands, [document % first for first in (1, 10)]) == [3, 3]

    async def test_nodes(self, ask: Desk, context: Context, commands: Commands) -> None:
        members = await enrol(context, *(f"Member{number}" for number in range(20)))
        ids = [global_id("Member", member.id) for member in members]
        document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { balance { available } } } }"
        for some in (ids[:1], ids):
            assert await self.counts(ask, commands, [document], ids=some) == [2]
