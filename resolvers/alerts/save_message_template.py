"""Staff write the words of alerts."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.alerts.problems import problems_of
from resolvers.alerts.templates import MessageTemplate, TextProblem
from resolvers.context import Info
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.reset_template import ResetTemplate, reset_template
from services.alerts.save_template import SaveTemplate, save_template


@strawberry.input(
    description="expectedRevision: the revision that its author saw; with any other: STALE_REVISION."
)
class SaveMessageTemplateInput:
    """The words of a template in a locale."""

    template: str
    locale: str
    title: str
    body: str
    expected_revision: int


@strawberry.input(description="expectedRevision: the revision that was seen; with any other: STALE_REVISION.")
class ResetMessageTemplateInput:
    """Which words to go back from."""

    template: str
    locale: str
    expected_revision: int


@strawberry.type(description="Nothing is saved when there are errors; problems: what is wrong with the text.")
class SaveMessageTemplatePayload:
    """The template as saved."""

    template: MessageTemplate | None = None
    problems: list[TextProblem] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ResetMessageTemplatePayload:
    """The template as it is shipped, or why not."""

    template: MessageTemplate | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class MessageTemplateMutation:
    """Holds the mutations."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def save_message_template(
        self, info: Info, input: SaveMessageTemplateInput
    ) -> SaveMessageTemplatePayload | None:
        """Puts words in place of what is shipped; members read them within two seconds."""
        context = info.context
        command = SaveTemplate(input.template, input.locale, input.title, input.body, input.expected_revision)
        outcome = await save_template(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return SaveMessageTemplatePayload(problems=problems_of(outcome), errors=[user_error(outcome)])
        return SaveMessageTemplatePayload(template=MessageTemplate(row=outcome))

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def reset_message_template(
        self, info: Info, input: ResetMessageTemplateInput
    ) -> ResetMessageTemplatePayload | None:
        """Goes back to what is shipped; the history stays."""
        context = info.context
        command = ResetTemplate(input.template, input.locale, input.expected_revision)
        outcome = await reset_template(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return ResetMessageTemplatePayload(errors=[user_error(outcome)])
        return ResetMessageTemplatePayload(template=MessageTemplate(row=outcome))
