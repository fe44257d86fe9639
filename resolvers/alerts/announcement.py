"""An announcement, from its schedule to the last inbox."""

from datetime import datetime

import strawberry

from domain.alerts import announcement as domain
from domain.alerts.announcement import AnnouncementState
from domain.alerts.template import WordsOf
from resolvers.actor import Actor
from resolvers.alerts.templates import MessageText
from resolvers.ids import global_id
from resolvers.paging import PageInfo


@strawberry.input(
    description="locale: such as en, es-MX or zh-Hant. title: up to 80 characters; body: up to 1,000. Both may "
    "use {{ name }}, {{ points }} (what may be spent), {{ tier }} and {{ program }}, as texts of templates do."
)
class AnnouncementTextInput:
    """What is announced, in one language."""

    locale: str
    title: str
    body: str


@strawberry.type(description="members: about how many there are to look at; null before it begins.")
class AnnouncementProgress:
    """How far it is."""

    members: int | None
    looked_at: int
    told: int


@strawberry.type
class Announcement:
    """Something that members are told at a time."""

    row: strawberry.Private[domain.Announcement]

    @strawberry.field(description="Opaque and global.")
    def id(self) -> strawberry.ID:
        """For `stopAnnouncement`."""
        return global_id("Announcement", self.row.id)

    @strawberry.field
    def state(self) -> AnnouncementState:
        """Where it is."""
        return self.row.state

    @strawberry.field(description="One a locale; whoever reads none of them reads the programme's, or English.")
    def texts(self) -> list[MessageText]:
        """As they were written."""
        return [MessageText(locale=one.locale, title=one.title, body=one.body) for one in self.row.texts]

    @strawberry.field(description="The code of the segment that it is for; null with a null tier: all.")
    def segment(self) -> str | None:
        """Members are judged as their turn comes."""
        return self.row.audience.segment

    @strawberry.field(description="The code of the tier that it is for.")
    def tier(self) -> str | None:
        """Members are judged as their turn comes."""
        return self.row.audience.tier

    @strawberry.field
    def send_at(self) -> datetime:
        """When it is to begin."""
        return self.row.send_at

    @strawberry.field(description="From then on nothing of it leaves the house; null: however late it is.")
    def ends_at(self) -> datetime | None:
        """When it is over."""
        return self.row.ends_at

    @strawberry.field
    def progress(self) -> AnnouncementProgress:
        """Into inboxes; what went on to channels is told by deliveries."""
        sending = self.row.sending
        return AnnouncementProgress(members=sending.members, looked_at=sending.looked_at, told=sending.told)

    @strawberry.field
    def started_at(self) -> datetime | None:
        """When it began."""
        return self.row.sending.started_at

    @strawberry.field(description="When the last inbox had it; null for one that was stopped before.")
    def finished_at(self) -> datetime | None:
        """When all were told."""
        return self.row.sending.finished_at

    @strawberry.field
    def made_by(self) -> Actor:
        """Who made it."""
        return Actor(row=self.row.made_by)

    @strawberry.field
    def made_at(self) -> datetime:
        """When it was made."""
        return self.row.made_at

    @strawberry.field
    def stopped_by(self) -> Actor | None:
        """Who stopped it."""
        return Actor(row=self.row.stopped_by) if self.row.stopped_by else None

    @strawberry.field
    def stopped_at(self) -> datetime | None:
        """When it was stopped."""
        return self.row.stopped_at


@strawberry.type
class AnnouncementEdge:
    """One of a page."""

    cursor: str
    node: Announcement


@strawberry.type
class AnnouncementConnection:
    """A page."""

    edges: list[AnnouncementEdge]
    page_info: PageInfo


def words_of(texts: list[AnnouncementTextInput]) -> tuple[WordsOf, ...]:
    """The texts as they were given."""
    return tuple(WordsOf(one.locale, one.title, one.body) for one in texts)
