"""What alerts must hold."""

from domain.alerts.channel import Channel
from domain.alerts.quiet import read_quiet_hours
from domain.ledger.state import MAX_POINTS
from domain.program.alerts import Alerts
from domain.program.flaws import Flaw, Flaws, Path, between, days_before, known, unique
from domain.program.program import Program

MAX_HOURS = 30 * 24
_MAX_MINUTES = 24 * 60
_MAX_PER_CAP = 10_000


def check_alerts(program: Program) -> Flaws:
    """Every flaw of what a programme says of alerts."""
    alerts = program.alerts
    yield from _check_routes(alerts)
    if alerts.quiet_hours is not None and read_quiet_hours(alerts.quiet_hours) is None:
        reason = f"must be two times of day, such as 21:00-08:00, is {alerts.quiet_hours!r}"
        yield Flaw(("alerts", "quiet_hours"), reason)
    for index, cap in enumerate(alerts.caps):
        yield from between(("alerts", "caps", index, "most"), cap.most, 1, _MAX_PER_CAP)
        yield from between(("alerts", "caps", index, "hours"), cap.hours, 1, MAX_HOURS)
    if alerts.digest:
        yield from between(("alerts", "digest", "minutes"), alerts.digest.minutes, 1, _MAX_MINUTES)
    yield from _check_escalation(alerts)
    yield from _check_balance(program)
    yield from days_before(("alerts", "tier_at_risk_days"), alerts.tier_at_risk_days)
    yield from _check_percent(alerts)
    partners = [partner.code for partner in program.partners]
    for index, hook in enumerate(alerts.webhooks):
        yield from known(("alerts", "webhooks", index, "partner"), hook.partner, "partner", partners)
    yield from unique((("alerts", "webhooks", i, "partner"), one.partner) for i, one in enumerate(alerts.webhooks))


def _check_routes(alerts: Alerts) -> Flaws:
    yield from unique((("alerts", "routes", i, "kind"), route.kind.value) for i, route in enumerate(alerts.routes))
    for index, route in enumerate(alerts.routes):
        at: Path = ("alerts", "routes", index, "channels")
        yield from unique(((*at, i), channel.value) for i, channel in enumerate(route.channels))
        for i, channel in enumerate(route.channels):
            if channel is Channel.WEBHOOK:
                yield Flaw((*at, i), "must be PUSH, EMAIL or SMS: partners are told by webhooks")


def _check_escalation(alerts: Alerts) -> Flaws:
    escalation = alerts.escalation
    if escalation is None:
        return
    yield from between(("alerts", "escalation", "hours"), escalation.hours, 1, MAX_HOURS)
    if escalation.to not in (Channel.EMAIL, Channel.SMS):
        yield Flaw(("alerts", "escalation", "to"), f"must be EMAIL or SMS, is {escalation.to.value}")
    if not escalation.kinds:
        yield Flaw(("alerts", "escalation", "kinds"), "must name at least one kind")


def _check_balance(program: Program) -> Flaws:
    codes = [currency.code for currency in program.currencies]
    for index, one in enumerate(program.alerts.balance):
        at: Path = ("alerts", "balance", index)
        yield from between((*at, "points"), one.points, 1, MAX_POINTS)
        yield from known((*at, "currency"), one.currency, "currency", codes)
    yield from unique(
        (("alerts", "balance", i, "points"), (one.points, program.currency_code(one.currency)))
        for i, one in enumerate(program.alerts.balance)
        if program.currencies
    )


def _check_percent(alerts: Alerts) -> Flaws:
    parts = alerts.challenge_percent
    for index, part in enumerate(parts):
        at: Path = ("alerts", "challenge_percent", index)
        yield from between(at, part, 1, 99)
        if index and part <= parts[index - 1]:
            yield Flaw(at, f"must be above {parts[index - 1]}, is {part}")
