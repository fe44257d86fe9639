"""Staff write a text of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actors import Actor
from domain.alerts.template import TemplateChange, TemplateView, TextProblem
from domain.refusals import Code, Refused
from services.alerts.find_template import Place, find_template
from services.alerts.list_templates import view_of
from services.context import Context


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """The text. `expected_revision`: what its author last saw; 0 where nobody had written any."""

    template: str
    locale: str
    title: str
    body: str
    expected_revision: int


@dataclass(frozen=True, slots=True)
class BadWords(Refused):
    """The text has problems: all of them, the title's first."""

    problems: tuple[TextProblem, ...] = ()


async def save_template(context: Context, actor: Actor, command: SaveTemplate) -> TemplateView | Refused:
    """The template with its next revision, which members read from then on.

    Refuses NOT_FOUND for a template, INVALID_INPUT for a locale that nobody knows and with every problem of the
    text (`BadWords`), and STALE_REVISION.
    """
    place = find_template(context, command.template, command.locale)
    if isinstance(place, Refused):
        return place
    problems = context.workshop.problems(place.template, place.locale, command.title, command.body)
    if problems:
        return bad_words(problems)
    return await change(context, actor, place, command.expected_revision, (command.title, command.body))


async def change(
    context: Context, actor: Actor, place: Place, expected: int, words: tuple[str, str] | None
) -> TemplateView | Refused:
    """Puts the next revision over the expected one; None: what is shipped. Refuses STALE_REVISION."""
    title, body = words or (None, None)
    next = TemplateChange(expected + 1, title, body, actor, context.clock())
    saved = expected >= 0 and await context.templates.save(place.template, place.locale, next)
    history = await context.templates.history(place.template, place.locale)
    if not saved:
        now = history[0].revision if history else 0
        message = f"The text has revision {now} by now: read it again, and put your changes to it."
        return Refused(Code.STALE_REVISION, message, ("expectedRevision",))
    return view_of(context, place, await context.programs.current(), history)


def bad_words(problems: Sequence[TextProblem]) -> BadWords:
    """INVALID_INPUT, with all that is wrong; the message says the first."""
    first = problems[0]
    where = f", line {first.line}" if first.line else ""
    message = f"The {first.field}{where}: {first.message}"
    return BadWords(Code.INVALID_INPUT, message, (first.field,), problems=tuple(problems))
