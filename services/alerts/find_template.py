"""Which template, in which locale, somebody means."""

from dataclasses import dataclass

from domain.refusals import Code, Refused, invalid
from services.context import Context
from services.program.suggest import suggestion


@dataclass(frozen=True, slots=True)
class Place:
    """A template that is there, and a locale as it is written."""

    template: str
    locale: str


def find_template(context: Context, template: str, locale: str) -> Place | Refused:
    """Refuses NOT_FOUND for a template, and INVALID_INPUT for a locale that nobody knows."""
    known = context.workshop.templates()
    if template not in known:
        near = suggestion(template, known) or "."
        return Refused(Code.NOT_FOUND, f"There is no such template{near}", ("template",))
    found = find_locale(context, locale)
    return found if isinstance(found, Refused) else Place(template, found)


def find_locale(context: Context, locale: str) -> str | Refused:
    """The locale as it is written. Refuses INVALID_INPUT for one that nobody knows."""
    written = context.workshop.locale(locale) if len(locale) <= 35 else None
    return written or invalid("Name a locale that is known, such as en, es-MX or zh-Hant.", "locale")
