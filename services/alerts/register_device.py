"""A member's device can be pushed to, or no longer."""

import re
from datetime import datetime
from typing import Final

from domain.alerts.device import Device, DevicePlatform, device_id
from domain.alerts.subscription import (
    NoSubscription,
    StrangeHost,
    WebPushOffer,
    endpoint_of,
    read_subscription,
)
from domain.refusals import Refused, invalid
from services.context import Context
from services.members.active_member import active_member

_APNS: Final = re.compile(r"[0-9a-f]{64,200}", re.ASCII)
_FCM: Final = re.compile(r"[A-Za-z0-9_:.-]{20,4096}", re.ASCII)


async def register_device(context: Context, member: str, platform: DevicePlatform, token: str) -> Device | Refused:
    """The device, which is this member's from now on, whoever had it before. Twice is once.

    Refuses NOT_FOUND and MEMBER_NOT_ACTIVE, and tokens that no push service of the platform gives out: what is
    pushed to is an address, and nobody may make us call any other.
    """
    found = await active_member(context, member, path="memberId")
    if isinstance(found, Refused):
        return found
    device = _device(member, platform, token, context.clock(), context.web_push)
    return device if isinstance(device, Refused) else await context.devices.register(device)


async def unregister_device(context: Context, member: str, token: str) -> bool:
    """Forgets the member's device of that token, whatever its platform; whether it was theirs."""
    plain = token.strip()
    texts = (plain, plain.lower(), endpoint_of(plain) or plain)
    ids = {device_id(platform, text) for platform in DevicePlatform for text in texts}
    return any([await context.devices.remove(member, id) for id in sorted(ids)])


def _device(
    member: str, platform: DevicePlatform, token: str, now: datetime, web_push: WebPushOffer
) -> Device | Refused:
    text = _token(platform, token.strip(), web_push)
    if isinstance(text, Refused):
        return text
    address = endpoint_of(text) if platform is DevicePlatform.WEB else None
    return Device(device_id(platform, address or text), member, platform, text, now, now)


def _token(platform: DevicePlatform, token: str, web_push: WebPushOffer) -> str | Refused:
    """The token in the one form in which it is kept."""
    match platform:
        case DevicePlatform.IOS if _APNS.fullmatch(token.lower()):
            return token.lower()
        case DevicePlatform.ANDROID if _FCM.fullmatch(token):
            return token
        case DevicePlatform.WEB:
            return _subscription(token, web_push)
    return invalid(f"This is no token of {platform.value}: send it as the system gives it to the app.", "token")


def _subscription(token: str, web_push: WebPushOffer) -> str | Refused:
    try:
        read_subscription(token, web_push.hosts)
    except NoSubscription:
        return invalid(
            "Send the browser's PushSubscription as JSON: endpoint, keys.p256dh and keys.auth.", "token"
        )
    except StrangeHost:
        return invalid("Its endpoint is of no push service that is allowed here.", "token")
    return token
