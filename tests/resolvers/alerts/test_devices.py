"""Devices through the API: only real tokens, only one's own, and only to known push services."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk
from tests.support.people import AGENT, as_member, enrol
from tests.support.unchanged import unchanged

REGISTER = """mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) {
    registered errors { code path } } }"""
UNREGISTER = """mutation($input: UnregisterDeviceInput!) { unregisterDevice(input: $input) {
    unregistered errors { code } } }"""
DEVICES = "{ me { devices { platform registeredAt } } }"
IOS = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
ANDROID = "dGVzdA:APA91bF-x_y" + "z" * 120


def subscription(endpoint: str = "https://updates.push.services.mozilla.com/wpush/v2/abc", **keys: str) -> str:
    plain = {"p256dh": _base64(b"\x04" + bytes(64)), "auth": _base64(bytes(16))} | keys
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": plain})


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


async def register(ask: Desk, who: Identity, platform: str, token: str) -> Any:
    return (await ask.data(who, REGISTER, input={"platform": platform, "token": token}))["registerDevice"]


class TestRegisterDevice:
    async def test_each_platform_takes_its_own_tokens_and_twice_is_once(self, ask: Desk, ada: Member) -> None:
        for platform, token in (("IOS", IOS), ("IOS", IOS.upper()), ("ANDROID", ANDROID), ("WEB", subscription())):
            for _ in range(2):
                answer = await register(ask, as_member(ada), platform, token)
                assert answer == {"registered": True, "errors": []}
        devices = (await ask.data(as_member(ada), DEVICES))["me"]["devices"]
        assert sorted(one["platform"] for one in devices) == ["ANDROID", "IOS", "WEB"]

    async def test_who_signs_in_on_it_next_has_it_alone(self, context: Context, ask: Desk, ada: Member) -> None:
        (bob,) = await enrol(context, "Bob")
        for member in (ada, bob):
            await register(ask, as_member(member), "IOS", IOS)
        mine = [(await ask.data(as_member(one), DEVICES))["me"]["devices"] for one in (ada, bob)]
        assert [len(each) for each in mine] == [0, 1]

    async def test_a_browser_is_one_however_its_subscription_is_written(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        (bob,) = await enrol(context, "Bob")
        plain = json.loads(subscription())
        renewed = subscription(auth=_base64(b"k" * 16))
        written = [
            json.dumps(plain, indent=2),
            json.dumps({"keys": plain["keys"], "endpoint": plain["endpoint"].replace(".com/", ".com:443/")}),
            json.dumps({**plain, "expirationTime": 1_800_000_000_000}),
            renewed,
        ]
        for token in written:
            await register(ask, as_member(ada), "WEB", token)
        held = await context.devices.of_members([ada.id])
        assert [one.token for one in held[ada.id]] == [renewed]
        await register(ask, as_member(bob), "WEB", written[0])
        assert list(await context.devices.of_members([ada.id, bob.id])) == [bob.id]
        answer = await ask.data(as_member(bob), UNREGISTER, input={"token": written[1]})
        assert answer["unregisterDevice"] == {"unregistered": True, "errors": []}

    @pytest.mark.parametrize(
        ("platform", "token"),
        [
            ("IOS", IOS[:63]),
            ("IOS", "g" * 64),
            ("IOS", "../../3/device/" + IOS),
            ("ANDROID", "short"),
            ("ANDROID", "has space " * 4),
            ("ANDROID", "x" * 4_097),
            ("WEB", IOS),
            ("WEB", "[]"),
            ("WEB", subscription("http://updates.push.services.mozilla.com/x")),
            ("WEB", subscription("https://169.254.169.254/latest/meta-data")),
            ("WEB", subscription("https://localhost:6379/")),
            ("WEB", subscription("https://updates.push.services.mozilla.com@evil.example/")),
            ("WEB", subscription("https://push.services.mozilla.com.evil.example/")),
            ("WEB", subscription(auth="")),
            ("WEB", subscription(p256dh=_base64(b"\x04" + bytes(63)))),
        ],
    )
    async def test_nothing_else_is_kept(
        self, ask: Desk, database: Database, ada: Member, platform: str, token: str
    ) -> None:
        async with unchanged(database):
            answer = await register(ask, as_member(ada), platform, token)
        assert answer == {"registered": False, "errors": [{"code": "INVALID_INPUT", "path": ["token"]}]}

    async def test_signing_out_forgets_ones_own_only(self, context: Context, ask: Desk, ada: Member) -> None:
        (bob,) = await enrol(context, "Bob")
        await register(ask, as_member(ada), "IOS", IOS)
        for who, theirs in ((bob, False), (ada, True), (ada, False)):
            answer = await ask.data(as_member(who), UNREGISTER, input={"token": IOS.upper()})
            assert answer["unregisterDevice"] == {"unregistered": theirs, "errors": []}

    async def test_staff_see_devices_and_no_tokens_and_services_neither(self, ask: Desk, ada: Member) -> None:
        await register(ask, as_member(ada), "IOS", IOS)
        document = '{ member(by: {externalId: "crm-ada"}) { devices { id platform } } }'
        (device,) = (await ask.data(AGENT, document))["member"]["devices"]
        assert device["platform"] == "IOS"
        assert IOS not in json.dumps(device)
