from dataclasses import replace
from types import MappingProxyType

import pytest

from domain.earning.events import intake
from domain.rules import Facts, Failed, Gives, LineFacts, Scope
from domain.rules.sizes import MAX_LINES, MAX_TEXT
from tests.domain.rules.cases import BAGEL, ESPRESSO, EVENT, MEMBER, REFERRAL, compiled, facts, value


class TestTruths:
    @pytest.mark.parametrize(
        "text",
        [
            "event.amount >= 4200 && event.units == 3",
            "event.type == 'purchase' && event.source == 'pos' && event.channel in ['app', 'web']",
            "!has(event.store) && event.store == ''",
            "event.lines.exists(l, l.category == 'coffee' && l.quantity >= 2)",
            "event.lines.exists_one(l, l.brand == '')",
            "event.lines.all(l, l.amount > 0)",
            "event.lines[0].sku.startsWith('esp')",
            "member.tier == 'gold' && member.tier_rank >= 2",
            "member.age >= 18 && member.days > 365 && !member.birthday && !member.referred",
            "'vip' in member.segments && 'early' in member.perks",
            "date.weekday == 4 && date.hour >= 20 && date.week == 48",
            "'thanksgiving' in date.calendars",
            "counters.coffee % 5 == 4 && counters.tea == 0 && streaks.daily == 6",
            "attributes.gift && attributes.table == 12 && attributes.rating > 4.0 && attributes.rating > 4",
            "has(attributes.tags) && 'b' in attributes.tags && !has(attributes.other)",
            "profile.diet.upperAscii() == 'VEGAN'",
        ],
    )
    def test_facts_are_what_their_names_say(self, text: str) -> None:
        assert value(text) is True

    def test_a_referral_is_known_to_its_scope(self) -> None:
        condition = compiled(
            "!referral.same_payment && referral.same_device && referral.made < 10", Scope.REFERRAL
        )
        assert condition.evaluate(facts(referral=REFERRAL)) is True

    def test_each_line_has_facts_of_its_own(self) -> None:
        condition = compiled("line.category == 'coffee' && event.amount > 4000", Scope.LINE)
        together = facts()
        assert [condition.evaluate(together.with_line(line)) for line in (ESPRESSO, BAGEL)] == [True, False]

    def test_a_member_alone_is_enough_for_its_scope(self) -> None:
        assert compiled("counters.coffee == 4", Scope.MEMBER).evaluate(facts(event=None, attributes={})) is True

    def test_attributes_of_any_mapping_will_do(self) -> None:
        assert value("attributes.gift", attributes=MappingProxyType({"gift": True})) is True


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("event.amount / 100", 42),
            ("-7 / 2", -3),
            ("int(double(event.amount) * 1.5)", 6300),
            ("int(math.round(double(event.amount) / 400.0))", 11),
            ("math.least(500, event.amount / 10)", 420),
            ("event.lines.filter(l, l.category == 'coffee').size()", 1),
            ("size(event.lines.filter(l, l.amount > 100))", 2),
            ("event.lines.map(l, l.amount).sum()", 4200),
            ("event.lines.map(l, l.category == 'coffee', l.amount * 2).sum()", 1400),
            ("event.lines.filter(l, l.amount > 100).filter(l, l.category == 'food').map(l, l.amount).sum()", 3500),
            ("event.lines.filter(l, l.amount > 100).map(l, l.quantity > 1, l.amount).sum()", 700),
            ("[[1, 2], [3]].map(a, a.map(b, b * 2).sum()).sum()", 12),
            ("attributes.tags.filter(t, t == 'a').size() + size(attributes.tags)", 3),
            ("attributes.table", 12),
        ],
    )
    def test_they_are_reckoned_exactly(self, text: str, amount: int) -> None:
        assert value(text, Gives.WHOLE) == amount


class TestWhatCannotBeTold:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("attributes.foo == 1", "there is no 'foo'"),
            ("attributes['foo'] == 1", "there is no 'foo'"),
            ("event.amount / counters.tea > 2", "divides by zero"),
            ("event.amount % counters.tea > 2", "divides by zero"),
            ("9223372036854775807 + event.amount > 2", "gives a number beyond 64 bits"),
            ("attributes.rating * 2 == 9", "meets a value of another kind than it needs"),
            ("attributes.note", "must give true or false, gives a text"),
            ("attributes.table", "must give true or false, gives a whole number"),
            ("event.lines[5].amount > 2", "asks for more than a list holds"),
            ("int(event.type) > 2", "finds no number in a text"),
        ],
    )
    def test_the_expression_failed_and_says_why(self, text: str, reason: str) -> None:
        assert value(text) == Failed(reason)

    def test_a_name_that_comes_from_the_facts_is_not_repeated(self) -> None:
        missing = value("attributes[profile.mail] == 1", profile={"mail": "ada@example.org"})
        assert missing == Failed("there is none of the name it asks for")

    def test_a_truth_is_no_whole_number(self) -> None:
        assert value("attributes.gift", Gives.WHOLE) == Failed("must give a whole number, gives true or false")

    def test_a_missing_line_or_event_is_said(self) -> None:
        assert compiled("line.amount > 3", Scope.LINE).evaluate(facts()) == Failed("there is no line here")
        assert compiled("event.amount > 3").evaluate(facts(event=None)) == Failed("there is no event here")

    def test_facts_that_are_no_text_or_no_number_fail_the_expression_only(self) -> None:
        assert isinstance(value("event.amount > 3", event=replace(EVENT, amount=2**63)), Failed)
        assert isinstance(value("event.type == ''", event=replace(EVENT, type="\ud800")), Failed)


class TestSegments:
    def test_they_are_asked_for_once_and_only_by_who_names_them(self) -> None:
        asked: list[int] = []

        def ask() -> tuple[str, ...]:
            asked.append(1)
            return ("late",)

        lazily = facts(segments=ask)
        assert compiled("event.amount > 3").evaluate(lazily) is True
        assert asked == []
        names = compiled("'late' in member.segments", Scope.LINE)
        assert names.evaluate(lazily.with_line(ESPRESSO)) is True
        assert names.evaluate(lazily.with_line(BAGEL)) is True
        assert lazily.values(["member.segments"]) == {"member.segments": "late"}
        assert asked == [1]

    def test_a_segment_that_asks_for_the_segments_finds_none_yet(self) -> None:
        nowhere = replace(MEMBER, segments=())
        itself = compiled("size(member.segments) == 0", Scope.MEMBER)
        lazily: Facts = facts(member=nowhere, segments=lambda: ("alone",) if itself.evaluate(lazily) else ())
        assert compiled("'alone' in member.segments").evaluate(lazily) is True

    def test_no_more_of_them_than_200_count(self) -> None:
        many = replace(MEMBER, segments=tuple(f"s{number}" for number in range(300)))
        assert value("size(member.segments)", Gives.WHOLE, member=many) == 200


class TestValues:
    def test_they_are_plain_and_short(self) -> None:
        names = ["event.amount", "event.store", "counters.tea", "streaks.daily", "member.segments", "event.lines"]
        assert facts().values(names) == {
            "event.amount": 4200,
            "event.store": "",
            "counters.tea": 0,
            "streaks.daily": 6,
            "member.segments": "vip",
            "event.lines": "2 of them",
        }

    def test_long_texts_and_maps_are_cut_at_40_characters(self) -> None:
        long = replace(MEMBER, region="x" * 50)
        given = facts(member=long, attributes={"note": "y" * 50}).values(["member.region", "attributes"])
        assert given == {"member.region": "x" * 39 + "…", "attributes": "note: " + "y" * 33 + "…"}

    def test_a_line_says_its_own(self) -> None:
        line = LineFacts("tea", None, None, 1, 5)
        assert facts().with_line(line).values(["line.sku", "line.brand"]) == {"line.sku": "tea", "line.brand": ""}


def test_the_bounds_of_an_event_are_those_it_is_taken_in_with() -> None:
    assert (MAX_LINES, MAX_TEXT) == (intake.MAX_LINES, intake.MAX_TEXT)
