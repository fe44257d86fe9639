import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.members.member import MemberStatus, Profile
from domain.members.search import MemberFilter
from domain.refusals import Code, Refused
from services.members.enrol_member import enrol_member
from services.members.enrol_members import Enrolled, enrol_members
from tests.services.members.conftest import NOW

SHOP = Actor(ActorKind.SERVICE, "shop")
ADA = Enrol("shop:1", given_name="Ada", email="ada@example.com", phone="+442079460000")


async def count(context):
    return await context.members.count((), MemberFilter())


async def enrol(context, command):
    outcome = await enrol_member(context, SHOP, command)
    assert isinstance(outcome, Enrolled)
    return outcome.member


class TestEnrolMember:
    async def test_makes_an_active_member_with_names_of_their_own_and_the_programmes_language_and_zone(
        self, context
    ):
        outcome = await enrol_member(context, SHOP, ADA)
        member = outcome.member
        assert outcome.created is True
        assert (member.external_id, member.status, member.joined_at) == ("shop:1", MemberStatus.ACTIVE, NOW)
        assert member.profile == Profile(
            given_name="Ada",
            email="ada@example.com",
            phone="+442079460000",
            locale="fr",
            timezone="Pacific/Auckland",
        )
        assert (len(member.id), len(member.card_number), len(member.referral_code)) == (20, 16, 8)
        assert member.referred_by is None
        assert await context.members.get(member.id) == member

    async def test_whoever_was_a_member_before_joined_then_and_nobody_joins_in_the_future(self, context):
        before, ahead = NOW - timedelta(days=900, microseconds=-250), NOW + timedelta(minutes=4)
        assert (await enrol(context, replace(ADA, joined_at=before))).joined_at == NOW - timedelta(days=900)
        assert (await enrol(context, Enrol("shop:2", joined_at=ahead))).joined_at == NOW

    async def test_the_same_external_id_again_is_the_same_member_unchanged_whatever_else_is_said(self, context):
        member = await enrol(context, ADA)
        for again in (
            ADA,
            Enrol("shop:1", given_name="Eve"),
            Enrol("shop:1", email="no address", referral_code="x"),
        ):
            assert await enrol_member(context, SHOP, again) == Enrolled(member, created=False)
        assert await context.members.get(member.id) == member
        assert await count(context) == 1

    async def test_fifty_at_once_make_exactly_one_member_and_all_are_told_of_it(self, context):
        barrier = asyncio.Barrier(50)

        async def ask():
            await barrier.wait()
            return await enrol_member(context, SHOP, ADA)

        outcomes = await asyncio.gather(*(ask() for _ in range(50)))
        assert sum(outcome.created for outcome in outcomes) == 1
        assert len({outcome.member.id for outcome in outcomes}) == 1
        assert await count(context) == 1

    async def test_of_fifty_people_at_once_with_one_address_exactly_one_is_enrolled(self, context):
        barrier = asyncio.Barrier(50)

        async def ask(number):
            await barrier.wait()
            return await enrol_member(context, SHOP, replace(ADA, external_id=f"shop:{number}"))

        outcomes = await asyncio.gather(*(ask(number) for number in range(50)))
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert len(refusals) == 49
        assert {refusal.path for refusal in refusals} <= {("email",), ("phone",)}
        assert await count(context) == 1

    @pytest.mark.parametrize(("field", "value"), [("email", "ADA@Example.com"), ("phone", "+44 20 7946 0000")])
    async def test_another_members_address_is_refused_without_saying_whose_it_is(self, context, field, value):
        ada = await enrol(context, ADA)
        refusal = await enrol_member(context, SHOP, Enrol("shop:2", **{field: value}))
        assert isinstance(refusal, Refused)
        assert (refusal.code, refusal.path) == (Code.INVALID_INPUT, (field,))
        assert not any(name in refusal.message for name in (ada.id, "shop:1", "Ada", value))
        assert await count(context) == 1

    async def test_the_referral_code_of_a_member_names_who_referred_them(self, context):
        ada = await enrol(context, ADA)
        typed = f" {ada.referral_code[:4]}-{ada.referral_code[4:]}".lower()
        bob = await enrol(context, Enrol("shop:2", referral_code=typed))
        assert bob.referred_by == ada.id

    @pytest.mark.parametrize("code", ["00000000", "short"])
    async def test_an_unknown_referral_code_is_refused_and_enrols_nobody(self, context, code):
        refusal = await enrol_member(context, SHOP, replace(ADA, referral_code=code))
        assert (refusal.code, refusal.path) == (Code.INVALID_INPUT, ("referralCode",))
        assert await count(context) == 0

    async def test_today_is_the_programmes_day(self, context):
        assert isinstance(await enrol_member(context, SHOP, Enrol("a", birthday=date(2026, 3, 2))), Enrolled)
        refusal = await enrol_member(context, SHOP, Enrol("b", birthday=date(2026, 3, 3)))
        assert refusal.path == ("birthday",)

    async def test_a_member_enrols_nobody(self, context):
        refusal = await enrol_member(context, Actor(ActorKind.MEMBER, "m1"), ADA)
        assert refusal.code is Code.FORBIDDEN
        assert await count(context) == 0


class TestEnrolMembers:
    async def test_each_command_is_answered_on_its_own_in_order(self, context):
        ada = await enrol(context, ADA)
        outcomes = await enrol_members(
            context,
            SYSTEM,
            [
                Enrol("new:1", referral_code=ada.referral_code),
                ADA,
                Enrol("new:2", email="ADA@example.com"),
                Enrol("new:1", given_name="Again"),
                Enrol("", given_name="Nobody"),
                Enrol("new:3", locale="english"),
                Enrol("new:3", locale="en"),
                Enrol("new:4", phone="+14155550123"),
                Enrol("new:5", phone="+1 415 555 0123"),
            ],
        )
        first = outcomes[0].member
        assert outcomes[0] == Enrolled(first, created=True)
        assert first.referred_by == ada.id
        assert outcomes[1] == Enrolled(ada, created=False)
        assert outcomes[2].path == ("email",)
        assert outcomes[3] == Enrolled(first, created=False)
        assert outcomes[4].path == ("externalId",)
        assert outcomes[5].path == ("locale",)
        assert (outcomes[6].created, outcomes[6].member.profile.locale) == (True, "en")
        assert outcomes[7].created is True
        assert outcomes[8].path == ("phone",)
        assert await count(context) == 4

    async def test_the_same_external_id_with_ever_other_addresses_that_are_taken_is_refused_each_time(
        self, context
    ):
        taken = [replace(ADA, external_id=f"t:{n}", email=f"t{n}@example.com", phone=None) for n in range(8)]
        await enrol_members(context, SHOP, taken)
        outcomes = await enrol_members(context, SHOP, [replace(one, external_id="new") for one in taken])
        assert [outcome.path for outcome in outcomes] == [("email",)] * 8
        assert await context.members.find(MemberLookup(external_id="new")) is None

    async def test_two_batches_of_the_same_people_at_once_make_each_of_them_once(self, context):
        people = [Enrol(f"shop:{n}", email=f"p{n}@example.com") for n in range(40)]
        barrier = asyncio.Barrier(2)

        async def ask(batch):
            await barrier.wait()
            return await enrol_members(context, SHOP, batch)

        there, back = await asyncio.gather(ask(people), ask(people[::-1]))
        assert [outcome.member for outcome in there] == [outcome.member for outcome in back[::-1]]
        assert all(a.created != b.created for a, b in zip(there, back[::-1], strict=True))
        assert await count(context) == 40

    async def test_nobody_to_enrol_is_an_empty_answer(self, context):
        assert await enrol_members(context, SHOP, []) == []
