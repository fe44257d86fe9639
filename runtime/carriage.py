"""What carries alerts out of this process: the drivers of the providers that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.alerts.channel import webhook_provider
from domain.inbox.message import InboxRow
from notifications.channels.webhook import WebhookDriver, open_client
from resolvers.ids import global_id
from runtime.settings import Settings
from runtime.workers.deliveries import Carriage


@asynccontextmanager
async def open_carriage(settings: Settings) -> AsyncIterator[Carriage]:
    """The carriage, while the block lasts."""
    async with open_client() as client:
        doors = settings.partners.items()
        drivers = {webhook_provider(name): WebhookDriver(door, client) for name, door in doors}
        yield Carriage(drivers, notification_id)


def notification_id(row: InboxRow) -> str:
    """What names a row of the inbox in the API."""
    return global_id("Notification", *row.id)
