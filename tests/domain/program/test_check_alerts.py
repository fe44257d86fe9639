"""What is wrong with a programme's alerts is said at its place."""

from typing import Any

import pytest

from domain.alerts.channel import Channel
from domain.inbox.message import NotificationKind
from domain.program.alerts import AlertCap, AlertHook, Alerts, BalanceAlert, Digest, Escalation, Route
from domain.program.check import check
from domain.program.flaws import path_text
from tests.support.programs import a_program

TIER, POINTS = NotificationKind.TIER_CHANGED, NotificationKind.POINTS_CHANGED
NO_KIND: tuple[NotificationKind, ...] = ()


class TestCheckAlerts:
    def test_the_default_is_well_formed(self) -> None:
        assert check(a_program()) == ()

    @pytest.mark.parametrize(
        ("alerts", "flaw"),
        [
            ({"routes": (Route(TIER, ()), Route(TIER, ()))}, "alerts.routes[1].kind: "),
            ({"routes": (Route(TIER, (Channel.SMS, Channel.SMS)),)}, "alerts.routes[0].channels[1]: "),
            ({"routes": (Route(TIER, (Channel.WEBHOOK,)),)}, "alerts.routes[0].channels[0]: must be PUSH, EMAIL"),
            ({"quiet_hours": "9-17"}, "alerts.quiet_hours: must be two times of day"),
            ({"quiet_hours": "21:00-24:00"}, "alerts.quiet_hours: must be two times of day"),
            ({"caps": (AlertCap(Channel.SMS, 0),)}, "alerts.caps[0].most: must be at least 1, is 0"),
            ({"caps": (AlertCap(Channel.SMS, 1, 721),)}, "alerts.caps[0].hours: must be at most 720, is 721"),
            ({"digest": Digest(0)}, "alerts.digest.minutes: must be at least 1, is 0"),
            ({"escalation": Escalation((TIER,), to=Channel.PUSH)}, "alerts.escalation.to: must be EMAIL or SMS"),
            ({"escalation": Escalation(NO_KIND)}, "alerts.escalation.kinds: must name at least one kind"),
            ({"balance": (BalanceAlert(0),)}, "alerts.balance[0].points: must be at least 1, is 0"),
            ({"balance": (BalanceAlert(5, "GOLD"),)}, "alerts.balance[0].currency: "),
            ({"balance": (BalanceAlert(5), BalanceAlert(5, "POINTS"))}, "alerts.balance[1].points: "),
            ({"tier_at_risk_days": (7, 7)}, "alerts.tier_at_risk_days[1]: must be below 7, is 7"),
            ({"challenge_percent": (50, 40)}, "alerts.challenge_percent[1]: must be above 50, is 40"),
            ({"challenge_percent": (100,)}, "alerts.challenge_percent[0]: must be at most 99, is 100"),
            ({"webhooks": (AlertHook("crm"),)}, "alerts.webhooks[0].partner: "),
        ],
    )
    def test_each_flaw_is_told_once(self, alerts: dict[str, Any], flaw: str) -> None:
        (found,) = check(a_program(alerts=Alerts(**alerts)))
        assert f"{path_text(found.path)}: {found.reason}".startswith(flaw)

    def test_routes_stand_in_for_the_defaults_kind_by_kind(self) -> None:
        alerts = Alerts(routes=(Route(POINTS, (Channel.SMS,)),))
        assert alerts.channels(POINTS) == (Channel.SMS,)
        assert alerts.channels(TIER) == (Channel.PUSH, Channel.EMAIL)
