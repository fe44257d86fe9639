"""Root fields about announcements."""

import strawberry

from domain.actors import Role
from domain.alerts.announcement import Audience
from domain.refusals import Refused
from domain.time import to_ms
from resolvers.alerts.announcement import (
    Announcement,
    AnnouncementConnection,
    AnnouncementEdge,
    AnnouncementTextInput,
    words_of,
)
from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.list_announcements import list_announcements
from services.alerts.preview_announcement import PreviewAnnouncement, preview_announcement


@strawberry.type(
    description="sampled: active members, taken at random, who were looked at; held: those it is for; estimate: "
    "of all active members about so many. All but the errors are null when there are any."
)
class AnnouncementPreview:
    """The announcement as it would be read, and how many would."""

    title: str | None = None
    body: str | None = None
    sampled: int | None = None
    held: int | None = None
    estimate: int | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AnnouncementQuery:
    """Holds the fields."""

    @strawberry.field(
        extensions=[Having(Role.SUPERVISOR)],
        description="Supervisors and admins: all announcements, newest first.",
    )
    async def announcements(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> AnnouncementConnection | None:
        """With how far each is."""
        size, cursor = page_size(first), read_cursor(given(after), "announcements", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        rows, has_next = await list_announcements(info.context.services, first=size, after=position)
        edges = [
            AnnouncementEdge(
                cursor=write_cursor("announcements", to_ms(row.made_at), row.id), node=Announcement(row=row)
            )
            for row in rows
        ]
        info_of = page_info([edge.cursor for edge in edges], has_next=has_next, after=cursor)
        return AnnouncementConnection(edges=edges, page_info=info_of)

    @strawberry.field(
        extensions=[Having(Role.SUPERVISOR)],
        description="Supervisors and admins: an announcement as a member would read it, or the text in a locale "
        "with examples in it, and how many it would reach. Nothing is saved or sent.",
    )
    async def preview_announcement(  # noqa: PLR0917  strawberry takes arguments as they come
        self,
        info: Info,
        texts: list[AnnouncementTextInput],
        locale: str | None = ABSENT,
        member_id: strawberry.ID | None = ABSENT,
        segment: str | None = ABSENT,
        tier: str | None = ABSENT,
    ) -> AnnouncementPreview | None:
        """With what creating it would refuse."""
        id = given(member_id)
        member = key_of("Member", id) if id is not None else None
        if id is not None and member is None:
            raise bad_request("There is no such member.")
        audience = Audience(given(segment), given(tier))
        command = PreviewAnnouncement(words_of(texts), audience, given(locale), member)
        found = await preview_announcement(info.context.services, command)
        if isinstance(found, Refused):
            return AnnouncementPreview(errors=[user_error(found)])
        return AnnouncementPreview(
            title=found.title, body=found.body, sampled=found.sampled, held=found.held, estimate=found.estimate
        )
