"""The member that an enrolment makes, with names that nobody can guess."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.members import ids
from domain.members.enrol import Enrol, check_enrol, unknown_referral
from domain.members.member import Member, MemberStatus
from domain.members.referring import refuse_referrer
from domain.program.program import Program
from domain.refusals import Refused
from domain.time import whole_ms


@dataclass(frozen=True, slots=True)
class Desk:
    """When members are enrolled, and what those get who name no language or zone."""

    now: datetime
    today: date
    locale: str
    timezone: str

    @staticmethod
    def of(program: Program, now: datetime) -> "Desk":
        """The programme's desk at `now`; today is the day in the programme's zone."""
        return Desk(whole_ms(now), now.astimezone(program.zone).date(), program.locale, program.timezone)


def new_member(desk: Desk, command: Enrol, referrers: Mapping[str, Member]) -> Member | Refused:
    """An active member with fresh random names; `referrers` are members by referral code."""
    checked = check_enrol(command, today=desk.today, locale=desk.locale, timezone=desk.timezone)
    if isinstance(checked, Refused):
        return checked
    joined_at = min(whole_ms(command.joined_at), desk.now) if command.joined_at else desk.now
    referrer = referrers.get(checked.referral_code) if checked.referral_code else None
    if checked.referral_code and referrer is None:
        return unknown_referral()
    refusal = refuse_referrer(referrer, checked.profile, joined_at) if referrer else None
    if refusal:
        return refusal
    return Member(
        id=ids.member_id(secrets.token_bytes(ids.ID_BYTES)),
        external_id=checked.external_id,
        card_number=ids.card_number(secrets.token_bytes(ids.CARD_BYTES)),
        referral_code=ids.referral_code(secrets.token_bytes(ids.REFERRAL_BYTES)),
        status=MemberStatus.ACTIVE,
        joined_at=joined_at,
        profile=checked.profile,
        referred_by=referrer.id if referrer else None,
    )
