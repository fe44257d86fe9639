from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.earning import Expiry
from domain.program.flaws import path_text
from domain.program.levels import Metric, Tiers
from domain.program.policies import Holds, PendingAwards, Reversal, Transfers
from domain.program.program import AdjustmentLimits, AdjustmentReason, Currency, Program
from domain.program.rewards import Reward, RewardKind
from tests.support.programs import BRONZE, GOLD, PROGRAM, REVIEW, SILVER, SPEND, a_program, programs

MUG = PROGRAM.rewards[0]
POINTS = Currency("POINTS", "Points")


def said(**changes: Any) -> list[str]:
    return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in check(a_program(**changes))]


def levels(*tiers: Any, metric: Metric = Metric.POINTS) -> Tiers:
    return Tiers(metric, tiers)


class TestCheck:
    def test_a_well_formed_programme_has_no_flaw(self) -> None:
        assert check(PROGRAM) == ()

    @given(programs)
    def test_whatever_the_programme_it_answers(self, program: Program) -> None:
        assert isinstance(check(program), tuple)

    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"name": " "}, "name: must not be empty"),
            (
                {"timezone": "Mars/Base"},
                "timezone: must be an IANA time zone, such as Europe/Berlin, is 'Mars/Base'",
            ),
            ({"timezone": "../etc"}, "timezone: must be an IANA time zone, such as Europe/Berlin, is '../etc'"),
            ({"timezone": "America"}, "timezone: must be an IANA time zone, such as Europe/Berlin, is 'America'"),
            ({"money": "usd"}, "money: must be an ISO 4217 code, such as USD, is 'usd'"),
            ({"locale": "english"}, "locale: must be a language tag, such as en or pt-BR, is 'english'"),
            ({"expiry": Expiry(0)}, "expiry.months: must be at least 1, is 0"),
            ({"expiry_alert_days": (7, 30)}, "expiry_alert_days[1]: must be below 7, is 30"),
            ({"expiry_alert_days": (7, 7)}, "expiry_alert_days[1]: must be below 7, is 7"),
            ({"expiry_alert_days": (0,)}, "expiry_alert_days[0]: must be at least 1, is 0"),
        ],
    )
    def test_the_programme_itself(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(**changes) == [flaw]

    def test_there_is_a_default_currency(self) -> None:
        assert said(currencies=()) == ["currencies: must have at least one: the first is the default"]

    def test_codes_are_given_once(self) -> None:
        assert said(currencies=(POINTS, POINTS)) == [
            "currencies[1].code: 'POINTS' is already at currencies[0].code"
        ]
        reason = AdjustmentReason("A", "A")
        assert said(adjustment_reasons=(reason, reason)) == [
            "adjustment_reasons[1].code: 'A' is already at adjustment_reasons[0].code"
        ]
        assert said(earning=(SPEND, SPEND)) == ["earning[1].code: 'spend' is already at earning[0].code"]
        assert said(rewards=(MUG, MUG)) == ["rewards[1].code: 'mug' is already at rewards[0].code"]

    def test_codes_are_plain(self) -> None:
        assert said(currencies=(Currency("P$", "Points"),)) == [
            """currencies[0].code: must be 1 to 40 letters, digits, "-" or "_", is 'P$'"""
        ]

    def test_a_supervisor_may_do_what_an_agent_may(self) -> None:
        assert said(adjustment_limits=AdjustmentLimits(500, 100)) == [
            "adjustment_limits.supervisor: must be at least 500, is 100"
        ]
        assert said(adjustment_limits=AdjustmentLimits(None, 100)) == [
            "adjustment_limits.supervisor: must be null, as the role below has no limit, is 100"
        ]


class TestEarning:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"points": 0, "per": Decimal(1)}, "points: must be at least 1, is 0"),
            ({"per": Decimal(0)}, "per: must be above 0, is 0"),
            ({"per": Decimal("0.001")}, "per: must be an amount that USD can pay exactly, is 0.001"),
            ({"currency": "GEMS"}, "currency: no currency 'GEMS': there is POINTS, MILES"),
            ({"on": ()}, "on: must name at least one type of event, such as purchase"),
            ({"on": ("Buy it",)}, "on[0]: must be a type of event, such as purchase, is 'Buy it'"),
            (
                {"on": ("member.birthdayy",)},
                "on[0]: no event 'member.birthdayy' is ever made: Regulars makes member.joined, member.birthday, "
                "member.anniversary, tier.reached, tier.lost, challenge.reached, badge.earned, referral.used, "
                "referral.made",
            ),
            ({"on": ("buy", "buy")}, "on[1]: 'buy' is already at earning[0].on[0]"),
            ({"categories": {"A": Decimal(-1)}}, "categories.A: must be at least 0, is -1"),
            ({"per": None}, "categories: multiply money spent, so the rule must have per"),
            ({"code": "tier:gold"}, """code: must be 1 to 40 letters, digits, "-" or "_", is 'tier:gold'"""),
        ],
    )
    def test_a_rule(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(earning=(replace(SPEND, **changes), REVIEW)) == [f"earning[0].{flaw}"]


class TestTiers:
    def test_there_is_a_tier_for_everyone(self) -> None:
        assert said(tiers=levels()) == ["tiers.levels: must have at least one: the first is everyone's"]
        assert said(tiers=levels(SILVER)) == [
            "tiers.levels[0].threshold: must be 0, as the first tier is everyone's, is 1000"
        ]

    def test_thresholds_rise(self) -> None:
        assert said(tiers=levels(BRONZE, GOLD, SILVER)) == [
            "tiers.levels[2].threshold: must be above the 3000 of the tier before it, is 1000"
        ]

    def test_thresholds_are_of_the_metrics_unit(self) -> None:
        half = replace(SILVER, threshold=Decimal("99.5"))
        assert said(tiers=levels(BRONZE, half)) == [
            "tiers.levels[1].threshold: must be a whole number of points, is 99.5"
        ]
        assert said(tiers=levels(BRONZE, half, metric=Metric.SPEND)) == []
        assert said(tiers=levels(BRONZE, half, metric=Metric.SPEND), money="JPY", earning=()) == [
            "tiers.levels[1].threshold: must be an amount that JPY can pay exactly, is 99.5"
        ]

    def test_a_tier_never_takes_points_away(self) -> None:
        assert said(tiers=levels(replace(BRONZE, multiplier=Decimal("0.9")))) == [
            "tiers.levels[0].multiplier: must be at least 1, is 0.9"
        ]


class TestRewards:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"cost": -5}, "cost: must be at least 1, is -5"),
            ({"stock": -1}, "stock: must be at least 0, is -1"),
            ({"currency": "GEMS"}, "currency: no currency 'GEMS': there is POINTS, MILES"),
            ({"min_tier": "gilt"}, "min_tier: no tier 'gilt': there is bronze, silver, gold"),
            ({"copay": Decimal("1.005")}, "copay: must be an amount that USD can pay exactly, is 1.005"),
            ({"voucher_days": 0}, "voucher_days: must be at least 1, is 0"),
            ({"image_url": "javascript:x"}, "image_url: must be a web address, is 'javascript:x'"),
            ({"categories": ("a", "a")}, "categories[1]: 'a' is already at rewards[0].categories[0]"),
            (
                {"available_from": datetime(2026, 1, 1)},
                "available_from: must have an offset, such as 2027-01-31T00:00:00Z",
            ),
            (
                {
                    "available_from": datetime(2026, 1, 2, tzinfo=UTC),
                    "available_until": datetime(2026, 1, 2, tzinfo=UTC),
                },
                "available_until: must be after available_from, 2026-01-02T00:00:00+00:00",
            ),
        ],
    )
    def test_a_reward(self, changes: dict[str, Any], flaw: str) -> None:
        reward = replace(Reward("mug", "A mug", RewardKind.GOODS, 100), **changes)
        assert said(rewards=(reward,)) == [f"rewards[0].{flaw}"]


class TestPolicies:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"on": (), "released_on": ()}, "pending.on: must name at least one type of event, such as purchase"),
            ({"on": ("Buy",)}, "pending.on[0]: must be a type of event, such as purchase, is 'Buy'"),
            ({"days": 0}, "pending.days: must be at least 1, is 0"),
            (
                {"days": None, "released_on": ()},
                "pending: must have days or released_on: without either points would wait for ever",
            ),
            (
                {"released_on": ("purchase",)},
                "pending.released_on[0]: must not be one of the events awards of which wait, is 'purchase'",
            ),
            (
                {"released_on": ("refund",)},
                "refunded_on[0]: must not be one of the events which pending names, is 'refund'",
            ),
            ({"days": 61}, "pending.days: must be at most 60, is 61"),
        ],
    )
    def test_awards_that_wait(self, changes: dict[str, Any], flaw: str) -> None:
        pending = replace(PendingAwards(("purchase",), 14, ("delivery",)), **changes)
        assert said(pending=pending) == [flaw]

    def test_what_waits_is_there_before_it_expires(self) -> None:
        assert said(pending=PendingAwards(("purchase",), 28), expiry=Expiry(1)) == [
            "pending.days: must end before points expire, 1 months after the event"
        ]
        assert said(pending=PendingAwards(("purchase",), 27), expiry=Expiry(1)) == []

    def test_those_that_wait_may_be_the_last(self) -> None:
        assert said(pending=PendingAwards((), None, ("delivery",))) == []

    def test_points_that_expire_for_inactivity_may_wait_for_longer(self) -> None:
        assert said(pending=PendingAwards(("purchase",), 60), expiry=Expiry(1, inactivity=True)) == []

    def test_a_refund_earns_nothing(self) -> None:
        assert said(refunded_on=("refund", "review")) == [
            "refunded_on[1]: must not be one of the events which earn by a rule, is 'review'"
        ]
        assert said(refunded_on=()) == []

    @pytest.mark.parametrize(
        ("transfers", "flaw"),
        [
            (Transfers(min=0), "min: must be at least 1, is 0"),
            (Transfers(min=10, per_transfer=9), "per_transfer: must be at least 10, is 9"),
            (Transfers(per_transfer=100, per_day=99), "per_day: must be at least 100, is 99"),
            (Transfers(per_day=100, in_all=50), "in_all: must be at least 100, is 50"),
            (Transfers(in_all=2**31), "in_all: must be at most 2147483647, is 2147483648"),
        ],
    )
    def test_a_limit_leaves_room_for_those_of_less_time(self, transfers: Transfers, flaw: str) -> None:
        assert said(transfers=transfers) == [f"transfers.{flaw}"]

    def test_days_are_at_least_one_and_not_for_ever(self) -> None:
        assert said(holds=Holds(0), reversal=Reversal(extend_days=4000)) == [
            "reversal.extend_days: must be at most 3660, is 4000",
            "holds.max_days: must be at least 1, is 0",
        ]


class TestCheckChange:
    KEPT = "must keep delivery in released_on: awards may wait for it, and have no date"

    @pytest.mark.parametrize(
        ("pending", "flaw"),
        [
            (None, f"pending: {KEPT}; with nothing in on no more will"),
            (PendingAwards(("purchase",), 14), f"pending.released_on: {KEPT}"),
        ],
    )
    @pytest.mark.parametrize(
        "since",
        [
            (),
            (PendingAwards(("purchase",), 14, ("delivery",)),),
            (PendingAwards((), 14, ("delivery",)), PendingAwards(("purchase",), None, ("collected", "delivery"))),
        ],
    )
    def test_an_event_that_once_released_points_alone_is_kept_by_every_later_version(
        self, since: tuple[PendingAwards, ...], pending: PendingAwards | None, flaw: str
    ) -> None:
        alone = PendingAwards(("purchase",), None, ("delivery",))
        versions = [a_program(pending=one) for one in (alone, *since)]
        first, *_ = check_change(versions, a_program(pending=pending))
        assert f"{path_text(first.path)}: {first.reason}" == flaw

    @pytest.mark.parametrize("days", [14, None])
    def test_it_is_enough_that_nothing_more_waits(self, days: int | None) -> None:
        before = a_program(pending=PendingAwards(("purchase",), None, ("delivery",)))
        assert list(check_change([before], a_program(pending=PendingAwards((), days, ("delivery",))))) == []

    def test_one_beside_a_date_may_go(self) -> None:
        before = a_program(pending=PendingAwards(("purchase",), 14, ("delivery",)))
        assert list(check_change([a_program(), before], a_program())) == []

    def test_the_first_version_follows_nothing(self) -> None:
        assert list(check_change([], a_program())) == []
