"""From a row of the inbox to a telephone, a browser, a mailbox: real stores, real drivers, real peers."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.actors import SYSTEM
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState, provider_id
from domain.alerts.device import Device, DevicePlatform
from domain.members.member import Member
from runtime.carriage import links
from runtime.channels import open_channels
from runtime.settings import Settings
from runtime.wiring import House
from services.context import Context
from services.program.publish_program import publish_program
from tests.runtime.conftest import Variables
from tests.support.carrying import Posting, loud, news, posting
from tests.support.house import NOON
from tests.support.mail_server import MailServer, mail_server
from tests.support.members import a_member
from tests.support.programs import a_program
from tests.support.web_server import Answer, WebServer

PUSHED = Channel.PUSH, Channel.EMAIL, Channel.SMS
IOS, ANDROID = "ab" * 32, "cRk:APA91bF"
SMS_PATH = "/2010-04-01/Accounts/AC1/Messages.json"


def subscription(url: str) -> str:
    """A browser's, at the gateway."""
    point = generate_private_key(SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    p256dh, auth = (urlsafe_b64encode(part).decode().rstrip("=") for part in (raw, bytes(16)))
    return json.dumps({"endpoint": f"{url}/push/1", "keys": {"p256dh": p256dh, "auth": auth}})


@pytest.fixture
async def ada(context: Context, gateway: WebServer) -> Member:
    """She has one of everything."""
    await publish_program(context, SYSTEM, a_program(alerts=loud(*PUSHED)))
    context.programs._cached = None
    member = a_member(1, email="ada@mail.test", phone="+447700900123", timezone="Europe/London")
    await context.members.insert(member)
    tokens = {
        DevicePlatform.IOS: IOS,
        DevicePlatform.ANDROID: ANDROID,
        DevicePlatform.WEB: subscription(gateway.url),
    }
    for platform, token in tokens.items():
        await context.devices.register(Device(platform.value, member.id, platform, token, NOON, NOON))
    return member


@asynccontextmanager
async def office_of(
    house: House, authority: trustme.CA, variables: Variables, gateway: WebServer
) -> AsyncIterator[tuple[Posting, MailServer]]:
    """Everything that alerts need to leave the house by the real drivers."""
    async with mail_server(authority) as mail:
        settings = variables(mail.port) | {"WEB_PUSH_HOSTS": gateway.url.removeprefix("https://")}
        async with open_channels(Settings.from_environment(settings)) as drivers:
            preferences = house.context.preferences
            yield posting(house, drivers, unsubscribe=links("https://api.shop.example", preferences)), mail


class TestWholeWay:
    async def test_one_alert_reaches_every_address_once_under_the_id_of_its_delivery(
        self, house: House, ada: Member, authority: trustme.CA, variables: Variables, gateway: WebServer
    ) -> None:
        async with office_of(house, authority, variables, gateway) as (office, mail):
            await office.tell(news(ada))
            await office.through()
            await office.tell(news(ada))
            await office.through()
            ids = {one.provider: str(provider_id(one.id)) for one in await office.all()}
            assert await office.states() == [DeliveryState.SENT] * 5
        asked = {request.path: request for request in gateway.asked}
        assert len(gateway.asked) == len(asked) == 5
        assert asked[f"/3/device/{IOS}"].headers["apns-id"] == ids["apns"]
        assert asked["/v1/projects/p/messages:send"].plain["message"]["data"]["id"] == ids["fcm"]
        assert asked["/push/1"].headers["topic"] == ids["webpush"].replace("-", "")
        assert asked[SMS_PATH].headers["i-twilio-idempotency-token"] == ids["sms"]
        (letter,) = mail.mails
        assert letter.message["message-id"] == f"<{ids['smtp']}@shop.example>"
        token = await house.context.preferences.token_of(ada.id)
        link = f"https://api.shop.example/unsubscribe/{token}?kind=POINTS_CHANGED"
        assert f"List-Unsubscribe: <{link}>\r\n".encode() in letter.raw

    async def test_addresses_that_reach_nobody_are_forgotten_and_not_asked_again(
        self, house: House, ada: Member, authority: trustme.CA, variables: Variables, gateway: WebServer
    ) -> None:
        gone = Answer(410, {"reason": "Unregistered"})
        judge = gateway.judge
        gateway.judge = lambda asked: gone if asked.path.startswith(("/3/", "/push/")) else judge(asked)
        async with office_of(house, authority, variables, gateway) as (office, mail):
            mail.answers["RCPT"] = ["550 5.1.1 no such user"]
            await office.tell(news(ada))
            await office.through()
            states = {one.provider: one.state.value for one in await office.all()}
            assert states == {
                "apns": "DROPPED",
                "webpush": "DROPPED",
                "smtp": "DROPPED",
                "fcm": "SENT",
                "sms": "SENT",
            }
            asked = len(gateway.asked)
            await office.tell(news(ada, 2))
            await office.through()
            assert len(gateway.asked) == asked + 2
            assert mail.mails == []
        devices = (await house.context.devices.of_members([ada.id]))[ada.id]
        assert [device.platform for device in devices] == [DevicePlatform.ANDROID]
        (preferences,) = (await house.context.preferences.of_members([ada.id])).values()
        assert {channel: bounce.answer for channel, bounce in preferences.bounces.items()} == {
            Channel.EMAIL: "550 5.1.1"
        }
