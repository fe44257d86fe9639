"""Personal data, as the member, staff and services see it."""

from datetime import date

import strawberry
from strawberry.scalars import JSON

from domain.members import member as domain
from domain.members.display import display_name


@strawberry.type
class Profile:
    """Who a member is."""

    display_name: str
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    birthday: date | None
    locale: str
    timezone: str
    attributes: JSON


def profile_of(profile: domain.Profile) -> Profile:
    """The profile with the name that others read."""
    return Profile(
        display_name=display_name(profile),
        given_name=profile.given_name,
        family_name=profile.family_name,
        email=profile.email,
        phone=profile.phone,
        birthday=profile.birthday,
        locale=profile.locale,
        timezone=profile.timezone,
        attributes=JSON(dict(profile.attributes)),
    )
