"""Preferences through the API: a matrix of what holds, changed a part at a time."""

from typing import Any

import pytest

from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import AGENT, SERVICE, as_member, enrol
from tests.support.unchanged import unchanged

FIELDS = """choices { kind channel wanted chosen } quietHours { begins ends } unsubscribed marketing
    balanceAlerts { currency points } bounced"""
UPDATE = f"""mutation($input: UpdatePreferencesInput!) {{ updatePreferences(input: $input) {{
    preferences {{ {FIELDS} }} errors {{ code path }} }} }}"""
BOUNCE = "mutation($input: RecordBounceInput!) { recordBounce(input: $input) { recorded errors { code path } } }"


async def update(ask: Desk, who: Identity, **given: Any) -> Any:
    return (await ask.data(who, UPDATE, input=given))["updatePreferences"]


async def read(ask: Desk, member: Member) -> Any:
    return (await ask.data(as_member(member), f"{{ me {{ preferences {{ {FIELDS} }} }} }}"))["me"]["preferences"]


def wanted(preferences: Any, kind: str) -> dict[str, tuple[bool, bool]]:
    choices = [one for one in preferences["choices"] if one["kind"] == kind]
    return {one["channel"]: (one["wanted"], one["chosen"]) for one in choices}


class TestUpdatePreferences:
    async def test_who_chose_nothing_sees_what_the_programme_has(self, ask: Desk, ada: Member) -> None:
        preferences = await read(ask, ada)
        assert wanted(preferences, "POINTS_EXPIRING") == {
            "PUSH": (True, False),
            "EMAIL": (True, False),
            "SMS": (False, False),
        }
        assert preferences["quietHours"] == {"begins": "21:00", "ends": "08:00"}
        rest = {name: preferences[name] for name in ("unsubscribed", "marketing", "balanceAlerts", "bounced")}
        assert rest == {"unsubscribed": [], "marketing": None, "balanceAlerts": [], "bounced": []}
        assert len(preferences["choices"]) == 27

    async def test_each_change_names_a_part_and_leaves_the_others(self, ask: Desk, ada: Member) -> None:
        mine = as_member(ada)
        sms = {"kind": "POINTS_EXPIRING", "channel": "SMS", "wanted": True}
        mail = {"kind": "POINTS_EXPIRING", "channel": "EMAIL", "wanted": False}
        await update(ask, mine, choices=[sms, mail], quietHours={"begins": "22:30", "ends": "06:00"})
        await update(ask, mine, marketing=True, unsubscribe=["SMS"], balanceAlerts=[{"points": 500}])
        preferences = await read(ask, ada)
        assert wanted(preferences, "POINTS_EXPIRING") == {
            "PUSH": (True, False),
            "EMAIL": (False, True),
            # They chose it, and have unsubscribed from the channel since.
            "SMS": (False, True),
        }
        assert preferences["quietHours"] == {"begins": "22:30", "ends": "06:00"}
        assert preferences["unsubscribed"] == ["SMS"]
        assert preferences["marketing"] == "2026-06-15T12:00:00.000Z"
        assert preferences["balanceAlerts"] == [{"currency": "POINTS", "points": 500}]

    async def test_everything_can_be_taken_back(self, ask: Desk, database: Database, ada: Member) -> None:
        mine, before = as_member(ada), await read(ask, ada)
        choice = {"kind": "TIER_CHANGED", "channel": "PUSH"}
        await update(
            ask, mine, choices=[choice | {"wanted": False}], quietHours={"begins": "00:00", "ends": "00:00"}
        )
        assert (await read(ask, ada))["quietHours"] is None
        await update(ask, mine, marketing=True, unsubscribe=["EMAIL"], balanceAlerts=[{"points": 500}])
        answer = await update(
            ask,
            mine,
            choices=[choice | {"wanted": None}],
            defaultQuietHours=True,
            marketing=False,
            resubscribe=["EMAIL"],
            balanceAlerts=[],
        )
        assert answer == {"preferences": before, "errors": []}

    @pytest.mark.parametrize(
        ("given", "path"),
        [
            ({"choices": [{"kind": "ANNOUNCEMENT", "channel": "WEBHOOK", "wanted": True}]}, "choices"),
            (
                {"choices": [{"kind": "ANNOUNCEMENT", "channel": "SMS", "wanted": w} for w in (True, False)]},
                "choices",
            ),
            ({"unsubscribe": ["SMS"], "resubscribe": ["SMS"]}, "unsubscribe"),
            ({"quietHours": {"begins": "24:00", "ends": "06:00"}}, "quietHours"),
            ({"quietHours": {"begins": "9", "ends": "06:00"}}, "quietHours"),
            ({"quietHours": {"begins": "22:00", "ends": "06:00"}, "defaultQuietHours": True}, "quietHours"),
            ({"balanceAlerts": [{"points": 0}]}, "balanceAlerts"),
            ({"balanceAlerts": [{"points": 5, "currency": "GOLD"}]}, "balanceAlerts"),
            ({"balanceAlerts": [{"points": 5}, {"points": 6, "currency": "POINTS"}]}, "balanceAlerts"),
        ],
    )
    async def test_what_cannot_be_meant_is_refused_and_changes_nothing(
        self, ask: Desk, database: Database, ada: Member, given: dict[str, Any], path: str
    ) -> None:
        async with unchanged(database):
            answer = await update(ask, as_member(ada), marketing=True, **given)
        assert answer == {"preferences": None, "errors": [{"code": "INVALID_INPUT", "path": [path]}]}

    async def test_staff_change_anybodys_and_members_only_their_own(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        (bob,) = await enrol(context, "Bob")
        await update(ask, AGENT, memberId=member_id(ada), unsubscribe=["SMS"])
        assert (await read(ask, ada))["unsubscribed"] == ["SMS"]
        async with unchanged(database):
            answer = await update(ask, as_member(bob), memberId=member_id(ada), resubscribe=["SMS"])
            assert answer["errors"] == [{"code": "FORBIDDEN", "path": ["memberId"]}]
            answer = await update(ask, AGENT, resubscribe=["SMS"])
            assert answer["errors"] == [{"code": "NOT_FOUND", "path": ["memberId"]}]


class TestRecordBounce:
    async def test_the_address_is_bounced_until_the_member_has_another(self, ask: Desk, ada: Member) -> None:
        for _ in range(2):
            answer = await ask.data(
                SERVICE, BOUNCE, input={"email": "ADA@example.com", "reason": "550 no such user"}
            )
            assert answer["recordBounce"] == {"recorded": True, "errors": []}
        assert (await read(ask, ada))["bounced"] == ["EMAIL"]
        document = """mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
            member { preferences { bounced } } } }"""
        answer = await ask.data(as_member(ada), document, input={"email": "ada@example.org"})
        assert answer["updateProfile"]["member"]["preferences"]["bounced"] == []

    async def test_what_names_nobody_or_two_is_refused(self, ask: Desk, database: Database, ada: Member) -> None:
        async with unchanged(database):
            for given, code, path in (
                ({"reason": "x"}, "INVALID_INPUT", "email"),
                ({"email": "a@b.example", "phone": "+14155550123", "reason": "x"}, "INVALID_INPUT", "email"),
                ({"email": "no@one.example", "reason": "x"}, "NOT_FOUND", "email"),
                ({"email": "ada@example.com", "reason": " "}, "INVALID_INPUT", "reason"),
            ):
                answer = await ask.data(SERVICE, BOUNCE, input=given)
                assert answer["recordBounce"]["errors"] == [{"code": code, "path": [path]}]
