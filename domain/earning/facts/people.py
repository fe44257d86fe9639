"""A member, as judging an event knows them."""

from zoneinfo import ZoneInfo

from domain.earning.facts.circumstances import Person
from domain.members.member import Member


def person_of(member: Member, zone: ZoneInfo) -> Person:
    """The person behind a member, without hints. `zone` is the programme's, in which they joined on a day.

    Their region is the attribute `region` of the profile, when it is a text.
    """
    profile = member.profile
    region = profile.attributes.get("region")
    return Person(
        joined_on=member.joined_at.astimezone(zone).date(),
        birthday=profile.birthday,
        locale=profile.locale,
        region=region if isinstance(region, str) else "",
        referred=member.referred_by is not None,
        profile=profile.attributes,
    )
