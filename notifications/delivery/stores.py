"""What routing and dispatching work with, passed in and never global."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.alerts.template import TemplateText
from domain.inbox.message import InboxRow, Message
from domain.members.member import Member
from domain.program.program import Program
from mongo.deliveries import Change, Deliveries
from mongo.devices import Devices
from mongo.inbox import Inbox
from mongo.members import Members
from mongo.preferences import MemberPreferences
from mongo.programs import Programs


class Say(Protocol):
    """Puts a planned message into its reader's words."""

    def __call__(
        self, message: Message, *, member: Member | None, program: Program, texts: Sequence[TemplateText] = ()
    ) -> Message:
        """The same message with title and body."""


async def none_stopped(ids: Collection[str]) -> frozenset[str]:
    """Where no announcement is ever stopped."""
    return frozenset()


async def no_texts() -> Sequence[TemplateText]:
    """Where staff have no texts of their own."""
    return ()


async def no_link(member: str) -> str | None:
    """Where there is no place to unsubscribe at."""
    return None


async def unseen(changes: Sequence[Change]) -> None:
    """Where nobody counts."""


@dataclass(frozen=True, slots=True)
class Stores:
    """`clock` answers UTC in whole milliseconds. `id_of` names a row of the inbox in the API. `stopped`: which of
    these announcements were stopped. `texts`: staff's own, for `say`. `unsubscribe`: where one click ends a
    member's mails. `seen` hears of every change of state."""

    clock: Callable[[], datetime]
    deliveries: Deliveries
    inbox: Inbox
    members: Members
    programs: Programs
    devices: Devices
    preferences: MemberPreferences
    say: Say
    id_of: Callable[[InboxRow], str]
    stopped: Callable[[Collection[str]], Awaitable[Collection[str]]] = none_stopped
    texts: Callable[[], Awaitable[Sequence[TemplateText]]] = no_texts
    unsubscribe: Callable[[str], Awaitable[str | None]] = no_link
    seen: Callable[[Sequence[Change]], Awaitable[None]] = unseen


Rows = Mapping[tuple[str, int], InboxRow]
