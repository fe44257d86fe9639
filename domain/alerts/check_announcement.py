"""What can be announced: texts of a length, in a language that everybody can fall back to, at a time to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.alerts.announcement import Audience
from domain.alerts.template import WordsOf
from domain.program.program import Program
from domain.refusals import Refused, invalid, not_found
from domain.rewards.words import upwards

MAX_TITLE: Final = 80
MAX_BODY: Final = 1_000
"""Characters as they are written, with the names of values in them."""
MAX_TEXTS: Final = 50
AHEAD: Final = timedelta(days=366)
LATE: Final = timedelta(minutes=1)
"""How long ago it may be meant for: clocks differ, and people take a while."""


def refuse_texts(texts: Sequence[WordsOf], program: Program) -> Refused | None:
    """INVALID_INPUT for none, one that is empty or too long, two in a locale, and none that all fall back to."""
    if not 1 <= len(texts) <= MAX_TEXTS:
        return invalid(f"An announcement has 1 to {MAX_TEXTS} texts.", "texts")
    for place, text in enumerate(texts):
        refusal = _refuse_length(text, place)
        if refusal:
            return refusal
    locales = [text.locale.lower() for text in texts]
    for place, locale in enumerate(locales):
        if locale in locales[:place]:
            return invalid(f"There is a text in {texts[place].locale} already.", "texts", str(place), "locale")
    if not {*upwards(program.locale), "en"} & set(locales):
        message = f"One text is in {program.locale} or in en: it is read by whoever reads none of the others."
        return invalid(message, "texts")
    return None


def _refuse_length(text: WordsOf, place: int) -> Refused | None:
    for field, said, most in (("title", text.title, MAX_TITLE), ("body", text.body, MAX_BODY)):
        if not said.strip() or len(said) > most:
            message = f"A {field} has 1 to {most:,} characters: this one has {len(said.strip()):,}."
            return invalid(message, "texts", str(place), field)
    return None


def refuse_audience(audience: Audience, program: Program) -> Refused | None:
    """INVALID_INPUT for both a segment and a tier, NOT_FOUND for one that the programme does not have."""
    segment, tier = audience.segment, audience.tier
    if segment is not None and tier is not None:
        return invalid("Name a segment or a tier, not both: a segment can ask for the tier.", "tier")
    if segment is not None and all(one.code != segment for one in program.segments):
        return not_found("The programme has no such segment.", "segment")
    if tier is not None and all(one.code != tier for one in program.tiers.levels):
        return not_found("The programme has no such tier.", "tier")
    return None


def refuse_times(send_at: datetime, ends_at: datetime | None, now: datetime) -> Refused | None:
    """INVALID_INPUT for more than a minute ago, more than a year ahead, and an end that is not behind it."""
    if send_at < now - LATE:
        return invalid("That is in the past: give a time to come, or none for now.", "sendAt")
    if send_at > now + AHEAD:
        return invalid("That is more than a year ahead.", "sendAt")
    if ends_at is not None and ends_at <= max(send_at, now):
        return invalid("It would be over before anybody is told: it ends after it is sent.", "endsAt")
    return None
