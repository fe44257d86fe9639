from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.reversals import Spent
from domain.program.earning import EarningRule, Expiry, Grain, Rounding
from domain.program.levels import Metric, Tier, Tiers
from domain.program.policies import Holds, Lapsed, PendingAwards, Reversal, Transfers
from domain.program.program import AdjustmentLimits, AdjustmentReason, Currency, Program
from domain.program.rewards import Reward, RewardKind
from services.program.load_program import load_program, parse_program

DEMO = Path(__file__).parents[3] / "demo" / "programme.yaml"

WHOLE = """\
name: Test
timezone: Europe/Oslo
money: NOK
locale: nb
currencies:
  - {code: NO, name: yes, worth: 0.10}
earning:
  - code: spend
    name: Spend
    on: [purchase]
    points: 3
    per: 10.00
    currency: NO
    categories: {NO: 1.1, "on": 2}
    rounding: half_even
    tier_multiplier: false
tiers:
  metric: visits
  levels:
    - {code: one, name: "1", threshold: 0}
    - {code: two, name: 2, threshold: 12, multiplier: 1.10, benefits: [010, 'a: b']}
rewards:
  - code: mug
    title: A mug
    kind: GOODS
    cost: 100
    description: |
      Blue.
      Round.
    image_url: https://example.org/mug.png
    categories: [home]
    copay: 9.50
    available_from: 2026-01-01T00:00:00+01:00
    available_until: 2027-01-01T00:00:00Z
    stock: 0
    min_tier: two
    voucher_days: 30
adjustment_reasons:
  - {code: OFF, name: off}
adjustment_limits: {agent: 10, supervisor: ~, admin: null}
expiry: {months: 6, grain: quarter, inactivity: true}
expiry_alert_days: [14, 3]
pending: {on: [purchase], days: null, released_on: [delivery]}
refunded_on: [refund, cancellation]
reversal: {spent: may_go_negative, expired: lost, extend_days: 7}
transfers: {per_transfer: 100, per_day: 200, in_all: ~, min: 5}
holds: {max_days: 3}
"""

SMALL = """\
name: Test
timezone: UTC
money: USD
currencies:
  - {code: POINTS, name: Points}
earning: []
tiers:
  metric: points
  levels:
    - {code: basic, name: Basic, threshold: 0}
"""


def problems(source: str | bytes) -> list[str]:
    loaded = parse_program(source.encode() if isinstance(source, str) else source, "p.yaml")
    assert isinstance(loaded, list)
    return [str(problem) for problem in loaded]


class TestLoadProgram:
    def test_every_key_is_read_as_it_was_written(self) -> None:
        assert parse_program(WHOLE.encode(), "p.yaml") == Program(
            name="Test",
            timezone="Europe/Oslo",
            money="NOK",
            locale="nb",
            currencies=(Currency("NO", "yes", Decimal("0.10")),),
            earning=(
                EarningRule(
                    "spend",
                    "Spend",
                    ("purchase",),
                    3,
                    Decimal("10.00"),
                    "NO",
                    {"NO": Decimal("1.1"), "on": Decimal(2)},
                    Rounding.HALF_EVEN,
                    False,
                ),
            ),
            tiers=Tiers(
                Metric.VISITS,
                (
                    Tier("one", "1", Decimal(0)),
                    Tier("two", "2", Decimal(12), Decimal("1.1"), ("010", "a: b")),
                ),
            ),
            rewards=(
                Reward(
                    "mug",
                    "A mug",
                    RewardKind.GOODS,
                    100,
                    "Blue.\nRound.\n",
                    "https://example.org/mug.png",
                    ("home",),
                    None,
                    Decimal("9.50"),
                    datetime(2025, 12, 31, 23, tzinfo=UTC),
                    datetime(2027, 1, 1, tzinfo=UTC),
                    0,
                    "two",
                    30,
                ),
            ),
            adjustment_reasons=(AdjustmentReason("OFF", "off"),),
            adjustment_limits=AdjustmentLimits(10, None, None),
            expiry=Expiry(6, Grain.QUARTER, inactivity=True),
            expiry_alert_days=(14, 3),
            pending=PendingAwards(("purchase",), None, ("delivery",)),
            refunded_on=("refund", "cancellation"),
            reversal=Reversal(Spent.MAY_GO_NEGATIVE, Lapsed.LOST, 7),
            transfers=Transfers(100, 200, None, 5),
            holds=Holds(3),
        )

    def test_what_is_left_out_takes_its_default(self) -> None:
        loaded = parse_program(SMALL.encode(), "p.yaml")
        assert isinstance(loaded, Program)
        assert (loaded.expiry, loaded.expiry_alert_days, loaded.version) == (Expiry(12), (30, 7, 1), 0)
        assert (loaded.pending, loaded.refunded_on, loaded.transfers) == (None, ("refund",), None)
        assert (loaded.reversal, loaded.holds) == (Reversal(), Holds())

    def test_points_may_never_expire(self) -> None:
        loaded = parse_program(f"{SMALL}expiry: null\n".encode(), "p.yaml")
        assert isinstance(loaded, Program)
        assert loaded.expiry is None

    def test_decimals_are_what_their_text_says(self) -> None:
        loaded = parse_program(SMALL.replace("Points}", "Points, worth: 0.100000001}").encode(), "p.yaml")
        assert isinstance(loaded, Program)
        assert loaded.default_currency.worth == Decimal("0.100000001")

    def test_a_file_that_cannot_be_read_is_a_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "none.yaml"
        loaded = load_program(path)
        assert isinstance(loaded, list)
        assert [str(problem) for problem in loaded] == [f"{path}:1: cannot be read: No such file or directory"]


class TestProblems:
    def test_all_of_a_file_come_at_once_each_with_its_line(self) -> None:
        source = """\
name: Test
timezone: Europe/Berlino
money: USD
currencies:
  - {code: POINTS, name: Points, worth: 1e-2}
earning:
  - code: spend
    name: Spend
    on: [purchase]
    points: 1.5
    per: 1.00
    curency: POINTS
    categories:
      BAKERY: 2
      PRODUCE: many
      BAKERY: 3
  - name: Review
    on: review
    points: "25"
    rounding: bank
tiers:
  metric: point
  levels:
    - {code: basic, name: Basic, threshold: 0}
    - {code: gold, name: Gold, threshold: -1}
rewards:
  - code: mug
    title: A mug
    kind: MUG
    cost: -5
    available_from: 2026-01-01
    min_tier: golden
  - code: mug
    title:
    kind: GOODS
    cost: 100
    copay: .inf
colour: red
"""
        assert problems(source) == [
            "p.yaml:2: timezone: must be an IANA time zone, such as Europe/Berlin, is 'Europe/Berlino'",
            "p.yaml:5: currencies[0].worth: must be a decimal number, such as 1.25, is 1e-2",
            "p.yaml:10: earning[0].points: must be a whole number, is 1.5",
            "p.yaml:12: earning[0].curency: is not known: did you mean 'currency'?",
            "p.yaml:15: earning[0].categories.PRODUCE: must be a decimal number, such as 1.25, is many",
            "p.yaml:16: earning[0].categories.BAKERY: is given twice, first on line 14",
            "p.yaml:17: earning[1].code: is missing",
            "p.yaml:18: earning[1].on: must be a list, is one value",
            "p.yaml:19: earning[1].points: must be a whole number, is '25'",
            "p.yaml:20: earning[1].rounding: cannot be 'bank': one of down, half_even, up",
            "p.yaml:22: tiers.metric: cannot be 'point': did you mean 'points'?",
            "p.yaml:25: tiers.levels[1].threshold: must be above the 0 of the tier before it, is -1",
            "p.yaml:29: rewards[0].kind: cannot be 'MUG': one of GOODS, COUPON, DISCOUNT, CASH, SERVICE, "
            "GIFT_CARD, DONATION",
            "p.yaml:30: rewards[0].cost: must be at least 1, is -5",
            "p.yaml:31: rewards[0].available_from: must have an offset, such as 2027-01-31T00:00:00Z",
            "p.yaml:32: rewards[0].min_tier: no tier 'golden': there is basic, gold",
            "p.yaml:33: rewards[1].code: 'mug' is already at rewards[0].code",
            "p.yaml:34: rewards[1].title: must have a value",
            "p.yaml:37: rewards[1].copay: must be a decimal number, such as 1.25, is .inf",
            "p.yaml:38: colour: is not known",
        ]

    def test_an_empty_mapping_lacks_every_required_key(self) -> None:
        missing = ["name", "timezone", "money", "currencies", "earning", "tiers"]
        assert problems("{}") == [f"p.yaml:1: {name}: is missing" for name in missing]

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("version: 3", "version: is not known"),
            ("name: Again", "name: is given twice, first on line 1"),
            ("? [a]\n: 1", "a key must be text"),
            ("rewards: &all []", "must have no anchors and aliases: write the value out"),
            ("rewards: *all", "must have no anchors and aliases: write the value out"),
            ("rewards: !!python/object:os.system []", "must have no tags, such as !!str"),
            ("--- {}", "must be one document"),
            ("rewards: " + "[" * 100_000, "must be nested at most 12 deep"),
            ('locale: "e\\0n"', "locale: must have no control characters"),
            ('locale: "\\uD800"', None),
            ("expiry_alert_days: [" + "9" * 5000 + "]", None),
            ("adjustment_limits: {agent: 0x10}", "adjustment_limits.agent: must be a whole number, is 0x10"),
            ("adjustment_limits: {agent: 010}", "adjustment_limits.agent: must be a whole number, is 010"),
            ("expiry: never", "expiry: must be keys and values, is one value"),
            ("rewards: {}", "rewards: must be a list, is keys and values"),
            ("locale: [en]", "locale: must be one value, is a list"),
        ],
    )
    def test_yaml_that_is_no_programme_is_refused_where_it_stands(self, line: str, problem: str | None) -> None:
        (only,) = problems(SMALL + line + "\n")
        assert only.startswith("p.yaml:11: ")
        assert problem is None or only == f"p.yaml:11: {problem}"

    def test_broken_yaml_is_refused_with_its_line(self) -> None:
        (only,) = problems("name: Test\nmoney: [USD\ntimezone: UTC\n")
        assert only.startswith("p.yaml:3: is not YAML: ")

    @pytest.mark.parametrize(
        ("source", "problem"),
        [
            (b"", "p.yaml:1: must not be empty"),
            (b"name: a\nmoney: \xff\n", "p.yaml:2: is not UTF-8"),
            (b"5", "p.yaml:1: must be keys and values, is one value"),
            (b"[]", "p.yaml:1: must be keys and values, is a list"),
            (b"#" * (32 * 1024 * 1024 + 1), "p.yaml:1: must be at most 33554432 bytes, is 33554433"),
        ],
    )
    def test_what_is_no_mapping_in_utf8_is_refused(self, source: bytes, problem: str) -> None:
        assert problems(source) == [problem]

    def test_a_control_character_is_refused(self) -> None:
        (only,) = problems(b"name: a\x00b\n")
        assert only.startswith("p.yaml:1: is not YAML: ")

    @given(st.binary(max_size=60) | st.text("[]{}:,-&*!|>'\"#%@`? \n\tab1~", max_size=60).map(str.encode))
    def test_whatever_the_bytes_there_is_a_problem_and_no_fault(self, source: bytes) -> None:
        assert problems(source)

    @given(st.data())
    def test_whatever_line_is_lost_the_answer_is_a_programme_or_problems(self, data: st.DataObject) -> None:
        lines = WHOLE.splitlines(keepends=True)
        lost = data.draw(st.integers(0, len(lines) - 1))
        loaded = parse_program("".join(lines[:lost] + lines[lost + 1 :]).encode(), "p.yaml")
        assert isinstance(loaded, Program) or all(1 <= problem.line <= len(lines) for problem in loaded)

    def test_what_may_not_follow_the_programme_in_force_has_its_line(self) -> None:
        source = DEMO.read_bytes()
        loaded = parse_program(source.replace(b"- code: POINTS", b"- code: STARS"), "p.yaml")
        assert isinstance(loaded, Program)
        (problem,) = parse_program(source, "p.yaml", follows=[loaded])
        line = source.splitlines().index(b"currencies:") + 1
        assert str(problem) == f"p.yaml:{line}: currencies: must keep STARS: members may have points in it"


class TestDemo:
    def test_the_demo_programme_is_well_formed(self) -> None:
        demo = load_program(DEMO)
        assert isinstance(demo, Program)
        assert (demo.money, demo.timezone, demo.default_currency.code) == ("USD", "America/New_York", "POINTS")
        assert (demo.expiry, demo.expiry_alert_days) == (Expiry(12, Grain.MONTH), (30, 7, 1))
        assert [(tier.code, tier.multiplier) for tier in demo.tiers.levels] == [
            ("bronze", 1),
            ("silver", Decimal("1.25")),
            ("gold", Decimal("1.5")),
        ]
        assert "GOODWILL" in {reason.code for reason in demo.adjustment_reasons}
        assert demo.adjustment_limits.agent == 500
        assert (demo.pending, demo.refunded_on, demo.reversal) == (None, ("refund",), Reversal())
        assert demo.transfers == Transfers(per_transfer=5000, per_day=5000)

    def test_its_last_few_are_twenty_goods_for_a_hundred_points_and_everyone(self) -> None:
        demo = load_program(DEMO)
        assert isinstance(demo, Program)
        (last,) = (reward for reward in demo.rewards if reward.code == "last-few")
        assert (last.kind, last.stock, last.cost, last.min_tier) == (RewardKind.GOODS, 20, 100, None)

    def test_its_catalog_is_a_dozen_of_every_kind_that_never_closes(self) -> None:
        demo = load_program(DEMO)
        assert isinstance(demo, Program)
        assert len(demo.rewards) >= 12
        assert {reward.kind for reward in demo.rewards} == set(RewardKind)
        assert not any(reward.available_from or reward.available_until for reward in demo.rewards)
