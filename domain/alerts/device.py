"""A member's telephone or browser, as a place that alerts can be pushed to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from domain.alerts.channel import Provider


class DevicePlatform(StrEnum):
    """What a device is; the names are the API's."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEB = "WEB"

    @property
    def provider(self) -> Provider:
        """Who pushes to it."""
        return _PROVIDERS[self]


_PROVIDERS = {
    DevicePlatform.IOS: Provider.APNS,
    DevicePlatform.ANDROID: Provider.FCM,
    DevicePlatform.WEB: Provider.WEB_PUSH,
}


def device_id(platform: DevicePlatform, address: str) -> str:
    """The id of the device behind an address, which it does not tell: its token, or of WEB its endpoint, since one
    subscription can be written in many ways and its keys can be renewed."""
    return sha256(f"{platform.value}|{address}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Device:
    """A device of one member. `id` is made by `device_id`, so that registering again adds none.

    `token`: what the platform's push service knows it by; of WEB the browser's PushSubscription as JSON. It lets
    whoever has it push to the device, so that it stands in no log.
    """

    id: str
    member: str
    platform: DevicePlatform
    token: str = field(repr=False)
    registered_at: datetime
    seen_at: datetime
