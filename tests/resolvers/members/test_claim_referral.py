"""Naming a friend's code late: exact answers, refusals that change nothing."""

from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.support.engaged import engaging
from tests.support.house import Clock
from tests.support.people import AGENT, SERVICE, as_member, enrol
from tests.support.programs import SPEND
from tests.support.unchanged import unchanged

CLAIM = """mutation($input: ClaimReferralInput!) { claimReferral(input: $input) {
    member { id } errors { __typename code path ... on NotEligible { reasons } } } }"""
JOINED = "{ me { referral { joined } } }"


@pytest.fixture
async def cy(context: Context, clock: Clock, ada: Member) -> Member:
    """Who has come after Ada."""
    await publish_program(context, SYSTEM, engaging(earning=(SPEND,)))
    clock.advance(minutes=1)
    return (await enrol(context, "Cy"))[0]


async def claim(ask: Desk, member: Member, code: str, key: str = "k") -> Any:
    input = {"code": code, "idempotencyKey": key}
    return (await ask.data(as_member(member), CLAIM, input=input))["claimReferral"]


class TestClaimReferral:
    async def test_it_is_counted_for_who_brought_them_once(
        self, ask: Desk, ada: Member, cy: Member, database: Database
    ) -> None:
        answer = await claim(ask, cy, ada.referral_code)
        assert (bool(answer["member"]["id"]), answer["errors"]) == (True, [])
        async with unchanged(database):
            assert await claim(ask, cy, ada.referral_code) == answer
        assert (await ask.data(as_member(ada), JOINED))["me"] == {"referral": {"joined": 1}}

    async def test_refusals_change_nothing(self, ask: Desk, ada: Member, cy: Member, database: Database) -> None:
        async with unchanged(database):
            unknown = await claim(ask, cy, "ZZZZZZZZ")
            own = await claim(ask, cy, cy.referral_code)
        for answer in (unknown, own):
            assert answer == {
                "member": None,
                "errors": [{"__typename": "GenericUserError", "code": "INVALID_INPUT", "path": ["code"]}],
            }
        await claim(ask, cy, ada.referral_code)
        async with unchanged(database):
            again = await claim(ask, cy, ada.referral_code, "another")
        assert again["errors"] == [
            {
                "__typename": "NotEligible",
                "code": "NOT_ELIGIBLE",
                "path": ["code"],
                "reasons": ["It was said before who brought this member."],
            }
        ]

    @pytest.mark.parametrize("identity", [AGENT, SERVICE])
    async def test_only_members_may_for_themselves(self, ask: Desk, cy: Member, identity: Any) -> None:
        input = {"code": "ZZZZZZZZ", "idempotencyKey": "k"}
        assert await ask.refusals(identity, CLAIM, input=input) == [("FORBIDDEN", "claimReferral")]
