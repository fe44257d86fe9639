"""Which members are to be told that their tier ends unless they do more. Pure; days are the programme's."""

from datetime import datetime, timedelta

from domain.inbox.message import Message, NotificationKind, Sum, Value
from domain.ledger.state import State
from domain.program.levels import Metric
from domain.program.program import Program
from domain.tiers.standing import Standing, standing
from domain.time import last_day_before, print_date_time, to_ms

_TEMPLATES = {
    Metric.POINTS: "tier_at_risk",
    Metric.SPEND: "tier_at_risk_spend",
    Metric.VISITS: "tier_at_risk_visits",
    Metric.CUSTOM: "tier_at_risk_plain",
}


def at_risk_horizon(program: Program, now: datetime) -> datetime | None:
    """Tiers that end before this, grace counted in, may have an alert due; None: the programme sends none."""
    days = program.alerts.tier_at_risk_days
    # A calendar day can be an hour longer than 24.
    return now + timedelta(days=max(days) + program.tiers.grace_days + 2) if days else None


def plan_at_risk(member: str, state: State, program: Program, now: datetime) -> Message | None:
    """The alert nearest to the end of the member's tier, once its day has come; None when the tier is kept
    already, when staff gave it, and while its end is far or behind.

    Each alert of an end has one key, so that planning it daily sends it once; where days were missed, only the
    nearest is sent.
    """
    stands = standing(program, state, now)
    until, keep = stands.valid_until, stands.keep
    if stands.given or until is None or until <= now or keep is None or keep.remaining <= 0:
        return None
    left = max((until.astimezone(program.zone).date() - now.astimezone(program.zone).date()).days, 1)
    due = min((days for days in program.alerts.tier_at_risk_days if days >= left), default=None)
    return None if due is None else _message(member, stands, until, due, left, program=program, now=now)


def _message(
    member: str, stands: Standing, until: datetime, due: int, left: int, *, program: Program, now: datetime
) -> Message:
    ends_on = last_day_before(until, program.zone)
    remaining = stands.keep.remaining if stands.keep else 0
    values: dict[str, Value] = {"tier": stands.tier.name, "date": ends_on}
    match program.tiers.metric:
        case Metric.SPEND if stands.keep:
            values["remaining"] = Sum(stands.keep.remaining, program.money)
        case Metric.POINTS:
            values |= {"remaining": int(remaining), "unit": program.default_currency.name}
        case Metric.VISITS:
            values["remaining"] = int(remaining)
    return Message(
        member=member,
        key=f"tier_risk:{stands.tier.code}:{to_ms(until)}:{due}",
        kind=NotificationKind.TIER_AT_RISK,
        template=_TEMPLATES[program.tiers.metric],
        values=values,
        created_at=now,
        data={
            "news": "AT_RISK",
            "tier": stands.tier.code,
            "remaining": str(remaining),
            "days": left,
            "endsOn": ends_on.isoformat(),
            "validUntil": print_date_time(until),
        },
    )
