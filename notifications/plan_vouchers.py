"""Which alerts are due before vouchers end. Pure; days are the programme's calendar days."""

from collections import Counter
from datetime import datetime, timedelta

from domain.inbox.message import Message, NotificationKind, RewardName, Subject
from domain.program.program import Program
from domain.rewards.redemption import Redemption
from domain.rewards.voucher_status import VoucherStatus, voucher_status
from domain.time import print_date_time, to_ms


def voucher_horizon(program: Program, now: datetime) -> datetime | None:
    """Vouchers that end before this may have an alert due; None: the programme sends none."""
    if not program.voucher_alert_days:
        return None
    # A calendar day can be an hour longer than 24.
    return now + timedelta(days=max(program.voucher_alert_days) + 2)


def plan_vouchers(redemption: Redemption, program: Program, now: datetime) -> tuple[Message, ...]:
    """For each end of vouchers that can still be used the alert nearest to it, once its day has come.

    Vouchers of one redemption that end together have one message. Each alert has one key, so that planning it
    daily sends it once; where days were missed, only the nearest is sent, with the days that are really left. None
    comes that would have been due on the day of the redemption or before.
    """
    ends = Counter(
        voucher.expires_at
        for voucher in redemption.vouchers
        if voucher.expires_at and voucher_status(redemption, voucher, now) is VoucherStatus.VALID
    )
    return tuple(
        _message(redemption, end, count, alert, program=program, now=now)
        for end, count in sorted(ends.items())
        if (alert := _due(redemption, end, program, now)) is not None
    )


def _due(redemption: Redemption, end: datetime, program: Program, now: datetime) -> int | None:
    left, life = _days(now, end, program), _days(redemption.created_at, end, program)
    return min((one for one in program.voucher_alert_days if left <= one < life), default=None)


def _days(since: datetime, end: datetime, program: Program) -> int:
    return (end.astimezone(program.zone).date() - since.astimezone(program.zone).date()).days


def _message(
    redemption: Redemption, end: datetime, count: int, alert: int, *, program: Program, now: datetime
) -> Message:
    left = _days(now, end, program)
    return Message(
        member=redemption.member,
        key=f"voucher:{redemption.id}:{to_ms(end)}:{alert}",
        kind=NotificationKind.REDEMPTION_UPDATED,
        template="voucher_ending" if count == 1 else "vouchers_ending",
        values={"reward": RewardName(redemption.reward), "count": count, "days": left, "ends": end},
        created_at=now,
        data={
            "news": "VOUCHER_ENDING",
            "reward": redemption.reward,
            "vouchers": count,
            "days": left,
            "expiresAt": print_date_time(end),
        },
        subject=Subject("Redemption", f"{redemption.member}:{redemption.id}"),
    )
