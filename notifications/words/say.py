"""A message is put into its reader's words."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from domain.alerts.template import TemplateText
from domain.inbox.message import Message, RewardName, Value
from domain.members.member import Member
from domain.program.program import Program
from domain.rewards.words import words_of
from notifications.words.engine import FORMATS, fill
from notifications.words.formats import Formats, formats_of
from notifications.words.locales import reading_order, written_as
from notifications.words.shipped import Text, catalogs, phrases_of

logger = logging.getLogger(__name__)

_MAX_TITLE: Final = 400
_MAX_BODY: Final = 4_000


def say(
    message: Message, *, member: Member | None, program: Program, texts: Sequence[TemplateText] = ()
) -> Message:
    """The message with title and body in the member's language; in the programme's for None.

    What staff wrote (`texts`) goes before what is shipped, in each language that the member reads. It never
    raises: a text that fails with these values is passed over for the next, and what nobody has words for is
    called as the programme is.
    """
    wanted = member.profile.locale if member else None
    values = _values(message.values, wanted or program.locale, member, program)
    for tag, text in _candidates(message.template, reading_order(wanted, program.locale), texts):
        formats = formats_of(written_as(tag, wanted or program.locale))
        if formats and (said := _said(text, values, formats, phrases_of(tag))):
            return replace(message, title=said.title, body=said.body)
    logger.error("no words for a message", extra={"template": message.template})
    return replace(message, title=message.title or program.name)


def language_of(
    template: str, *, member: Member | None, program: Program, texts: Sequence[TemplateText] = ()
) -> str:
    """The language in which `say` puts a template, its tag in small letters: the member's own only where there are
    words in it."""
    wanted = member.profile.locale if member else None
    tags = (tag for tag, _ in _candidates(template, reading_order(wanted, program.locale), texts))
    return written_as(next(tags, program.locale), wanted or program.locale)


def fill_text(text: Text, values: Mapping[str, Any], formats: Formats, phrases: Mapping[str, str]) -> Text:
    """Title and body with the values in them. Raises what `engine.fill` does."""
    filled = {**values, FORMATS: formats}
    if "standing" in phrases and "owed" in values and "standing" in text.title + text.body:
        filled["standing"] = fill(phrases["standing"], filled)
    return Text(fill(text.title, filled).strip()[:_MAX_TITLE], fill(text.body, filled).strip()[:_MAX_BODY])


def _said(text: Text, values: Mapping[str, Any], formats: Formats, phrases: Mapping[str, str]) -> Text | None:
    try:
        return fill_text(text, values, formats, phrases)
    except Exception:
        # Whatever one text does, the member is told: in other words.
        logger.exception("a text could not be filled")
        return None


def _candidates(template: str, tags: Sequence[str], texts: Sequence[TemplateText]) -> Iterator[tuple[str, Text]]:
    own = _own(texts) if texts else {}
    for tag in tags:
        if text := own.get((template, tag)):
            yield tag, text
        if (catalog := catalogs().get(tag)) and (text := catalog.texts.get(template)):
            yield tag, text


def _own(texts: Sequence[TemplateText]) -> Mapping[tuple[str, str], Text]:
    """Staff's texts by template and locale; kept for the sequence that came last, one for many messages."""
    if not _last or _last[0][0] is not texts:
        found = {(one.template, one.locale.lower()): Text(one.title, one.body) for one in texts}
        _last[:] = [(texts, found)]
    return _last[0][1]


_last: list[tuple[Sequence[TemplateText], Mapping[tuple[str, str], Text]]] = []


def _values(values: Mapping[str, Value], locale: str, member: Member | None, program: Program) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": (member.profile.given_name if member else None) or "",
        "program": program.name,
    }
    for name, value in values.items():
        if isinstance(value, RewardName):
            reward = program.reward(value.code)
            found[name] = words_of(reward, locale).title if reward else value.code
        elif isinstance(value, datetime):
            found[name] = value.astimezone(program.zone)
        else:
            found[name] = value
    return found
