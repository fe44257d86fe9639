"""The ways in which an alert reaches somebody besides the inbox, and who carries it there."""

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """Where an alert can go besides the in-app inbox, which holds every one whatever is chosen here.

    WEBHOOK is a partner's server, which the programme names; the others are the member's own.
    """

    PUSH = "PUSH"
    EMAIL = "EMAIL"
    SMS = "SMS"
    WEBHOOK = "WEBHOOK"


RINGING: Final = frozenset({Channel.PUSH, Channel.SMS})
"""Channels that make a telephone ring: quiet hours are for these."""


class Provider(StrEnum):
    """Who carries a delivery. Each has an address, credentials and a pace of its own, so that one that hangs holds
    up no other; of webhooks each partner's server is one (`webhook:<door name>`, see `webhook_provider`)."""

    APNS = "apns"
    FCM = "fcm"
    WEB_PUSH = "webpush"
    SMTP = "smtp"
    SMS = "sms"


_WEBHOOK: Final = "webhook:"


def webhook_provider(door: str) -> str:
    """The provider that a partner's server is; `door` as `domain.rewards.webhooks.door_name` has it."""
    return f"{_WEBHOOK}{door}"
