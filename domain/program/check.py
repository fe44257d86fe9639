"""What a well-formed programme must hold beyond its shape. Pure: every flaw, none raised."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.ledger.state import MAX_POINTS
from domain.money import is_money
from domain.program.check_alerts import check_alerts
from domain.program.check_campaigns import check_campaigns
from domain.program.check_challenges import check_challenges
from domain.program.check_counting import check_counting
from domain.program.check_earning import check_earning
from domain.program.check_policies import MAX_EXPIRY_MONTHS, check_policies
from domain.program.check_referrals import check_referrals
from domain.program.check_rewards import check_rewards
from domain.program.check_rewards_offers import check_rewards_offers
from domain.program.check_size import check_size
from domain.program.check_tiers import check_tiers
from domain.program.flaws import Flaw, Flaws, a_code, a_locale, a_text, between, days_before, unique
from domain.program.program import AdjustmentLimits, AdjustmentReason, Program

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


def check(program: Program) -> tuple[Flaw, ...]:
    """All that is wrong with a programme; empty when it may be published."""
    return (
        *_check_names(program),
        *_check_currencies(program),
        *check_earning(program),
        *check_campaigns(program),
        *check_counting(program),
        *check_challenges(program),
        *check_referrals(program),
        *check_size(program),
        *check_tiers(program),
        *check_rewards(program),
        *check_rewards_offers(program),
        *check_alerts(program),
        *_check_reasons(program.adjustment_reasons),
        *_check_limits(program.adjustment_limits),
        *_check_expiry(program),
        *check_policies(program),
    )


def _check_names(program: Program) -> Flaws:
    yield from a_text(("name",), program.name)
    if not _is_zone(program.timezone):
        yield Flaw(("timezone",), f"must be an IANA time zone, such as Europe/Berlin, is {program.timezone!r}")
    if not is_money(program.money):
        yield Flaw(("money",), f"must be an ISO 4217 code, such as USD, is {program.money!r}")
    yield from a_locale(("locale",), program.locale)


def _is_zone(name: str) -> bool:
    if not _ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_currencies(program: Program) -> Flaws:
    if not program.currencies:
        yield Flaw(("currencies",), "must have at least one: the first is the default")
    for index, currency in enumerate(program.currencies):
        at = ("currencies", index)
        yield from a_code((*at, "code"), currency.code)
        yield from a_text((*at, "name"), currency.name)
        if currency.worth is not None and currency.worth <= 0:
            yield Flaw((*at, "worth"), f"must be above 0, is {currency.worth}")
    yield from unique((("currencies", i, "code"), each.code) for i, each in enumerate(program.currencies))


def _check_reasons(reasons: tuple[AdjustmentReason, ...]) -> Flaws:
    for index, reason in enumerate(reasons):
        yield from a_code(("adjustment_reasons", index, "code"), reason.code)
        yield from a_text(("adjustment_reasons", index, "name"), reason.name)
    yield from unique((("adjustment_reasons", i, "code"), each.code) for i, each in enumerate(reasons))


def _check_limits(limits: AdjustmentLimits) -> Flaws:
    """Whoever stands above may adjust no less than whoever stands below."""
    below: int | None = 0
    for role, limit in (("agent", limits.agent), ("supervisor", limits.supervisor), ("admin", limits.admin)):
        if below is None and limit is not None:
            yield Flaw(("adjustment_limits", role), f"must be null, as the role below has no limit, is {limit}")
        if below is not None:
            yield from between(("adjustment_limits", role), limit, below, MAX_POINTS)
        below = limit


def _check_expiry(program: Program) -> Flaws:
    if program.expiry is not None:
        yield from between(("expiry", "months"), program.expiry.months, 1, MAX_EXPIRY_MONTHS)
    yield from days_before(("expiry_alert_days",), program.expiry_alert_days)
    yield from days_before(("voucher_alert_days",), program.voucher_alert_days)
