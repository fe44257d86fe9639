"""Which alerts are due before points expire. Pure; days are the programme's calendar days."""

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.inbox.message import Message, NotificationKind
from domain.ledger.lots import merge_lots
from domain.ledger.settle import settle
from domain.ledger.state import State
from domain.program.program import Currency, Program
from domain.time import last_day_before, print_date_time, to_ms


def alert_horizon(program: Program, now: datetime) -> datetime | None:
    """Lots that expire before this may have an alert due; None: the programme sends none."""
    if not program.expiry_alert_days:
        return None
    # A calendar day can be an hour longer than 24.
    return now + timedelta(days=max(program.expiry_alert_days) + 2)


def plan_expiring(member: str, state: State, program: Program, now: datetime) -> tuple[Message, ...]:
    """For each lot date whose first alert has come, the alert nearest to it, soonest date first.

    A lot of midnight on 1 July has its 1-day alert on 30 June, the last day on which it can be spent. Each
    alert of a lot date has one key, so that planning it daily sends it once; where days were missed, only
    the nearest is sent, with the days that are really left.
    """
    settled = settle(state, now)
    planned = [
        _message(member, currency, lot.points, due, program=program, now=now)
        for code, account in settled.accounts.items()
        for lot in merge_lots((), account.dated_lots)
        if (currency := program.currency(code)) and lot.expires_at and (due := _due(lot.expires_at, program, now))
    ]
    return tuple(sorted(planned, key=lambda message: message.data["days"]))


class _Due(NamedTuple):
    """Which alert of which lot date, and how many days are really left."""

    expires_at: datetime
    alert: int
    left: int


def _due(expires_at: datetime, program: Program, now: datetime) -> _Due | None:
    days_left = (expires_at.astimezone(program.zone).date() - now.astimezone(program.zone).date()).days
    # At least one: a lot that ends within today, of a programme that changed its zone, still counts down.
    left = max(days_left, 1)
    alert = min((one for one in program.expiry_alert_days if one >= left), default=None)
    return None if alert is None else _Due(expires_at, alert, left)


def _message(
    member: str, currency: Currency, points: int, due: _Due, *, program: Program, now: datetime
) -> Message:
    expires_on = last_day_before(due.expires_at, program.zone)
    return Message(
        member=member,
        key=f"expiring:{currency.code}:{to_ms(due.expires_at)}:{due.alert}",
        kind=NotificationKind.POINTS_EXPIRING,
        template="points_expiring",
        values={"points": points, "currency": currency.name, "days": due.left, "date": expires_on},
        created_at=now,
        data={
            "news": "EXPIRING",
            "points": points,
            "currency": currency.code,
            "days": due.left,
            "expiresOn": expires_on.isoformat(),
            "expiresAt": print_date_time(due.expires_at),
        },
    )
