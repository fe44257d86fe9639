"""What staff need to write words of their own."""

import re
from collections.abc import Sequence
from typing import Final

from babel import Locale
from babel.core import UnknownLocaleError

from domain.alerts.template import TextProblem, WordsOf
from domain.members.member import Member
from domain.program.program import Program
from notifications.words.check import check_template
from notifications.words.examples import Reader, examples, usable
from notifications.words.formats import nearest_formats
from notifications.words.locales import reading_order, written_as
from notifications.words.samples import SAMPLES
from notifications.words.say import fill_text
from notifications.words.shipped import Text, catalogs, phrases_of

_LOCALE: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?")


class Workshop:
    """Templates, their values and what is shipped of them; texts are checked and shown as they would be read."""

    def templates(self) -> Sequence[str]:
        """The names of all, sorted."""
        return sorted(SAMPLES)

    def locale(self, text: str) -> str | None:
        """A locale as it is written, such as zh-Hant for zh_hant; None for one that CLDR does not know."""
        parts = _LOCALE.fullmatch(text.replace("_", "-"))
        if not parts:
            return None
        language, script, region = (part or "" for part in parts.groups())
        written = "-".join(filter(None, (language.lower(), script.title(), region.upper())))
        try:
            Locale.parse(written, sep="-")
        except (ValueError, UnknownLocaleError):
            return None
        return written

    def values(self, template: str, locale: str, program: Program) -> dict[str, str]:
        """What the template's texts may use, each with an example as it reads."""
        found = examples(template, locale, Reader(program))
        formats = nearest_formats(locale)
        return {name: formats.written(found[name]) for name in sorted(usable(template, locale))}

    def shipped(self, template: str, locale: str) -> WordsOf:
        """What is shipped, in the locale or the nearest that there is."""
        catalog = next(found for tag in reading_order(locale, "en") if (found := catalogs().get(tag)))
        return WordsOf(catalog.locale, *catalog.texts[template])

    def problems(self, template: str, locale: str, title: str, body: str) -> list[TextProblem]:
        """See `check_template`."""
        return check_template(template, title, body, locale=locale)

    def shown(
        self, template: str, words: WordsOf, program: Program, *, member: Member | None, balance: int | None
    ) -> WordsOf:
        """Words without problems as the member, or somebody made up, would read them."""
        values = examples(template, words.locale, Reader(program, member, balance))
        locale = written_as(words.locale.lower(), member.profile.locale if member else words.locale)
        said = fill_text(Text(words.title, words.body), values, nearest_formats(locale), phrases_of(words.locale))
        return WordsOf(words.locale, *said)
