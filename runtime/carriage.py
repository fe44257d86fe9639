"""What carries alerts out of this process: the drivers of the providers that the settings name."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from domain.inbox.message import InboxRow
from mongo.preferences import MemberPreferences
from notifications.delivery.stores import no_link
from resolvers.ids import global_id
from runtime.channels import open_channels
from runtime.settings import Settings
from runtime.workers.deliveries import Carriage


@asynccontextmanager
async def open_carriage(settings: Settings, preferences: MemberPreferences) -> AsyncIterator[Carriage]:
    """The carriage, while the block lasts. Mails carry a link to end them where PUBLIC_URL says what it begins
    with."""
    url = settings.channels.public_url
    async with open_channels(settings) as drivers:
        yield Carriage(drivers, notification_id, links(url, preferences) if url else no_link)


def links(url: str, preferences: MemberPreferences) -> Callable[[str], Awaitable[str | None]]:
    """Answers where one click ends a member's mails."""

    async def unsubscribe(member: str) -> str | None:
        return f"{url}/unsubscribe/{await preferences.token_of(member)}"

    return unsubscribe


def notification_id(row: InboxRow) -> str:
    """What names a row of the inbox in the API."""
    return global_id("Notification", *row.id)
