"""The words of alerts, as staff see them."""

from datetime import datetime

import strawberry

from domain.alerts import template as domain
from resolvers.actor import Actor


@strawberry.type
class TemplateValue:
    """Something that texts of a template may use."""

    name: str
    example: str


@strawberry.type(description="Words with the names of values in them; locale: what language they are in.")
class MessageText:
    """A title for the lock screen and a body for the inbox."""

    locale: str
    title: str
    body: str


@strawberry.type
class TextProblem:
    """What is wrong with a text: in its `field` (title or body), lines and columns counted from 1."""

    field: str
    message: str
    line: int | None
    column: int | None


@strawberry.type
class TemplateChange:
    """A revision of a text: who wrote it, and when."""

    row: strawberry.Private[domain.TemplateChange]

    @strawberry.field
    def revision(self) -> int:
        """Counted from 1."""
        return self.row.revision

    @strawberry.field(description="Null: this went back to what is shipped.")
    def title(self) -> str | None:
        """As it was written."""
        return self.row.title

    @strawberry.field(description="Null: this went back to what is shipped.")
    def body(self) -> str | None:
        """As it was written."""
        return self.row.body

    @strawberry.field
    def changed_by(self) -> Actor:
        """Who did it."""
        return Actor(row=self.row.changed_by)

    @strawberry.field
    def changed_at(self) -> datetime:
        """When."""
        return self.row.changed_at


@strawberry.type
class MessageTemplate:
    """A kind of sentence that members are told, in one locale."""

    row: strawberry.Private[domain.TemplateView]

    @strawberry.field
    def template(self) -> str:
        """Its name, such as points_earned."""
        return self.row.template

    @strawberry.field
    def locale(self) -> str:
        """The locale that was asked for."""
        return self.row.locale

    @strawberry.field
    def values(self) -> list[TemplateValue]:
        """What its texts may use, each with an example."""
        return [TemplateValue(name=name, example=example) for name, example in self.row.values.items()]

    @strawberry.field(description="What is shipped, in the nearest language that there is.")
    def shipped(self) -> MessageText:
        """In force where nobody has written anything else."""
        words = self.row.shipped
        return MessageText(locale=words.locale, title=words.title, body=words.body)

    @strawberry.field(description="What staff have written for this very locale; null: nothing.")
    def own(self) -> MessageText | None:
        """In force in the locale, and in those below it that have none of their own."""
        own = self.row.own
        return MessageText(locale=own.locale, title=own.title, body=own.body) if own else None

    @strawberry.field(description="Grows with each change; 0 while there was none.")
    def revision(self) -> int:
        """For `expectedRevision`."""
        return self.row.revision

    @strawberry.field(description="The last 50 changes, newest first.")
    def history(self) -> list[TemplateChange]:
        """Who wrote what, and when."""
        return [TemplateChange(row=change) for change in self.row.history]


@strawberry.type(description="A text as it would be read; all but the problems are null when there are any.")
class MessagePreview:
    """What members would see."""

    locale: str | None = None
    title: str | None = None
    body: str | None = None
    problems: list[TextProblem] = strawberry.field(default_factory=list)
