"""Enrolment: what a service may send, and the profile it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.members import fields
from domain.members.attributes import attributes
from domain.members.ids import read_referral_code
from domain.members.member import Profile
from domain.refusals import Refused, invalid


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol a person once. `external_id` is the sender's own id of them; the same one is the same member.

    `joined_at`: since when they have been one, where history says so; None for now, and never later than now.
    """

    external_id: str
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: date | None = None
    locale: str | None = None
    timezone: str | None = None
    attributes: Mapping[str, Any] | None = None
    referral_code: str | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """A checked enrolment: the profile in the form to store, and the code of who referred them, if any."""

    external_id: str
    profile: Profile
    referral_code: str | None = None


def check_enrol(command: Enrol, *, today: date, locale: str, timezone: str) -> Application | Refused:
    """The enrolment in the form to store, or the first refusal.

    `today` bounds the birthday; `locale` and `timezone` are the programme's, for those who name none.
    """
    external_id = fields.external_id(command.external_id)
    if isinstance(external_id, Refused):
        return external_id
    values: dict[str, Any] = {
        "given_name": fields.name(command.given_name, "givenName"),
        "family_name": fields.name(command.family_name, "familyName"),
        "email": fields.email(command.email),
        "phone": fields.phone(command.phone),
        "birthday": fields.birthday(command.birthday, today),
        "locale": fields.locale(command.locale) or locale,
        "timezone": fields.timezone(command.timezone) or timezone,
        "attributes": attributes(command.attributes),
    }
    referral = _referral(command.referral_code)
    for value in (*values.values(), referral):
        if isinstance(value, Refused):
            return value
    return Application(external_id, Profile(**values), referral)


def unknown_referral(path: str = "referralCode") -> Refused:
    """No member has that referral code."""
    return invalid("No member has this referral code: correct it or leave it out.", path)


def _referral(text: str | None) -> Any:
    if text is None or not text.strip():
        return None
    return read_referral_code(text) or unknown_referral()
