"""Staff go back to what is shipped."""

from dataclasses import dataclass

from domain.actors import Actor
from domain.alerts.template import TemplateView
from domain.refusals import Refused, not_found
from services.alerts.find_template import find_template
from services.alerts.save_template import change
from services.context import Context


@dataclass(frozen=True, slots=True)
class ResetTemplate:
    """Which text; `expected_revision`: what whoever asks last saw."""

    template: str
    locale: str
    expected_revision: int


async def reset_template(context: Context, actor: Actor, command: ResetTemplate) -> TemplateView | Refused:
    """The template without a text of staff's; the history keeps what there was.

    Refuses NOT_FOUND for a template and where there is no such text, INVALID_INPUT for a locale that nobody knows,
    and STALE_REVISION.
    """
    place = find_template(context, command.template, command.locale)
    if isinstance(place, Refused):
        return place
    history = await context.templates.history(place.template, place.locale)
    if not history or history[0].title is None:
        return not_found("Nobody has written words of their own here: what is shipped is in force.", "template")
    return await change(context, actor, place, command.expected_revision, None)
