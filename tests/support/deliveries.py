"""Deliveries for tests."""

from datetime import datetime, timedelta
from typing import Any

from domain.alerts.channel import Channel, Provider
from domain.alerts.delivery import Delivery, DeliveryState, delivery_id
from domain.inbox.message import NotificationKind
from tests.support.house import NOON

PROVIDERS = {Channel.PUSH: Provider.APNS, Channel.EMAIL: Provider.SMTP, Channel.SMS: Provider.SMS}


def a_delivery(
    member: str = "ann",
    seq: int = 1,
    *,
    channel: Channel = Channel.EMAIL,
    state: DeliveryState = DeliveryState.WAITING,
    created_at: datetime = NOON,
    **fields: Any,
) -> Delivery:
    """One of the row `seq`, which waits unless it is said otherwise."""
    provider = PROVIDERS[channel].value
    key = f"entry:{seq}:points"
    return Delivery(
        **{
            "id": delivery_id(member, key, channel, fields.get("device") or provider),
            "member": member,
            "seq": seq,
            "key": key,
            "kind": NotificationKind.POINTS_CHANGED,
            "channel": channel,
            "provider": provider,
            "state": state,
            "created_at": created_at,
            "next_at": created_at,
            "until": created_at + timedelta(days=3),
            **fields,
        }
    )
