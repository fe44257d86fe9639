"""Pages of inboxes, and counts of what is unread: asked for together, one query answers both."""

from collections.abc import Sequence
from typing import NamedTuple

from strawberry.dataloader import DataLoader

from services.context import Context
from services.inbox.list_notifications import InboxPage, list_notifications


class PageKey(NamedTuple):
    """A page of a member's inbox."""

    member: str
    size: int
    before: int | None
    unread_only: bool


class UnreadKey(NamedTuple):
    """How many messages a member has not read."""

    member: str


Key = PageKey | UnreadKey
Result = InboxPage | int


class InboxLoader:
    """A loader of two kinds of things, since every page comes with the count."""

    def __init__(self, services: Context) -> None:
        self._services = services
        self._loader: DataLoader[Key, Result] = DataLoader(self._load)

    async def page(self, key: PageKey) -> InboxPage:
        """The page."""
        found = await self._loader.load(key)
        if isinstance(found, int):
            raise TypeError("a count where a page was asked for")
        return found

    async def unread(self, member: str) -> int:
        """The count."""
        found = await self._loader.load(UnreadKey(member))
        return found if isinstance(found, int) else found.unread

    async def _load(self, keys: Sequence[Key]) -> list[Result]:
        results: dict[Key, Result] = {}
        for key in keys:
            if isinstance(key, PageKey):
                results[key] = page = await self._page(key)
                results[UnreadKey(key.member)] = page.unread
        uncounted = [key.member for key in keys if key not in results]
        counts = await self._services.inbox.unread_count(uncounted) if uncounted else {}
        return [results[key] if key in results else counts[key.member] for key in keys]

    async def _page(self, key: PageKey) -> InboxPage:
        member, size, before, unread_only = key
        return await list_notifications(self._services, member, first=size, before=before, unread_only=unread_only)
