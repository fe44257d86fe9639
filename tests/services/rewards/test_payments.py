"""Paying with points over the real ledger: once a key, and never more back than was taken."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.ledger.lots import Lot
from domain.ledger.settle import settle
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.policies import Lapsed, Reversal
from domain.program.rewards import PayWithPoints as Terms
from domain.refusals import Code, Refused
from domain.rewards.payment import Part, PaymentStatus
from mongo.client import Database
from services.context import Context
from services.ledger.capture_points import CapturePoints, capture_points
from services.ledger.poster import Posting
from services.ledger.void_hold import VoidHold, void_hold
from services.program.publish_program import publish_program
from services.rewards.capture_payment import CapturePayment, capture_payment
from services.rewards.pay_with_points import Paid, PayWithPoints, pay_with_points
from services.rewards.release_payment import ReleasePayment, release_payment
from services.rewards.return_payment import ReturnPayment, return_payment
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import NOON, Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import ADMIN, SHOP
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

SOON = NOON + timedelta(days=2)
LATER = NOON + timedelta(days=400)
PROGRAM = a_program(pay_with_points=Terms(100, Decimal("1.00"), least=10, most_percent=80))


@pytest.fixture
async def member(context: Context) -> Member:
    """400 points that end soon, 600 that end later."""
    await publish_program(context, SYSTEM, PROGRAM)
    member = a_member(1)
    await context.members.insert(member)
    for key, points, ends in (("a", 400, SOON), ("b", 600, LATER)):
        posting = Posting(member.id, f"client:{key}", "", earning(points, key=f"client:{key}", expires_at=ends))
        await context.poster.post(posting)
    return member


async def pay(
    context: Context, member: Member, basket: str = "10.00", key: str = "p", **more: Any
) -> Paid | Refused:
    command = PayWithPoints(MemberLookup(id=member.id), Decimal(basket), key, **more)
    return await pay_with_points(context, SHOP, command)


async def paid(context: Context, member: Member, basket: str = "10.00", key: str = "p", **more: Any) -> Paid:
    return done(await pay(context, member, basket, key, **more))


def done(outcome: Paid | Refused) -> Paid:
    assert isinstance(outcome, Paid), outcome
    return outcome


def refusal(outcome: Any) -> tuple[Code, tuple[str, ...]]:
    assert isinstance(outcome, Refused), outcome
    return outcome.code, outcome.path


def money(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


async def capture(context: Context, of: Paid, amount: str | None = None, key: str = "c") -> Paid | Refused:
    command = CapturePayment(of.payment.member, of.payment.id, key, money(amount))
    return await capture_payment(context, SHOP, command)


async def release(context: Context, of: Paid, key: str = "r") -> Paid | Refused:
    return await release_payment(context, SHOP, ReleasePayment(of.payment.member, of.payment.id, key))


async def give_back(context: Context, of: Paid, amount: str | None = None, key: str = "b") -> Paid | Refused:
    command = ReturnPayment(of.payment.member, of.payment.id, key, money(amount))
    return await return_payment(context, SHOP, command)


async def account(context: Context, member: Member) -> tuple[int, int, int]:
    """Available, held, redeemed."""
    account = (await context.ledger.head(member.id)).after.account("POINTS")
    return account.available, account.held, account.redeemed


async def lots(context: Context, member: Member) -> tuple[Lot, ...]:
    return (await context.ledger.head(member.id)).after.account("POINTS").lots


class TestPayWithPoints:
    async def test_as_many_points_as_the_terms_allow_are_set_aside(self, context: Context, member: Member) -> None:
        payment = (await paid(context, member, reference="basket-7")).payment
        assert (payment.points, payment.amount, payment.basket) == (800, 800, 1000)
        assert (payment.reference, payment.expires_at) == ("basket-7", NOON + timedelta(minutes=15))
        assert payment.status_at(NOON) is PaymentStatus.HELD
        assert await account(context, member) == (200, 800, 0)

    async def test_the_same_key_answers_the_same_and_with_other_input_is_a_conflict(
        self, context: Context, database: Database, member: Member
    ) -> None:
        first = await paid(context, member)
        async with unchanged(database):
            assert await pay(context, member) == first
            for more in ({"basket": "10.01"}, {"points": 800}, {"reference": "x"}, {"expires_in_seconds": 901}):
                assert refusal(await pay(context, member, **more))[0] is Code.IDEMPOTENCY_CONFLICT

    async def test_many_at_once_under_one_key_are_one(self, context: Context, member: Member) -> None:
        outcomes = await asyncio.gather(*(pay(context, member, "5.00") for _ in range(8)))
        assert len({done(outcome).payment.id for outcome in outcomes}) == 1
        assert await account(context, member) == (600, 400, 0)

    async def test_refusals_change_nothing(self, context: Context, database: Database, member: Member) -> None:
        cases: list[tuple[dict[str, Any], Code, tuple[str, ...]]] = [
            ({"points": 801}, Code.INVALID_INPUT, ("points",)),
            ({"points": 9}, Code.INVALID_INPUT, ("points",)),
            ({"points": -1}, Code.INVALID_INPUT, ("points",)),
            ({"basket": "20.00", "points": 1001}, Code.INSUFFICIENT_POINTS, ()),
            ({"basket": "0.12"}, Code.INVALID_INPUT, ("basket",)),
            ({"basket": "0"}, Code.INVALID_INPUT, ("basket",)),
            ({"basket": "1.001"}, Code.INVALID_INPUT, ("basket",)),
            ({"expires_in_seconds": 0}, Code.INVALID_INPUT, ("expiresInSeconds",)),
            ({"reference": " "}, Code.INVALID_INPUT, ("reference",)),
            ({"key": ""}, Code.INVALID_INPUT, ("idempotencyKey",)),
        ]
        for more, code, path in cases:
            async with unchanged(database):
                assert refusal(await pay(context, member, **more)) == (code, path), more

    async def test_who_is_unknown_or_frozen_and_a_programme_without_terms_are_refused(
        self, context: Context, database: Database, member: Member
    ) -> None:
        async with unchanged(database):
            assert refusal(await pay(context, a_member(2)))[0] is Code.NOT_FOUND
        await publish_program(context, SYSTEM, a_program())
        async with unchanged(database):
            assert refusal(await pay(context, member))[0] is Code.NOT_AVAILABLE_NOW
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            assert refusal(await pay(context, member))[0] is Code.MEMBER_NOT_ACTIVE

    async def test_its_hold_is_nobody_elses_to_close(
        self, context: Context, database: Database, member: Member
    ) -> None:
        payment = (await paid(context, member)).payment
        async with unchanged(database):
            for outcome in (
                await capture_points(context, SHOP, CapturePoints(member.id, payment.sequence, "x")),
                await void_hold(context, SHOP, VoidHold(member.id, payment.sequence, "y")),
            ):
                assert refusal(outcome) == (Code.NOT_FOUND, ("holdId",))


class TestCapturePayment:
    async def test_a_part_is_spent_and_the_rest_goes_back(self, context: Context, member: Member) -> None:
        payment = done(await capture(context, await paid(context, member), "4.50")).payment
        assert payment.spent == Part(450, 450)
        assert payment.status_at(NOON) is PaymentStatus.CAPTURED
        assert await account(context, member) == (550, 0, 450)
        assert await lots(context, member) == (Lot(LATER, 550),)

    async def test_the_rate_is_that_of_when_it_began(self, context: Context, member: Member) -> None:
        begun = await paid(context, member)
        await publish_program(context, SYSTEM, replace(PROGRAM, pay_with_points=Terms(1, Decimal("1.00"))))
        assert done(await capture(context, begun, "4.50")).payment.spent == Part(450, 450)

    async def test_the_same_key_answers_the_same_also_after_its_end(
        self, context: Context, database: Database, member: Member, clock: Clock
    ) -> None:
        begun = await paid(context, member)
        first = await capture(context, begun, "4.50")
        clock.advance(days=1)
        async with unchanged(database):
            assert await capture(context, begun, "4.5") == first
            assert refusal(await capture(context, begun, "4.51"))[0] is Code.IDEMPOTENCY_CONFLICT

    async def test_refusals_change_nothing(
        self, context: Context, database: Database, member: Member, clock: Clock
    ) -> None:
        begun = await paid(context, member)
        strange = replace(begun, payment=replace(begun.payment, member=a_member(2).id))
        async with unchanged(database):
            for amount in ("0", "-1", "8.01", "0.001"):
                assert refusal(await capture(context, begun, amount)) == (Code.INVALID_INPUT, ("amount",))
            assert refusal(await capture(context, strange)) == (Code.NOT_FOUND, ("paymentId",))
            assert refusal(await give_back(context, begun)) == (Code.HOLD_NOT_OPEN, ("paymentId",))
        clock.advance(minutes=15)
        async with unchanged(database):
            assert refusal(await capture(context, begun)) == (Code.HOLD_NOT_OPEN, ("paymentId",))
            assert refusal(await release(context, begun)) == (Code.HOLD_NOT_OPEN, ("paymentId",))
        stored = (await context.payments.get_many([begun.payment.id]))[begun.payment.id]
        assert stored.status_at(clock()) is PaymentStatus.EXPIRED

    async def test_of_many_captures_and_releases_one_wins(self, context: Context, member: Member) -> None:
        begun = await paid(context, member)
        outcomes = await asyncio.gather(
            *(capture(context, begun, f"{n}.00", key=f"c{n}") for n in range(1, 6)),
            *(release(context, begun, key=f"r{n}") for n in range(3)),
        )
        won = [outcome for outcome in outcomes if isinstance(outcome, Paid)]
        assert len(won) == 1
        codes = {refusal(outcome) for outcome in outcomes if isinstance(outcome, Refused)}
        assert codes == {(Code.HOLD_NOT_OPEN, ("paymentId",))}
        spent = won[0].payment.spent.points if won[0].payment.spent else 0
        assert await account(context, member) == (1000 - spent, 0, spent)


class TestReleasePayment:
    async def test_all_goes_back_once(self, context: Context, database: Database, member: Member) -> None:
        begun = await paid(context, member)
        first = await release(context, begun)
        assert done(first).payment.status_at(NOON) is PaymentStatus.RELEASED
        assert await lots(context, member) == (Lot(SOON, 400), Lot(LATER, 600))
        async with unchanged(database):
            assert await release(context, begun) == first
            for outcome in (await release(context, begun, "r2"), await capture(context, begun)):
                assert refusal(outcome) == (Code.HOLD_NOT_OPEN, ("paymentId",))
            assert refusal(await give_back(context, begun)) == (Code.HOLD_NOT_OPEN, ("paymentId",))


class TestReturnPayment:
    async def test_a_failed_payment_gives_everything_back_once(
        self, context: Context, database: Database, member: Member
    ) -> None:
        begun = await paid(context, member)
        await capture(context, begun)
        outcomes = await asyncio.gather(*(give_back(context, begun, key=f"b{n % 2}") for n in range(6)))
        assert sum(isinstance(outcome, Paid) for outcome in outcomes) == 3
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert {refusal(outcome) for outcome in refused} == {(Code.ALREADY_REVERSED, ("paymentId",))}
        assert await lots(context, member) == (Lot(SOON, 400), Lot(LATER, 600))
        assert await account(context, member) == (1000, 0, 0)
        async with unchanged(database):
            assert refusal(await give_back(context, begun, "1.00", key="n"))[0] is Code.ALREADY_REVERSED

    async def test_parts_go_back_to_the_lots_they_came_from(self, context: Context, member: Member) -> None:
        begun = await paid(context, member)
        await capture(context, begun, "5.00")
        first = done(await give_back(context, begun, "2.00", key="b1")).payment
        assert first.returned == Part(200, 200)
        assert first.status_at(NOON) is PaymentStatus.CAPTURED
        assert await lots(context, member) == (Lot(SOON, 100), Lot(LATER, 600))
        last = done(await give_back(context, begun, key="b2")).payment
        assert last.status_at(NOON) is PaymentStatus.RETURNED
        assert await lots(context, member) == (Lot(SOON, 400), Lot(LATER, 600))

    @pytest.mark.parametrize(("policy", "extended", "lost"), [(Lapsed.EXTENDED, 400, 0), (Lapsed.LOST, 0, 400)])
    async def test_what_is_past_its_date_lives_on_or_is_lost_and_the_answer_says_so(
        self, context: Context, member: Member, clock: Clock, policy: Lapsed, extended: int, lost: int
    ) -> None:
        await publish_program(context, SYSTEM, replace(PROGRAM, reversal=Reversal(expired=policy, extend_days=30)))
        begun = await paid(context, member)
        await capture(context, begun)
        clock.advance(days=3)
        (one,) = done(await give_back(context, begun)).payment.returns
        assert (one.points, one.extended, one.lost) == (800, extended, lost)
        assert (one.extended_until is not None) == bool(extended)
        settled = settle((await context.ledger.head(member.id)).after, clock())
        assert settled.account("POINTS").available == 600 + extended

    async def test_what_staff_gave_back_is_not_given_back_again(self, context: Context, member: Member) -> None:
        begun = await paid(context, member)
        sequence = done(await capture(context, begun)).payment.captured
        assert sequence is not None
        entry = await reverse_entry(context, ADMIN, ReverseEntry(member.id, sequence, "GOODWILL", "s", points=300))
        assert not isinstance(entry, Refused)
        assert done(await give_back(context, begun)).payment.returned == Part(800, 800)
        assert await account(context, member) == (1000, 0, 0)

    async def test_refusals_change_nothing(self, context: Context, database: Database, member: Member) -> None:
        begun = await paid(context, member)
        await capture(context, begun, "5.00")
        first = await give_back(context, begun, "2.00", key="b1")
        async with unchanged(database):
            assert await give_back(context, begun, "2.00", key="b1") == first
            assert refusal(await give_back(context, begun, "1.00", key="b1"))[0] is Code.IDEMPOTENCY_CONFLICT
            for amount in ("0", "-1", "3.01", "0.001"):
                assert refusal(await give_back(context, begun, amount, key="n")) == (
                    Code.INVALID_INPUT,
                    ("amount",),
                )


@pytest.mark.parametrize("seed", range(12))
async def test_in_whatever_order_points_are_never_lost_nor_given_back_twice(
    context: Context, database: Database, member: Member, clock: Clock, seed: int
) -> None:
    draw = random.Random(seed)
    payments = [await paid(context, member, "4.00", key=f"p{n}") for n in range(3)]
    acts: list[tuple[int, str, str | None, str]] = []
    for _ in range(24):
        amount = draw.choice([None, f"{draw.randint(1, 330) / 100:.2f}"])
        step = (draw.randrange(3), draw.choice(["capture", "release", "return", "return"]), amount)
        acts.append((*step, f"k{draw.randrange(16)}"))

    async def act(number: int, what: str, amount: str | None, key: str) -> Paid | Refused:
        of = payments[number]
        if what == "release":
            return await release(context, of, key=key)
        return await (capture if what == "capture" else give_back)(context, of, amount, key=key)

    for start in range(0, len(acts), 6):
        await asyncio.gather(*(act(*one) for one in acts[start : start + 6]))
        if draw.random() < 0.3:
            clock.advance(minutes=draw.choice([1, 20]))
        stored = await context.payments.get_many([one.payment.id for one in payments])
        spent = 0
        for payment in stored.values():
            taken = payment.spent or Part(0, 0)
            assert taken.points <= payment.points
            assert taken.amount <= payment.amount
            assert payment.returned.points <= taken.points
            assert payment.returned.amount <= taken.amount
            assert (payment.spent is None) or (payment.released is None)
            spent += taken.points - payment.returned.points
        available, held, redeemed = await account(context, member)
        assert (available + held + redeemed, redeemed) == (1000, spent)
        by_hand = [await context.ledger.reversing([(member.id, one.payment.sequence)]) for one in payments]
        assert all(len(entries) <= 1 for found in by_hand for entries in found.values())
    assert await account_after_all_is_returned(context, member, payments, clock) == (1000, 0, 0)


async def account_after_all_is_returned(
    context: Context, member: Member, payments: list[Paid], clock: Clock
) -> tuple[int, int, int]:
    for number, one in enumerate(payments):
        await release(context, one, key=f"end-r{number}")
        await give_back(context, one, key=f"end-b{number}")
    head = await context.ledger.head(member.id)
    assert head.after.account("POINTS").redeemed == 0
    account = head.after.account("POINTS")
    # What has ended by time and no entry says yet is still held there.
    return account.available + account.held, 0, account.redeemed
