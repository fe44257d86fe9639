"""Root fields about the words of alerts."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.alerts.problems import problems_of
from resolvers.alerts.templates import MessagePreview, MessageTemplate
from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.refusals import bad_query
from services.alerts.list_templates import list_templates
from services.alerts.preview_template import PreviewTemplate, preview_template


@strawberry.type
class TemplateQuery:
    """Holds the fields."""

    @strawberry.field(
        extensions=[Having(Role.SUPERVISOR)],
        description="Supervisors and admins: all templates in a locale, by name.",
    )
    async def message_templates(self, info: Info, locale: str) -> list[MessageTemplate] | None:
        """What is shipped, and what staff wrote."""
        outcome = await list_templates(info.context.services, locale)
        if isinstance(outcome, Refused):
            raise bad_query(outcome)
        return [MessageTemplate(row=row) for row in outcome]

    @strawberry.field(
        extensions=[Having(Role.SUPERVISOR)],
        description="Supervisors and admins: how a text would be read, with examples in it, or as a member would "
        "read it. Without title or body: what is in force. Nothing is saved or sent.",
    )
    async def preview_message(  # noqa: PLR0917  strawberry takes arguments as they come
        self,
        info: Info,
        template: str,
        locale: str,
        title: str | None = ABSENT,
        body: str | None = ABSENT,
        member_id: strawberry.ID | None = ABSENT,
    ) -> MessagePreview | None:
        """With every problem that saving it would have."""
        id = given(member_id)
        member = key_of("Member", id) if id is not None else None
        if id is not None and member is None:
            raise bad_request("There is no such member.")
        command = PreviewTemplate(template, locale, given(title), given(body), member)
        outcome = await preview_template(info.context.services, command)
        if isinstance(outcome, Refused):
            if problems := problems_of(outcome):
                return MessagePreview(problems=problems)
            raise bad_query(outcome)
        return MessagePreview(locale=outcome.locale, title=outcome.title, body=outcome.body)
