"""The member, the moment and the lines of an event, as expressions know them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.earning.events.event import EventLine
from domain.earning.facts.circumstances import Circumstances, Person
from domain.members.days import kept_on
from domain.rules import DateFacts, LineFacts, MemberFacts, ReferralFacts

if TYPE_CHECKING:
    from domain.earning.planning.plan import Plan

UNKNOWN_AGE = -1
_LEAP_DAY = (2, 29)


def member_facts(plan: "Plan", circumstances: Circumstances, day: date) -> MemberFacts:
    """The member on a day of the programme, without segments."""
    person, tier = circumstances.person, circumstances.tier
    return MemberFacts(
        tier=tier.code,
        tier_rank=plan.ranks.get(tier.code, 0),
        days=days_since(person.joined_on, day),
        age=_years(person.birthday, day) if person.birthday else UNKNOWN_AGE,
        birthday=is_birthday(person, day),
        anniversary=is_anniversary(person, day),
        locale=person.locale,
        region=person.region,
        referred=person.referred,
        segments=(),
        perks=tuple(tier.perks),
    )


def days_since(joined_on: date, day: date) -> int:
    """How long a member is one on a day; 0 before they joined."""
    return max((day - joined_on).days, 0)


def is_birthday(person: Person, day: date) -> bool:
    """Whether a day is their birthday."""
    return person.birthday is not None and _is_kept(person.birthday, day)


def is_anniversary(person: Person, day: date) -> bool:
    """Whether they joined on that day of an earlier year."""
    return day.year > person.joined_on.year and _is_kept(person.joined_on, day)


def date_facts(plan: "Plan", local: datetime) -> DateFacts:
    """A moment of the programme's zone, with the calendars that have its day."""
    day = local.date()
    return DateFacts(
        year=local.year,
        month=local.month,
        day=local.day,
        weekday=local.isoweekday(),
        hour=local.hour,
        minute=local.minute,
        week=local.isocalendar().week,
        calendars=tuple(code for code, days in plan.calendars.items() if day in days),
    )


def line_facts(line: EventLine) -> LineFacts:
    """One line of a basket."""
    return LineFacts(*line)


def referral_facts(circumstances: Circumstances, member: MemberFacts) -> ReferralFacts | None:
    """What expressions may know of the friend and who brought them; None for a member whom nobody brought."""
    person, referrer = circumstances.person, circumstances.referrer
    if not person.referred:
        return None
    return ReferralFacts(
        days=member.days,
        same_device=referrer is not None and not person.devices.isdisjoint(referrer.devices),
        same_payment=referrer is not None and not person.payments.isdisjoint(referrer.payments),
        made=referrer.made if referrer else 0,
    )


def _is_kept(first: date, day: date) -> bool:
    if (first.month, first.day) == (day.month, day.day):
        return True
    return (first.month, first.day) == _LEAP_DAY and f"{first:%m-%d}" in kept_on(day)


def _years(since: date, day: date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))
