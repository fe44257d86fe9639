"""Who was brought may say so within 30 days, once; a refusal changes nothing, and no ring can close."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.members.enrol import Enrol
from domain.members.member import Member, MemberStatus
from domain.refusals import Code, NotEligible, Refused
from mongo.client import Database
from services.members.claim_referral import ClaimReferral, claim_referral
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.support import house
from tests.support.engaged import engaging
from tests.support.house import Clock
from tests.support.people import SHOP, buy
from tests.support.programs import SPEND
from tests.support.unchanged import unchanged

context = house.context


@pytest.fixture(autouse=True)
async def program(context: Any) -> None:
    """One with referrals."""
    await publish_program(context, SYSTEM, engaging(earning=(SPEND,)))


async def join(context: Any, name: str, by: Member | None = None, **more: Any) -> Member:
    code = by.referral_code if by else None
    (outcome,) = await enrol_members(context, SHOP, [Enrol(name, referral_code=code, **more)])
    assert isinstance(outcome, Enrolled)
    return outcome.member


@pytest.fixture
async def ada(context: Any) -> Member:
    return await join(context, "ada", email="ada@example.com")


@pytest.fixture
async def bob(context: Any, clock: Clock, ada: Member) -> Member:
    clock.advance(minutes=1)
    return await join(context, "bob", email="bob@example.com")


async def claim(context: Any, member: Member, code: str, key: str = "k") -> Member | Refused:
    actor = Actor(ActorKind.MEMBER, member.id)
    return await claim_referral(context, actor, ClaimReferral(member.id, code, key))


async def refused(context: Any, database: Database, member: Member, code: str, key: str = "k") -> Refused:
    async with unchanged(database):
        outcome = await claim(context, member, code, key)
    assert isinstance(outcome, Refused)
    return outcome


class TestClaimReferral:
    async def test_it_is_noted_once_and_the_same_again_is_the_same_answer(
        self, context: Any, clock: Clock, ada: Member, bob: Member, database: Database
    ) -> None:
        clock.advance(days=29)
        spelled = f"{ada.referral_code[:4].lower()}-{ada.referral_code[4:]}"
        assert await claim(context, bob, spelled) == replace(bob, referred_by=ada.id)
        async with unchanged(database):
            assert await claim(context, bob, spelled) == replace(bob, referred_by=ada.id)
        conflict = await refused(context, database, bob, "ZZZZZZZZ")
        assert conflict.code is Code.IDEMPOTENCY_CONFLICT

    async def test_said_twice_at_once_it_is_said_once(
        self, context: Any, clock: Clock, ada: Member, bob: Member
    ) -> None:
        clock.advance(minutes=1)
        cy = await join(context, "cy")
        codes = [(ada.referral_code, "a"), (bob.referral_code, "b")] * 5
        answers = await asyncio.gather(*(claim(context, cy, code, key) for code, key in codes))
        members = [answer for answer in answers if isinstance(answer, Member)]
        assert len(members) == 5
        assert {member.referred_by for member in members} == {(await context.members.get(cy.id)).referred_by}

    async def test_a_code_that_is_nobodys_the_members_own_or_that_of_the_same_person_is_refused(
        self, context: Any, clock: Clock, ada: Member, bob: Member, database: Database
    ) -> None:
        twin = await join(context, "twin", email="ada+2@example.com")
        said = [
            (await refused(context, database, member, code)).message
            for member, code in (
                (bob, "ZZZZZZZZ"),
                (bob, "no code"),
                (bob, bob.referral_code),
                (twin, ada.referral_code),
            )
        ]
        assert said == [
            "No member has this referral code: correct it or leave it out.",
            "No member has this referral code: correct it or leave it out.",
            "This is your own referral code: it is for your friends.",
            "Nobody can bring themself: this referral code is the same person's.",
        ]

    async def test_one_device_and_one_card_are_one_person(
        self, context: Any, clock: Clock, ada: Member, database: Database
    ) -> None:
        clock.advance(minutes=1)
        hints = {"devices": ["d"], "payments": ["p"]}
        cy = await join(context, "cy", attributes=hints)
        clock.advance(minutes=1)
        dee = await join(context, "dee", attributes=hints)
        assert (await refused(context, database, dee, cy.referral_code)).code is Code.INVALID_INPUT

    async def test_who_was_brought_came_too_long_ago_or_has_bought_is_refused_with_every_reason(
        self, context: Any, clock: Clock, ada: Member, bob: Member, database: Database
    ) -> None:
        brought = await join(context, "cy", bob)
        await buy(context, bob, "1.00", id="o1")
        bought = await refused(context, database, bob, ada.referral_code)
        clock.advance(days=31)
        late = await refused(context, database, brought, ada.referral_code)
        assert isinstance(bought, NotEligible)
        assert bought.reasons == ("The referral code is named before the first purchase.",)
        assert isinstance(late, NotEligible)
        assert late.reasons == (
            "It was said before who brought this member.",
            "The referral code is named within 30 days of joining.",
        )

    async def test_a_programme_without_referrals_a_bad_key_and_a_frozen_member_are_refused(
        self, context: Any, ada: Member, bob: Member, database: Database
    ) -> None:
        assert (await refused(context, database, bob, ada.referral_code, "")).path == ("idempotencyKey",)
        await database["members"].update_one({"_id": bob.id}, {"$set": {"status": MemberStatus.FROZEN.value}})
        assert (await refused(context, database, bob, ada.referral_code)).code is Code.MEMBER_NOT_ACTIVE
        await database["members"].update_one({"_id": bob.id}, {"$set": {"status": MemberStatus.ACTIVE.value}})
        await publish_program(context, SYSTEM, engaging(earning=(SPEND,), referrals=None))
        assert (await refused(context, database, bob, ada.referral_code)).code is Code.NOT_AVAILABLE_NOW


class TestRings:
    async def test_nobody_is_brought_by_whom_they_brought_however_long_the_ring(
        self, context: Any, clock: Clock, ada: Member, database: Database
    ) -> None:
        chain = [ada]
        for number in range(4):
            clock.advance(minutes=1)
            chain.append(await join(context, f"friend-{number}", chain[-1]))
        for friend in chain[1:]:
            refusal = await refused(context, database, ada, friend.referral_code)
            assert refusal.message.startswith("The member of this referral code joined no earlier")

    async def test_two_who_name_each_other_at_once_do_not_both(
        self, context: Any, clock: Clock, ada: Member, bob: Member
    ) -> None:
        answers = await asyncio.gather(
            claim(context, ada, bob.referral_code), claim(context, bob, ada.referral_code)
        )
        assert [isinstance(answer, Member) for answer in answers] == [False, True]

    async def test_who_joined_at_the_same_moment_did_not_bring_them(
        self, context: Any, ada: Member, database: Database
    ) -> None:
        twin = await join(context, "twin")
        assert (await refused(context, database, twin, ada.referral_code)).code is Code.INVALID_INPUT

    async def test_enrolling_refuses_oneself_and_who_joined_only_later(
        self, context: Any, ada: Member, database: Database
    ) -> None:
        commands = [
            Enrol("x", email="ada+x@example.com", referral_code=ada.referral_code),
            Enrol("y", joined_at=ada.joined_at - timedelta(days=1), referral_code=ada.referral_code),
        ]
        async with unchanged(database):
            outcomes = await enrol_members(context, SHOP, commands)
        assert [one.path for one in outcomes if isinstance(one, Refused)] == [("referralCode",)] * 2
