"""The fields of a profile: each function answers the form to store, None for nothing given, or a refusal."""

import functools
import re
import unicodedata
import zoneinfo
from datetime import date

from domain.members.text import has_control, tidy
from domain.refusals import Refused, invalid

MAX_TEXT = 200
MAX_AGE = 130
_MAX_EMAIL = 254
_EMAIL_SPECIALS = frozenset('@<>()[],;:\\"')
_PHONE_NOISE = re.compile(r"[\s()\-\u2010-\u2015]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_LOCALE = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
# In the zone database, but about a machine and not about a place.
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


def external_id(text: str) -> str | Refused:
    """An identifier of another system, kept to the letter: 1 to 200 characters, none a control character."""
    if not 1 <= len(text) <= MAX_TEXT:
        return invalid(f"An external id has 1 to {MAX_TEXT} characters.", "externalId")
    if has_control(text) or text != text.strip():
        return invalid("An external id has no control characters and no space around it.", "externalId")
    return text


def name(text: str | None, path: str) -> str | Refused | None:
    """A name in NFC: at most 200 characters, none a control character."""
    tidied = tidy(text)
    if tidied is None:
        return None
    if has_control(tidied):
        return invalid("A name has no control characters.", path)
    if len(tidied) > MAX_TEXT:
        return invalid(f"A name has at most {MAX_TEXT} characters.", path)
    return tidied


def email(text: str | None) -> str | Refused | None:
    """An e-mail address as its owner writes it, of a shape that mail can be sent to (RFC 5321, 6531)."""
    tidied = tidy(text)
    if tidied is None:
        return None
    local, _, host = tidied.rpartition("@")
    if len(tidied) > _MAX_EMAIL or not _is_mailbox(local) or not _is_host(host):
        return invalid("Give an e-mail address such as ada@example.com.", "email")
    return tidied


def email_key(address: str) -> str:
    """What two spellings of one address share: case does not tell mailboxes apart."""
    return unicodedata.normalize("NFC", address.casefold())


def phone(text: str | None) -> str | Refused | None:
    """A phone number in E.164: spaces, dashes and parentheses are dropped, 8 to 15 digits after the `+` stay."""
    if text is None or not text.strip():
        return None
    if "(0)" in text:
        return invalid("Leave the (0) out of the phone number: +442079460000, not +44 (0)20 7946 0000.", "phone")
    number = _PHONE_NOISE.sub("", text)
    if not _E164.fullmatch(number):
        return invalid("Give the phone number with its country code, such as +14155550123.", "phone")
    return number


def birthday(day: date | None, today: date) -> date | Refused | None:
    """A day of birth: not after `today`, at most 130 years before it."""
    if day is None:
        return None
    if day > today:
        return invalid("A birthday is not in the future.", "birthday")
    if (day.year + MAX_AGE, day.month, day.day) < (today.year, today.month, today.day):
        return invalid(f"A birthday is at most {MAX_AGE} years ago.", "birthday")
    return day


def locale(text: str | None) -> str | Refused | None:
    """A BCP 47 language tag in its usual case: language, then script, region and variants if any."""
    tidied = tidy(text)
    if tidied is None:
        return None
    tag = _LOCALE.fullmatch(tidied)
    if tag is None:
        return invalid("Give a language tag such as en, en-US or zh-Hant.", "locale")
    script, region = tag["script"], tag["region"]
    parts = (tag["language"].lower(), script and script.title(), region and region.upper())
    return "-".join(filter(None, parts)) + tag["variants"].lower()


def timezone(text: str | None) -> str | Refused | None:
    """The name of a zone in the IANA database, to the letter."""
    tidied = tidy(text)
    if tidied is None:
        return None
    if tidied not in _zones():
        return invalid("Give an IANA time zone such as Europe/Paris.", "timezone")
    return tidied


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) - _NOT_PLACES


def _is_mailbox(local: str) -> bool:
    dotted_well = all(local.split("."))
    return dotted_well and len(local) <= 64 and all(_is_mail_character(character) for character in local)


def _is_mail_character(character: str) -> bool:
    return character.isprintable() and not character.isspace() and character not in _EMAIL_SPECIALS


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(labels) >= 2 and len(labels[-1]) >= 2 and all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    if not 1 <= len(label) <= 63 or label.startswith("-") or label.endswith("-"):
        return False
    return all(_is_host_character(character) for character in label)


def _is_host_character(character: str) -> bool:
    return character == "-" or character.isalnum() or unicodedata.category(character).startswith("M")
