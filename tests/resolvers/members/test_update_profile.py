"""Changing a profile through the API: what is left out stays, and what is somebody's is only theirs."""

import asyncio
from typing import Any

from domain.members.member import Member
from mongo.client import Database
from runtime.workers.sweeper import finish_unfinished
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import AGENT, as_member, enrol
from tests.support.unchanged import unchanged

FIELDS = "givenName familyName email phone birthday locale timezone attributes"
UPDATE = f"""mutation($input: UpdateProfileInput!) {{ updateProfile(input: $input) {{
    member {{ profile {{ {FIELDS} }} }} errors {{ code path }} }} }}"""


async def update(ask: Desk, who: Identity, **given: Any) -> Any:
    return (await ask.data(who, UPDATE, input=given))["updateProfile"]


def refused(code: str, *path: str) -> dict[str, Any]:
    return {"member": None, "errors": [{"code": code, "path": list(path)}]}


class TestUpdateProfile:
    async def test_what_is_named_changes_and_the_rest_stays(self, ask: Desk, ada: Member) -> None:
        answer = await update(
            ask, as_member(ada), givenName=" Grace ", phone="+1 415 555 0123", locale="ZH-hant", familyName=None
        )
        assert answer == {
            "member": {
                "profile": {
                    "givenName": "Grace",
                    "familyName": None,
                    "email": "Ada@example.com",
                    "phone": "+14155550123",
                    "birthday": None,
                    "locale": "zh-Hant",
                    "timezone": "America/New_York",
                    "attributes": {},
                }
            },
            "errors": [],
        }

    async def test_staff_find_the_member_by_the_new_name_and_no_more_by_the_old(
        self, ask: Desk, ada: Member
    ) -> None:
        await update(ask, AGENT, memberId=member_id(ada), givenName="Grace", email="grace@example.org")
        document = "query($text: String!) { members(search: $text) { totalCount } }"
        counts = [
            (await ask.data(AGENT, document, text=text))["members"]["totalCount"]
            for text in ("grace", "ada@example")
        ]
        assert counts == [1, 0]
        by_mail = 'query { member(by: {email: "GRACE@example.org"}) { id } }'
        assert (await ask.data(AGENT, by_mail))["member"]["id"] == member_id(ada)

    async def test_an_address_of_another_member_is_refused_also_to_one_of_two_at_once(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        (bob,) = await enrol(context, "Bob")
        async with unchanged(database):
            answer = await update(ask, as_member(bob), email="ADA@example.com")
        assert answer == refused("INVALID_INPUT", "email")
        answers = await asyncio.gather(
            *(update(ask, as_member(one), phone="+14155550123") for one in (ada, bob) for _ in range(3))
        )
        taken = [answer for answer in answers if answer["errors"]]
        assert len(taken) == 3
        assert taken == [refused("INVALID_INPUT", "phone")] * 3

    async def test_attributes_change_by_name_and_those_that_rules_read_are_not_the_members(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        await update(ask, AGENT, memberId=member_id(ada), attributes={"region": "CA", "pet": "cat", "x": 1})
        answer = await update(ask, as_member(ada), attributes={"pet": "dog", "x": None, "showOnLeaderboard": True})
        assert answer["member"]["profile"]["attributes"] == {
            "region": "CA",
            "pet": "dog",
            "showOnLeaderboard": True,
        }
        async with unchanged(database):
            assert await update(ask, as_member(ada), attributes={"region": "NY"}) == refused(
                "FORBIDDEN", "attributes"
            )
            for bad in ({"$where": 1}, [1], "x"):
                assert await update(ask, as_member(ada), attributes=bad) == refused("INVALID_INPUT", "attributes")

    async def test_a_birthday_is_given_once_by_the_member_and_corrected_by_staff(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        await update(ask, as_member(ada), birthday="1990-02-28")
        async with unchanged(database):
            for day in ("1990-06-15", None):
                assert await update(ask, as_member(ada), birthday=day) == refused("FORBIDDEN", "birthday")
        answer = await update(ask, AGENT, memberId=member_id(ada), birthday="1990-03-01")
        assert answer["member"]["profile"]["birthday"] == "1990-03-01"
        assert (await database["members"].find_one({"_id": ada.id}))["birthDay"] == "03-01"

    async def test_bad_fields_are_refused_as_at_enrolment_and_change_nothing(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        async with unchanged(database):
            for name, value in {
                "email": "not mail",
                "phone": "123",
                "birthday": "2090-01-01",
                "locale": "english please",
                "timezone": "Mars/Olympus",
                "givenName": "a\u0000b",
            }.items():
                answer = await update(ask, as_member(ada), familyName="New", **{name: value})
                assert answer == refused("INVALID_INPUT", name)

    async def test_nobody_changes_another_and_staff_need_somebody(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        (bob,) = await enrol(context, "Bob")
        async with unchanged(database):
            answer = await update(ask, as_member(bob), memberId=member_id(ada), givenName="X")
            assert answer == refused("FORBIDDEN", "memberId")
            assert await update(ask, AGENT, givenName="X") == refused("NOT_FOUND", "memberId")
            assert await update(ask, AGENT, memberId="x", givenName="X") == refused("NOT_FOUND", "memberId")

    async def test_of_a_frozen_member_only_staff_and_of_a_closed_one_nobody_changes_anything(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        assert await update(ask, as_member(ada), givenName="X") == refused("MEMBER_NOT_ACTIVE", "memberId")
        assert not (await update(ask, AGENT, memberId=member_id(ada), givenName="X"))["errors"]
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "CLOSED"}})
        assert await update(ask, AGENT, memberId=member_id(ada), givenName="Y") == refused(
            "MEMBER_NOT_ACTIVE", "memberId"
        )

    async def test_two_at_once_both_hold(self, ask: Desk, ada: Member) -> None:
        names = {"givenName": "Grace", "familyName": "Hopper", "locale": "es", "attributes": {"pet": "cat"}}
        await asyncio.gather(*(update(ask, as_member(ada), **{name: value}) for name, value in names.items()))
        answer = await update(ask, as_member(ada))
        assert {name: answer["member"]["profile"][name] for name in names} == names


class TestSecurityNews:
    async def test_another_address_is_told_once_and_a_first_one_is_not(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await update(ask, as_member(ada), phone="+14155550123")
        for _ in range(2):
            await update(ask, as_member(ada), email="grace@example.org")
        await finish_unfinished(context, context.clock())
        rows = await context.inbox.since(ada.id, 0, limit=10)
        assert [(row.message.kind, row.message.title) for row in rows] == [
            ("SECURITY", "Your e-mail address was changed")
        ]
        assert "example" not in rows[0].message.body

    async def test_what_nobody_told_the_sweep_tells_once(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await update(ask, as_member(ada), email="grace@example.org")
        await database["inbox"].delete_many({})
        # As whoever changed it left it who died before they could tell.
        await database["members"].update_one(
            {"_id": ada.id}, {"$set": {"untold": [["email", context.clock(), "a@b.example"]]}}
        )
        for _ in range(2):
            await finish_unfinished(context, context.clock())
        rows = await context.inbox.since(ada.id, 0, limit=10)
        assert [row.message.title for row in rows] == ["Your e-mail address was changed"]
        assert "untold" not in await database["members"].find_one({"_id": ada.id})
