"""Partners are told, again and again under one id, until they hear or are given up; none holds up another."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.members.member import Member
from domain.program.rewards import Partner, Reward, RewardKind
from domain.refusals import Code, Refused
from domain.rewards.partner_order import MAX_ATTEMPTS, Answer, OrderEvent, OrderState, PartnerOrder
from domain.rewards.redemption import Address, Redemption
from domain.rewards.webhooks import Door
from mongo.client import Database
from mongo.leases import Lease
from resolvers.ids import global_id
from runtime.courier import open_courier
from runtime.workers.partners import Reaching, tell_partners
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.rewards.retry_partner_order import retry_partner_order
from services.rewards.send_partner_orders import Courier, send_partner_orders
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.partner_server import HANGS, PartnerServer, partner_server
from tests.support.programs import a_program

KEY = bytes(range(32))
LEASE = Lease("partners", 7)
REWARDS = (
    Reward("bag", "A bag", RewardKind.GOODS, 100, partner="post"),
    Reward("tea", "Tea", RewardKind.GOODS, 100, partner="tea-house"),
)
HOME = Address("Ada Lovelace", ("St James's Square 12",), "London", "GB", postal_code="SW1Y 4JH")


@pytest.fixture
async def member(context: Context) -> Member:
    partners = (Partner("post", "The post"), Partner("tea-house", "The tea house"))
    await publish_program(context, SYSTEM, a_program(rewards=REWARDS, partners=partners))
    member = a_member(1)
    await context.members.insert(member)
    await context.poster.post(Posting(member.id, "client:1", "", earning(5_000)))
    return member


async def order(context: Context, member: Member, reward: str = "bag", key: str = "r") -> Redemption:
    command = RedeemReward(member.id, reward, key, address=HOME)
    redeemed = await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)
    assert isinstance(redeemed, Redeemed), redeemed
    return redeemed.redemption


async def cancel(context: Context, member: Member, redemption: Redemption) -> None:
    command = CancelRedemption(member.id, redemption.id, "c")
    cancelled = await cancel_redemption(context, Actor(ActorKind.MEMBER, member.id), command)
    assert isinstance(cancelled, CancelledRedemption), cancelled


async def state(context: Context, redemption: Redemption, event: str = "issued") -> PartnerOrder:
    id = f"{redemption.id}_{event}"
    return (await context.partner_orders.get_many([id]))[id]


async def send(context: Context, partner: PartnerServer, *, fence: int = 7, seconds: float = 5.0) -> int:
    """One look at what is due of the post's, with half of the jitter."""
    async with open_courier(seconds) as courier:
        steady = Courier(courier.send, courier.id_of, lambda: 0.5)
        return await send_partner_orders(context, steady, "post", Door(partner.url, KEY), fence)


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """As whoever receives it checks it, by the specification's words alone."""
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    versions = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(given, expected) for version, given in versions)


class TestSendPartnerOrders:
    async def test_a_partner_gets_what_to_hand_out_signed_and_once(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        clock.advance(seconds=2)
        async with partner_server() as partner:
            assert await send(context, partner) == 1
            assert await send(context, partner) == 0
        [received] = partner.received
        assert received.headers["content-type"] == "application/json; charset=utf-8"
        assert received.id == f"{redemption.id}_issued"
        assert received.headers["webhook-timestamp"] == str(int(clock.now.timestamp()))
        assert is_signed(received.headers, received.body)
        assert not is_signed(received.headers, received.body + b" ")
        assert received.plain == {
            "type": "redemption.issued",
            "timestamp": "2026-06-15T12:00:00.000Z",
            "data": {
                "redemptionId": global_id("Redemption", member.id, redemption.id),
                "reward": "bag",
                "title": "A bag",
                "variant": None,
                "quantity": 1,
                "copay": None,
                "redeemedAt": "2026-06-15T12:00:00.000Z",
                "address": {
                    "name": "Ada Lovelace",
                    "lines": ["St James's Square 12"],
                    "postalCode": "SW1Y 4JH",
                    "city": "London",
                    "region": None,
                    "country": "GB",
                    "phone": None,
                },
            },
        }
        found = await state(context, redemption)
        assert (found.state, found.attempts, found.answer) == (OrderState.SENT, 1, "HTTP 204")
        assert found.sent_at == clock.now

    @pytest.mark.parametrize("answer", ["400 Bad Request", "302 Found\r\nLocation: /else", "500 Oops", "429 Wait"])
    async def test_whoever_did_not_hear_is_told_again_under_the_same_id(
        self, context: Context, member: Member, clock: Clock, answer: str
    ) -> None:
        redemption = await order(context, member)
        async with partner_server(answer, answer) as partner:
            await send(context, partner)
            waits = await state(context, redemption)
            assert (waits.state, waits.attempts, waits.answer) == (OrderState.WAITING, 1, f"HTTP {answer[:3]}")
            assert waits.next_at == clock.now + timedelta(seconds=5)
            assert await send(context, partner) == 0
            clock.advance(seconds=5)
            await send(context, partner)
            assert (await state(context, redemption)).next_at == clock.now + timedelta(minutes=5)
            clock.advance(minutes=5)
            await send(context, partner)
        assert [received.id for received in partner.received] == [f"{redemption.id}_issued"] * 3
        assert all(is_signed(received.headers, received.body) for received in partner.received)
        assert len({received.body for received in partner.received}) == 1
        assert len({received.headers["webhook-timestamp"] for received in partner.received}) == 3
        assert (await state(context, redemption)).state is OrderState.SENT

    @pytest.mark.parametrize(
        ("asked", "wait"),
        [
            ("120", timedelta(minutes=2)),
            ("Mon, 15 Jun 2026 12:30:00 GMT", timedelta(minutes=30)),
            ("1", timedelta(seconds=5)),
            ("99999999999", timedelta(days=1)),
            ("soon", timedelta(seconds=5)),
            ("Fri, 31 Dec 9999 23:59:59 -2300", timedelta(seconds=5)),
            ("Mon, 23 Nov 2026 00:00:00 +99999999999999999999", timedelta(seconds=5)),
            ("99999999999999999999 Nov 2026 00:00:00 GMT", timedelta(seconds=5)),
        ],
    )
    async def test_who_asks_for_time_is_given_it(
        self, context: Context, member: Member, clock: Clock, asked: str, wait: timedelta
    ) -> None:
        redemption = await order(context, member)
        async with partner_server(f"429 Too Many Requests\r\nRetry-After: {asked}") as partner:
            await send(context, partner)
        assert (await state(context, redemption)).next_at == clock.now + wait

    async def test_whoever_is_gone_is_not_told_again(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        async with partner_server("410 Gone") as partner:
            await send(context, partner)
        assert (await state(context, redemption)).state is OrderState.DEAD

    async def test_after_three_days_it_is_given_up(self, context: Context, member: Member, clock: Clock) -> None:
        redemption = await order(context, member)
        async with partner_server(*["500 Oops"] * 20) as partner:
            begun = clock.now
            while (found := await state(context, redemption)).state is OrderState.WAITING:
                clock.now = max(found.next_at, clock.now)
                await send(context, partner)
        assert len(partner.received) == MAX_ATTEMPTS
        assert timedelta(days=3) < clock.now - begun < timedelta(days=4)
        assert (await state(context, redemption)).state is OrderState.DEAD

    async def test_who_hangs_is_left_after_a_while(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        async with partner_server(HANGS) as partner:
            await send(context, partner, seconds=0.2)
        found = await state(context, redemption)
        assert (found.state, found.answer) == (OrderState.WAITING, "no answer in time")

    async def test_who_is_not_there_is_tried_again(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        async with partner_server() as partner:
            pass
        await send(context, partner)
        found = await state(context, redemption)
        assert (found.state, found.answer) == (OrderState.WAITING, "ConnectError")

    async def test_a_worker_that_dies_while_it_sends_neither_loses_nor_doubles_it(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        async with partner_server(HANGS) as partner:
            sending = asyncio.create_task(send(context, partner, seconds=60))
            await eventually(lambda: bool(partner.received))
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            clock.advance(seconds=5)
            assert await send(context, partner, fence=8) == 1
        assert [received.id for received in partner.received] == [f"{redemption.id}_issued"] * 2
        assert (await state(context, redemption)).state is OrderState.SENT

    async def test_a_worker_whose_lease_is_lost_settles_nothing_any_more(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        old = await context.partner_orders.book(await state(context, redemption), 7, until=clock.now)
        assert old
        new = await context.partner_orders.book(old, 8, until=clock.now)
        assert new
        assert not await context.partner_orders.settle(old, 7, OrderState.DEAD, "x", now=clock.now)
        assert await context.partner_orders.book(new, 7, until=clock.now) is None
        assert await context.partner_orders.settle(new, 8, OrderState.SENT, "y", now=clock.now)

    async def test_a_cancellation_comes_after_what_it_cancels(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        async with partner_server("500 Oops") as partner:
            await send(context, partner)
            await cancel(context, member, redemption)
            await send(context, partner)
            assert len(partner.received) == 1
            clock.advance(seconds=5)
            await send(context, partner)
            clock.advance(seconds=5)
            await send(context, partner)
        types = [received.plain["type"] for received in partner.received]
        assert types == ["redemption.issued", "redemption.issued", "redemption.cancelled"]
        assert partner.received[-1].plain["data"]["address"] is None
        assert (await state(context, redemption, "cancelled")).event is OrderEvent.CANCELLED


class TestRetryPartnerOrder:
    async def test_staff_have_it_sent_again(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        async with partner_server("410 Gone") as partner:
            await send(context, partner)
            again = await retry_partner_order(context, f"{redemption.id}_issued")
            assert isinstance(again, PartnerOrder)
            assert (again.state, again.attempts) == (OrderState.WAITING, 0)
            assert await retry_partner_order(context, f"{redemption.id}_issued") == again
            await send(context, partner)
        assert (await state(context, redemption)).state is OrderState.SENT

    async def test_what_is_cancelled_before_it_is_sent_again_is_told_to_whoever_may_have_heard(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        async with partner_server("410 Gone") as partner:
            await send(context, partner)
            await retry_partner_order(context, f"{redemption.id}_issued")
            await cancel(context, member, redemption)
            await send(context, partner)
            clock.advance(minutes=1)
            await send(context, partner)
        types = [received.plain["type"] for received in partner.received]
        assert types == ["redemption.issued", "redemption.issued", "redemption.cancelled"]
        assert (await state(context, redemption, "cancelled")).state is OrderState.SENT

    async def test_who_knows_that_it_is_cancelled_is_not_told_to_hand_it_out_by_a_retry_of_that_moment(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await order(context, member)
        async with partner_server("410 Gone") as partner:
            await send(context, partner)
            await cancel(context, member, redemption)
            await send(context, partner)
            # As by staff who looked before it was cancelled, and are slower than all of that.
            assert await context.partner_orders.retry(f"{redemption.id}_issued", now=clock.now)
            await send(context, partner)
        types = [received.plain["type"] for received in partner.received]
        assert types == ["redemption.issued", "redemption.cancelled"]
        assert (await state(context, redemption)).state is OrderState.DEAD

    async def test_refusals(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        id = f"{redemption.id}_issued"
        async with partner_server() as partner:
            await send(context, partner)
        for asked, code in (("nothing", Code.NOT_FOUND), (id, Code.ALREADY_DECIDED)):
            refused = await retry_partner_order(context, asked)
            assert isinstance(refused, Refused)
            assert refused.code is code

    async def test_what_was_cancelled_is_not_handed_out_after_all(self, context: Context, member: Member) -> None:
        redemption = await order(context, member)
        async with partner_server("410 Gone") as partner:
            await send(context, partner)
        await cancel(context, member, redemption)
        refused = await retry_partner_order(context, f"{redemption.id}_issued")
        assert isinstance(refused, Refused)
        assert refused.code is Code.ALREADY_REVERSED


@asynccontextmanager
async def working(context: Context, **partners: PartnerServer) -> AsyncIterator[None]:
    """The worker, while the block lasts."""
    stop = asyncio.Event()
    doors = {name: Door(partner.url, KEY) for name, partner in partners.items()}
    async with open_courier(30) as courier:
        work = asyncio.create_task(tell_partners(context, Reaching(courier, doors), LEASE, stop))
        try:
            yield
        finally:
            stop.set()
            for partner in partners.values():
                partner.closing.set()
            await work


class TestTellPartners:
    async def test_one_that_hangs_holds_up_nobody_else(self, context: Context, member: Member) -> None:
        async with partner_server(*[HANGS] * 9) as post, partner_server() as tea:
            await order(context, member, "bag", "a")
            async with working(context, POST=post, TEA_HOUSE=tea):
                await eventually(lambda: len(post.received) == 1)
                for number in range(3):
                    await order(context, member, "tea", f"t{number}")
                    await eventually(lambda got=number + 1: len(tea.received) == got)
                assert len(post.received) == 1

    async def test_whom_the_settings_do_not_know_waits_uncounted(self, context: Context, member: Member) -> None:
        bag = await order(context, member, "bag", "a")
        tea = await order(context, member, "tea", "b")
        async with partner_server() as partner, working(context, TEA_HOUSE=partner):
            await eventually(lambda: bool(partner.received))
        assert (await state(context, tea)).state is OrderState.SENT
        assert ((await state(context, bag)).state, (await state(context, bag)).attempts) == (OrderState.WAITING, 0)


class TestTheReceiverInTheDocumentation:
    async def test_it_reads_what_is_sent_once_and_nothing_else(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        page = (Path(__file__).parents[3] / "docs" / "catalog.md").read_text()
        code, secret = page.split("```python\n")[1].split("```")[0], "whsec_" + base64.b64encode(KEY).decode()
        names: dict[str, Any] = {}
        exec(code, names)
        handled: set[str] = set()
        read = partial(names["read_order"], secret=secret, handled=handled, now=clock.now.timestamp)
        redemption = await order(context, member)
        async with partner_server() as partner:
            await send(context, partner)
        [got] = partner.received
        for headers, body in ((got.headers, got.body + b" "), (got.headers | {"webhook-id": "x"}, got.body)):
            with pytest.raises(ValueError, match="not signed with our secret"):
                read(headers, body)
        with pytest.raises(ValueError, match="too old"):
            read(got.headers | {"webhook-timestamp": "1"}, got.body)
        assert read(got.headers, got.body)["type"] == "redemption.issued"
        assert read(got.headers, got.body) is None
        assert handled == {f"{redemption.id}_issued"}


class TestWhatNobodyMaySee:
    def test_neither_address_nor_key_is_in_a_log(self) -> None:
        assert repr(Door("https://x.example/secret", KEY)) == "Door()"

    async def test_an_order_has_no_personal_data(
        self, context: Context, database: Database, member: Member
    ) -> None:
        await order(context, member)
        assert "Lovelace" not in str(await database["partner_orders"].find().to_list(None))

    def test_an_answer_is_well_only_between_200_and_299(self) -> None:
        assert [status for status in (199, 200, 204, 299, 300, 400) if Answer(status).well] == [200, 204, 299]
