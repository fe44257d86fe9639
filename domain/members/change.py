"""Changing a profile: what may be changed by whom, and the profile it becomes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from domain.members import fields
from domain.members.attributes import attributes
from domain.members.member import Profile
from domain.refusals import Code, Refused, invalid

CONTACTS: Final = ("email", "phone")
"""Where a member can be reached: whoever changes these may be somebody else, so that the member hears of it."""
KEPT_ATTRIBUTES: Final = frozenset({"region", "device", "devices", "payment", "payments"})
"""Attributes by which a programme knows who somebody is and where they belong."""


@dataclass(frozen=True, slots=True)
class ChangeProfile:
    """What is to be changed of a member, by the API's names; None takes away what may be missing.

    Of `attributes` only the named ones change, and None takes one away.
    """

    member: str
    given: Mapping[str, Any]


class ContactChange(NamedTuple):
    """One of CONTACTS was another `before`."""

    what: str
    at: datetime
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a change is judged by. `locale` and `timezone` are the programme's, for those who take theirs away.

    `own`: the member asks, who may not touch `kept` attributes, which rules read, nor a birthday that is known.
    """

    today: date
    locale: str
    timezone: str
    own: bool
    kept: Collection[str] = KEPT_ATTRIBUTES


def changed_profile(profile: Profile, given: Mapping[str, Any], desk: Desk) -> Profile | Refused:
    """The profile as it is then; the same one when nothing differs.

    Refuses what enrolment refuses of each field, and FORBIDDEN what is not the member's own to change.
    """
    values: dict[str, Any] = {
        name: read(given[key], desk) for key, (name, read) in _FIELDS.items() if key in given
    }
    if given.get("attributes") is not None:
        values["attributes"] = _attributes(profile, given["attributes"], desk)
    for value in values.values():
        if isinstance(value, Refused):
            return value
    after = replace(profile, **values)
    if desk.own and profile.birthday and after.birthday != profile.birthday:
        return Refused(Code.FORBIDDEN, "Your birthday is known already: ask us to correct it.", ("birthday",))
    return after


def contacts_changed(before: Profile, after: Profile, at: datetime) -> tuple[ContactChange, ...]:
    """Which of the ways to reach the member are other ones now; a first one is no change."""
    changed = (name for name in CONTACTS if getattr(before, name) not in (None, getattr(after, name)))
    return tuple(ContactChange(name, at, getattr(before, name)) for name in changed)


def _attributes(profile: Profile, given: Any, desk: Desk) -> Mapping[str, Any] | Refused:
    if not isinstance(given, Mapping):
        return invalid("Attributes are a JSON object.", "attributes")
    after = {**profile.attributes, **given}
    after = {name: value for name, value in after.items() if value is not None}
    moved = {name for name in given if profile.attributes.get(name) != after.get(name)}
    if desk.own and (barred := sorted(moved & set(desk.kept))):
        message = f"The programme goes by the attribute {barred[0]!r}: only staff change it."
        return Refused(Code.FORBIDDEN, message, ("attributes",))
    return attributes(after)


_FIELDS: Final[dict[str, tuple[str, Callable[[Any, Desk], Any]]]] = {
    "givenName": ("given_name", lambda value, desk: fields.name(value, "givenName")),
    "familyName": ("family_name", lambda value, desk: fields.name(value, "familyName")),
    "email": ("email", lambda value, desk: fields.email(value)),
    "phone": ("phone", lambda value, desk: fields.phone(value)),
    "birthday": ("birthday", lambda value, desk: fields.birthday(value, desk.today)),
    "locale": ("locale", lambda value, desk: fields.locale(value) or desk.locale),
    "timezone": ("timezone", lambda value, desk: fields.timezone(value) or desk.timezone),
}
