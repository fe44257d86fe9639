"""All templates as they stand in a locale."""

from domain.alerts.template import TemplateChange, TemplateText, TemplateView
from domain.program.program import Program
from domain.refusals import Refused
from services.alerts.find_template import Place, find_locale
from services.context import Context


async def list_templates(context: Context, locale: str) -> list[TemplateView] | Refused:
    """Every template by name, with what staff wrote for it in this very locale. Refuses a locale nobody knows."""
    found = find_locale(context, locale)
    if isinstance(found, Refused):
        return found
    program = await context.programs.current()
    histories = await context.templates.histories(found)
    return [
        view_of(context, Place(name, found), program, histories.get(name, ()))
        for name in context.workshop.templates()
    ]


def view_of(context: Context, place: Place, program: Program, history: tuple[TemplateChange, ...]) -> TemplateView:
    """A template with its history."""
    workshop = context.workshop
    return TemplateView(
        template=place.template,
        locale=place.locale,
        values=workshop.values(place.template, place.locale, program),
        shipped=workshop.shipped(place.template, place.locale),
        own=_own(place, history[0]) if history else None,
        history=history,
    )


def _own(place: Place, last: TemplateChange) -> TemplateText | None:
    if last.title is None or last.body is None:
        return None
    return TemplateText(
        template=place.template,
        locale=place.locale,
        title=last.title,
        body=last.body,
        revision=last.revision,
        changed_by=last.changed_by,
        changed_at=last.changed_at,
    )
