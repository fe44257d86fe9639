"""Enrolling: exact answers, refusals that change nothing, and once an external id."""

from typing import Any

from mongo.client import Database
from tests.resolvers.conftest import Desk
from tests.support.people import SERVICE
from tests.support.unchanged import everything, unchanged

ENROL = """mutation($input: EnrolMemberInput!) { enrolMember(input: $input) {
    created errors { __typename code message path }
    member { id externalId status joinedAt profile { displayName email phone birthday locale timezone attributes }
             balance { available revision } } } }"""
ADA = {
    "externalId": "crm-1",
    "givenName": "Ada",
    "familyName": "Lovelace",
    "email": "ada@example.com",
    "phone": "+1 415 555 0123",
    "birthday": "1990-12-10",
    "locale": "en-gb",
    "timezone": "Europe/London",
    "attributes": {"shoe": 38},
}


async def enrol(ask: Desk, **input: Any) -> Any:
    return (await ask.data(SERVICE, ENROL, input=input))["enrolMember"]


class TestEnrolMember:
    async def test_a_new_member(self, ask: Desk) -> None:
        answer = await enrol(ask, **ADA)
        assert answer["member"].pop("id")
        assert answer == {
            "created": True,
            "errors": [],
            "member": {
                "externalId": "crm-1",
                "status": "ACTIVE",
                "joinedAt": "2026-06-15T12:00:00.000Z",
                "profile": {
                    "displayName": "Ada Lovelace",
                    "email": "ada@example.com",
                    "phone": "+14155550123",
                    "birthday": "1990-12-10",
                    "locale": "en-GB",
                    "timezone": "Europe/London",
                    "attributes": {"shoe": 38},
                },
                "balance": {"available": 0, "revision": 0},
            },
        }

    async def test_the_same_external_id_is_the_same_member(self, ask: Desk, database: Database) -> None:
        first = await enrol(ask, **ADA)
        async with unchanged(database):
            again = await enrol(ask, externalId="crm-1", givenName="Somebody")
        assert again == {**first, "created": False}

    async def test_refusals_change_nothing(self, ask: Desk, database: Database) -> None:
        await enrol(ask, **ADA)
        before = await everything(database)
        bad: list[tuple[dict[str, Any], list[str]]] = [
            ({"externalId": ""}, ["externalId"]),
            ({"externalId": "crm-2", "email": "ADA@example.com"}, ["email"]),
            ({"externalId": "crm-2", "email": "nobody"}, ["email"]),
            ({"externalId": "crm-2", "phone": "12"}, ["phone"]),
            ({"externalId": "crm-2", "birthday": "2030-01-01"}, ["birthday"]),
            ({"externalId": "crm-2", "timezone": "Mars/Phobos"}, ["timezone"]),
            ({"externalId": "crm-2", "locale": "!"}, ["locale"]),
            ({"externalId": "crm-2", "referralCode": "ZZZZZZZZ"}, ["referralCode"]),
            ({"externalId": "crm-2", "attributes": [1]}, ["attributes"]),
            ({"externalId": "crm-2", "attributes": {"$x": 1}}, ["attributes"]),
        ]
        for input, path in bad:
            answer = await enrol(ask, **input)
            assert (answer["member"], answer["created"]) == (None, False), input
            assert [(e["__typename"], e["code"], e["path"]) for e in answer["errors"]] == [
                ("GenericUserError", "INVALID_INPUT", path)
            ], input
        assert await everything(database) == before

    async def test_nulls_are_as_good_as_absent(self, ask: Desk) -> None:
        names = ("givenName", "familyName", "email", "phone", "birthday", "locale", "timezone", "attributes")
        answer = await enrol(ask, externalId="crm-1", referralCode=None, **dict.fromkeys(names))
        assert answer["member"]["profile"] == {
            "displayName": "Member",
            "email": None,
            "phone": None,
            "birthday": None,
            "locale": "en",
            "timezone": "America/New_York",
            "attributes": {},
        }
