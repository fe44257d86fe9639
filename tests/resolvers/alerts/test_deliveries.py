"""Staff see what became of each alert, by member, message and state, and have sent again what was given up."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, DeliveryState, Step, Why
from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.inbox.deliver import deliver
from tests.resolvers.conftest import Desk, member_id
from tests.support.deliveries import a_delivery
from tests.support.house import NOON, Clock
from tests.support.messages import a_message
from tests.support.people import AGENT
from tests.support.unchanged import unchanged

DEAD, SENT, WAITING = DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.WAITING
EVERYTHING = """{ id notification { title } member { externalId } kind channel provider state why attempts
    createdAt nextAt sentAt history { at what answer } }"""
LIST = """query($state: AlertDeliveryState, $first: Int, $after: String) {
    deliveries(state: $state, first: $first, after: $after) {
        edges { node { id state } } pageInfo { hasNextPage endCursor } } }"""
OF_MEMBER = """query($first: Int, $after: String) { member(by: {externalId: "crm-ada"}) {
    deliveries(first: $first, after: $after) {
        edges { node { channel notification { title } } } pageInfo { hasNextPage endCursor } } } }"""
RETRY = """mutation($id: ID!) { retryDelivery(input: {deliveryId: $id}) {
    delivery { id state why attempts nextAt history { at what } } errors { code path } } }"""


@pytest.fixture
async def alerts(context: Context, ada: Member) -> list[Delivery]:
    """Two messages: of the first a push that was sent and a mail that was given up; of the second a push."""
    await deliver(context, [a_message(1, ada.id), a_message(2, ada.id)])
    moment = NOON + timedelta(seconds=3)
    steps = (Step(NOON, "WAITING"), Step(moment, "ATTEMPT"), Step(moment, "DEAD", "550 no such user"))
    deliveries = [
        a_delivery(ada.id, 1, channel=Channel.PUSH, device="phone", state=SENT, sent_at=moment, attempts=1),
        a_delivery(ada.id, 1, state=DEAD, attempts=3, steps=steps),
        a_delivery(ada.id, 2, channel=Channel.PUSH, device="phone", why=Why.QUIET_HOURS),
    ]
    await context.deliveries.plan_many(deliveries)
    return deliveries


def id_of(delivery: Delivery) -> str:
    return global_id("AlertDelivery", delivery.id)


class TestDeliveries:
    async def test_one_is_told_with_everything_that_happened_to_it(
        self, ask: Desk, alerts: list[Delivery]
    ) -> None:
        found = await ask.data(AGENT, f"{{ deliveries {{ edges {{ node {EVERYTHING} }} }} }}")
        assert [edge["node"] for edge in found["deliveries"]["edges"]] == [
            {
                "id": id_of(alerts[1]),
                "notification": {"title": "Title 1"},
                "member": {"externalId": "crm-ada"},
                "kind": "POINTS_CHANGED",
                "channel": "EMAIL",
                "provider": "smtp",
                "state": "DEAD",
                "why": None,
                "attempts": 3,
                "createdAt": "2026-06-15T12:00:00.000Z",
                "nextAt": None,
                "sentAt": None,
                "history": [
                    {"at": "2026-06-15T12:00:00.000Z", "what": "WAITING", "answer": None},
                    {"at": "2026-06-15T12:00:03.000Z", "what": "ATTEMPT", "answer": None},
                    {"at": "2026-06-15T12:00:03.000Z", "what": "DEAD", "answer": "550 no such user"},
                ],
            }
        ]

    async def test_each_state_has_its_own_newest_first(
        self, context: Context, ask: Desk, ada: Member, alerts: list[Delivery]
    ) -> None:
        later = [
            a_delivery(ada.id, seq, state=DEAD, created_at=NOON + timedelta(seconds=seq // 2))
            for seq in range(3, 9)
        ]
        await context.deliveries.plan_many(later)
        expected = [id_of(one) for one in sorted([alerts[1], *later], key=lambda one: (one.created_at, one.id))]
        pages, after = [], None
        while True:
            page = (await ask.data(AGENT, LIST, state="DEAD", first=2, after=after))["deliveries"]
            pages.append([edge["node"]["id"] for edge in page["edges"]])
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert list(chain.from_iterable(pages)) == expected[::-1]
        assert [len(page) for page in pages] == [2, 2, 2, 1]
        found = (await ask.data(AGENT, LIST, state="SENT"))["deliveries"]["edges"]
        assert [edge["node"] for edge in found] == [{"id": id_of(alerts[0]), "state": "SENT"}]

    @pytest.mark.parametrize("after", ["x", "WyJwYXJ0bmVyT3JkZXJzIiwgMSwgIngiXQ"])
    async def test_a_cursor_of_another_list_is_refused(self, ask: Desk, after: str) -> None:
        assert await ask.refusals(AGENT, LIST, after=after) == [("BAD_REQUEST", "deliveries")]


class TestOfOneMember:
    @pytest.mark.usefixtures("alerts")
    async def test_those_of_the_newest_message_first(self, ask: Desk) -> None:
        first = (await ask.data(AGENT, OF_MEMBER, first=2))["member"]["deliveries"]
        after = first["pageInfo"]["endCursor"]
        rest = (await ask.data(AGENT, OF_MEMBER, first=2, after=after))["member"]["deliveries"]
        told = [(edge["node"]["notification"]["title"], edge["node"]["channel"]) for edge in first["edges"]]
        assert told == [("Title 2", "PUSH"), ("Title 1", "PUSH")]
        assert [edge["node"]["channel"] for edge in rest["edges"]] == ["EMAIL"]
        assert [page["pageInfo"]["hasNextPage"] for page in (first, rest)] == [True, False]

    @pytest.mark.usefixtures("alerts")
    async def test_beside_each_message(self, ask: Desk, ada: Member) -> None:
        document = """query($id: ID!) { node(id: $id) { ... on Member { notifications {
            edges { node { title deliveries { channel state nextAt } } } } } } }"""
        found = await ask.data(AGENT, document, id=member_id(ada))
        assert [edge["node"] for edge in found["node"]["notifications"]["edges"]] == [
            {
                "title": "Title 2",
                "deliveries": [{"channel": "PUSH", "state": "WAITING", "nextAt": "2026-06-15T12:00:00.000Z"}],
            },
            {
                "title": "Title 1",
                "deliveries": [
                    {"channel": "EMAIL", "state": "DEAD", "nextAt": None},
                    {"channel": "PUSH", "state": "SENT", "nextAt": None},
                ],
            },
        ]


class TestRetryDelivery:
    async def test_a_dead_one_waits_again_from_its_first_attempt(
        self, context: Context, ask: Desk, clock: Clock, alerts: list[Delivery]
    ) -> None:
        clock.advance(days=9)
        for _ in range(2):
            answer = await retried(ask, id_of(alerts[1]))
            history = answer["delivery"].pop("history")
            assert answer == {
                "delivery": {
                    "id": id_of(alerts[1]),
                    "state": "WAITING",
                    "why": None,
                    "attempts": 0,
                    "nextAt": "2026-06-24T12:00:00.000Z",
                },
                "errors": [],
            }
            assert [step["what"] for step in history] == ["WAITING", "ATTEMPT", "DEAD", "REPLAYED"]
        [stands] = (await context.deliveries.get_many([alerts[1].id])).values()
        assert stands.until == clock.now + timedelta(days=3)
        assert await context.deliveries.due("smtp", clock.now, limit=2) == [stands]

    async def test_what_is_over_is_left_as_it_is(
        self, context: Context, ask: Desk, database: Database, alerts: list[Delivery]
    ) -> None:
        dropped = a_delivery("bob", state=DeliveryState.DROPPED, why=Why.CAPPED)
        await context.deliveries.plan_many([dropped])
        async with unchanged(database):
            for one in (alerts[0], dropped):
                answer = await retried(ask, id_of(one))
                assert answer == {
                    "delivery": None,
                    "errors": [{"code": "ALREADY_DECIDED", "path": ["deliveryId"]}],
                }

    @pytest.mark.usefixtures("alerts")
    async def test_what_there_is_not_is_refused(self, ask: Desk, database: Database, ada: Member) -> None:
        async with unchanged(database):
            for id in ("eA", global_id("AlertDelivery", "x"), member_id(ada)):
                assert await retried(ask, id) == {
                    "delivery": None,
                    "errors": [{"code": "NOT_FOUND", "path": ["deliveryId"]}],
                }


async def retried(ask: Desk, id: str) -> Any:
    return (await ask.data(AGENT, RETRY, id=id))["retryDelivery"]
