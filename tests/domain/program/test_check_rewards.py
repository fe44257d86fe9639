"""What a catalog, its sales, guards and the like must hold before a programme may be published."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.program.check import check
from domain.program.earning import Calendar, CapOf, Period, Segment
from domain.program.engagement import Challenge
from domain.program.flaws import path_text
from domain.program.rewards import (
    Cancellation,
    Guard,
    Partner,
    PayWithPoints,
    Pool,
    Price,
    Reward,
    RewardKind,
    RewardLimit,
    RewardTexts,
    Sale,
    Variant,
    VoucherTerms,
)
from tests.support.programs import a_program

JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
SHIRT = Reward(
    "shirt",
    "A shirt",
    RewardKind.GOODS,
    500,
    categories=("clothes",),
    images=("https://example.org/shirt.png",),
    translations={"de": RewardTexts("Ein Hemd"), "zh-Hans": RewardTexts(terms="...")},
    variants=(Variant("s", "Small", {"size": "S"}, 3), Variant("l", "Large")),
    prices=(Price(400, name="Silver", tiers=("silver",)), Price(300, Decimal("2.50"), segments=("new",))),
    limits=(RewardLimit(2), RewardLimit(9, Period.DAY, CapOf.EVERYONE)),
    when="member.days > 30",
    why="For members of a month.",
    partner="mill",
)
CARD = Reward(
    "card",
    "A card",
    RewardKind.GIFT_CARD,
    2_500,
    voucher_days=365,
    value=Decimal(25),
    voucher=VoucherTerms(stores=("zurich",), payload="https://example.org/{code}"),
)
MOVIE = Reward("movie", "A film", RewardKind.COUPON, 900, voucher=VoucherTerms(pool="films"))
WHOLE: dict[str, Any] = {
    "rewards": (SHIRT, CARD, MOVIE),
    "segments": (Segment("new", "New", "member.days < 60"),),
    "calendars": (Calendar("fairs", (date(2026, 9, 5),)),),
    "sales": (
        Sale("fair", "Fair", 20, JUNE, JULY, "fairs", ("shirt",), ("clothes",), (RewardKind.COUPON,), ("gold",)),
    ),
    "pools": (Pool("films", "Films", 10),),
    "partners": (Partner("mill", "The mill"),),
    "guards": (Guard("fast", "Fast", "redemption.hour > 3 && redemption.kind == 'GIFT_CARD'"),),
    "pay_with_points": PayWithPoints(100, Decimal(1)),
}


def said(**changes: Any) -> list[str]:
    return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in check(a_program(**(WHOLE | changes)))]


def of_shirt(**changes: Any) -> list[str]:
    return said(rewards=(replace(SHIRT, **changes), CARD, MOVIE))


class TestRewards:
    def test_what_uses_all_of_it_has_no_flaw(self) -> None:
        assert said() == []

    @pytest.mark.parametrize(
        ("changes", "flaws"),
        [
            ({"images": ("shirt.png",)}, ["images[0]: must be a web address, is 'shirt.png'"]),
            (
                {"translations": {"german": RewardTexts()}},
                ["translations.german: must be a language tag, such as en or pt-BR, is 'german'"],
            ),
            (
                {"translations": {"en": RewardTexts()}},
                ["translations.en: must be left out: the reward's own texts are in it"],
            ),
            ({"translations": {"de": RewardTexts(" ")}}, ["translations.de.title: must not be empty"]),
            (
                {"variants": (Variant("s", "S"), Variant("s", "T"))},
                ["variants[1].code: 's' is already at rewards[0].variants[0].code"],
            ),
            (
                {"variants": (Variant("s.m", "S"),)},
                ['variants[0].code: must be 1 to 40 letters, digits, "-" or "_", is \'s.m\''],
            ),
            ({"variants": (Variant("s", "S", stock=-1),)}, ["variants[0].stock: must be at least 0, is -1"]),
            ({"stock": 5}, ["stock: must be left out: each of its variants has its own"]),
            ({"prices": (Price(0),)}, ["prices[0].cost: must be at least 1, is 0"]),
            (
                {"prices": (Price(1, tiers=("iron",)),)},
                ["prices[0].tiers[0]: no tier 'iron': there is bronze, silver, gold"],
            ),
            (
                {"prices": (Price(1, segments=("old",)),)},
                ["prices[0].segments[0]: no segment 'old': there is new"],
            ),
            (
                {"prices": (Price(1, starts=JULY, ends=JUNE),)},
                ["prices[0].ends: must be after starts, 2026-07-01T00:00:00+00:00"],
            ),
            (
                {"prices": (Price(1, Decimal("0.001")),)},
                ["prices[0].copay: must be an amount that USD can pay exactly, is 0.001"],
            ),
            ({"limits": (RewardLimit(0),)}, ["limits[0].most: must be at least 1, is 0"]),
            (
                {"limits": (RewardLimit(1), RewardLimit(2))},
                ["limits[1]: 'per ever of member' is already at rewards[0].limits[0]"],
            ),
            ({"when": None}, ["why: goes only with when"]),
            ({"partner": "forge"}, ["partner: no partner 'forge': there is mill"]),
            ({"value": Decimal(5)}, ["value: is what a gift card holds: a reward of kind GOODS has none"]),
            (
                {"voucher": VoucherTerms()},
                ["voucher: says what vouchers look like, and there are none: say voucher_days, or a pool"],
            ),
            ({"voucher": VoucherTerms(pool="plays")}, ["voucher.pool: no pool 'plays': there is films"]),
            (
                {"voucher": VoucherTerms("XXX-XXX", pool="films")},
                ["voucher.pattern: must be left out: the codes are those of the pool"],
            ),
            (
                {"voucher_days": 9, "voucher": VoucherTerms("XXX-XXX")},
                ["voucher.pattern: must have at least 11 X, the last of them a check, has 6"],
            ),
            (
                {"voucher_days": 9, "voucher": VoucherTerms(payload="code")},
                ["voucher.payload: must have {code} in it, once"],
            ),
        ],
    )
    def test_a_reward(self, changes: dict[str, Any], flaws: list[str]) -> None:
        assert of_shirt(**changes) == [f"rewards[0].{flaw}" for flaw in flaws]

    def test_a_condition_that_is_none_is_shown_with_its_place(self) -> None:
        (flaw,) = of_shirt(when="member.day > 3")
        assert flaw.startswith("rewards[0].when: line 1, column 7: there is no 'day' in member")
        assert "\n      ^" in flaw

    def test_a_gift_card_with_vouchers_says_what_it_holds(self) -> None:
        assert said(rewards=(SHIRT, replace(CARD, value=None), MOVIE)) == [
            "rewards[1].value: must be there: it is what the gift card holds"
        ]
        assert said(rewards=(SHIRT, replace(CARD, value=None, voucher_days=None, voucher=None), MOVIE)) == []


class TestOffers:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"percent_off": 0}, "percent_off: must be at least 1, is 0"),
            ({"percent_off": 100}, "percent_off: must be at most 99, is 100"),
            ({"calendar": "moons"}, "calendar: no calendar 'moons': there is fairs"),
            ({"rewards": ("hat",)}, "rewards[0]: no reward 'hat'"),
            ({"categories": ("toys",)}, "categories[0]: no category 'toys': there is clothes"),
            ({"segments": ("old",)}, "segments[0]: no segment 'old': there is new"),
            ({"tiers": ("gold", "gold")}, "tiers[1]: 'gold' is already at sales[0].tiers[0]"),
            ({"starts": JULY}, "ends: must be after starts, 2026-07-01T00:00:00+00:00"),
            ({"name": ""}, "name: must not be empty"),
        ],
    )
    def test_a_sale(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(sales=(replace(WHOLE["sales"][0], **changes),)) == [f"sales[0].{flaw}"]

    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"hours": 0}, "guards[0].hours: must be at least 1, is 0"),
            ({"hours": 721}, "guards[0].hours: must be at most 720, is 721"),
            ({"code": "a b"}, 'guards[0].code: must be 1 to 40 letters, digits, "-" or "_", is \'a b\''),
        ],
    )
    def test_a_guard(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(guards=(replace(WHOLE["guards"][0], **changes),)) == [flaw]

    @pytest.mark.parametrize(
        ("when", "reason"),
        [
            ("redemption.pts > 3", "there is no 'pts' in redemption"),
            ("event.amount > 3", "there is no 'event'"),
            ("redemption.points", "must give true or false"),
            ("redemption.reward == 'shrt'", "there is no reward 'shrt': did you mean 'shirt'?"),
            ("redemption.kind == 'GOOD'", "there is no kind of reward 'GOOD': did you mean 'GOODS'?"),
            ("'cloths' in redemption.categories", "there is no category 'cloths': did you mean 'clothes'?"),
        ],
    )
    def test_a_guards_condition(self, when: str, reason: str) -> None:
        (flaw,) = said(guards=(Guard("fast", "Fast", when),))
        assert flaw.startswith("guards[0].when: line 1, column ")
        assert reason in flaw

    @pytest.mark.parametrize("name", ["sales", "pools", "partners", "guards"])
    def test_codes_are_there_once(self, name: str) -> None:
        (one,) = WHOLE[name]
        assert said(**{name: (one, one)}) == [f"{name}[1].code: '{one.code}' is already at {name}[0].code"]

    def test_no_two_partners_share_the_settings_that_say_where_members_addresses_go(self) -> None:
        partners = (Partner("mill", "The mill"), Partner("old-mill", "Old"), Partner("Old_Mill", "Another"))
        assert said(partners=partners) == [
            "partners[2].code: 'Old_Mill' has the same settings, REGULARS_PARTNER_OLD_MILL_URL, as old-mill"
        ]

    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"pools": (Pool("films", "Films", -1),)}, "pools[0].low: must be at least 0, is -1"),
            ({"cancellation": Cancellation(0)}, "cancellation.members_within_days: must be at least 1, is 0"),
            (
                {"pay_with_points": PayWithPoints(0, Decimal(1))},
                "pay_with_points.points: must be at least 1, is 0",
            ),
            ({"pay_with_points": PayWithPoints(9, Decimal(0))}, "pay_with_points.money: must be above 0, is 0"),
            (
                {"pay_with_points": PayWithPoints(9, Decimal(1), most_percent=101)},
                "pay_with_points.most_percent: must be at most 100, is 101",
            ),
            (
                {"pay_with_points": PayWithPoints(9, Decimal(1), "STARS")},
                "pay_with_points.currency: no currency 'STARS': there is POINTS, MILES",
            ),
            ({"voucher_alert_days": (1, 7)}, "voucher_alert_days[1]: must be below 1, is 7"),
        ],
    )
    def test_the_rest(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(**changes) == [flaw]

    def test_members_may_never_cancel(self) -> None:
        assert said(cancellation=Cancellation(None)) == []

    @pytest.mark.parametrize(("change", "wanted"), [({}, "a variant"), ({"variants": ()}, "an address")])
    def test_a_challenge_gives_what_needs_no_choice(self, change: dict[str, Any], wanted: str) -> None:
        challenge = Challenge("ten", "Ten", ("purchase",), 10, reward="shirt")
        flaws = said(rewards=(replace(SHIRT, **change), CARD, MOVIE), challenges=(challenge,))
        assert flaws == [f"challenges[0].reward: must be one that needs no choice: shirt needs {wanted}"]
