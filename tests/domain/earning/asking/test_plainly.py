import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.asking.asked import Asking
from domain.earning.asking.plainly import Names, necessarily, plainly
from domain.earning.facts.known import Known
from domain.earning.facts.names import LISTS, MAPS, SIZES, sources_of
from domain.earning.planning.plan import plan_of
from domain.ledger.state import Bucket, State
from domain.program.engagement import Counter, Streak
from domain.rules import Expression, Gives, Scope, compile_expression
from tests.support.judging import PERSON, a_line, an_event, around
from tests.support.programs import SILVER, a_program

PROGRAM = a_program(
    counters=(Counter("visits", ("purchase",)),), streaks=(Streak("weeks", "Weeks", ("purchase",)),)
)
NAMES = Names({**sources_of(("visits",), ("weeks",)), **SIZES}, MAPS, LISTS)
BIG = 2**63 - 1
ATTRIBUTES = {"a": "web", "b": 1, "c": ["web"], "d": None}

numbers = st.sampled_from(
    ["event.amount", "event.units", "counters.visits", "streaks.weeks", "date.weekday", "size(event.lines)"]
) | st.sampled_from([-3, -1, 0, 1, 2, 7, 100, 4_200, BIG, -BIG - 1]).map(str)
texts = st.sampled_from(
    ["event.type", "event.channel", "member.tier", "'web'", '"silver"', "''", "'it\\'s'", "'{}'"]
)
sums = st.recursive(
    numbers, lambda of: st.builds("({} {} {})".format, of, st.sampled_from("+-*/%"), of), max_leaves=4
)
comparisons = st.builds("({} {} {})".format, sums, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), sums)
equalities = st.builds("({} {} {})".format, texts, st.sampled_from(["==", "!="]), texts)
of_maps = st.builds(
    "({} {})".format,
    st.sampled_from(
        ["attributes.a", "attributes.b", "attributes.c", "attributes.d", "attributes.none", "profile.e"]
    ),
    st.sampled_from(["== 'web'", "!= 'web'", "in ['web', '1']", "== ''"]),
) | st.sampled_from(["has(attributes.a)", "has(attributes.none)", "has(profile.e)", "has(attributes.d)"])
of_lines = st.builds(
    "event.lines.{}(line, line.{})".format,
    st.sampled_from(["exists", "exists_one", "all"]),
    st.sampled_from(["sku == 'a'", "amount > 5", "quantity < 2", "brand != ''", "amount / line.amount > 0"]),
)
lists = st.builds("({} in ['web', 'store', {}])".format, texts, st.sampled_from(["'gold'", '"silver"']))
truths = st.recursive(
    comparisons
    | equalities
    | lists
    | st.sampled_from(["member.birthday", "'vip' in member.perks"])
    | of_maps
    | of_lines,
    lambda of: st.builds("({} {} {})".format, of, st.sampled_from(["&&", "||"]), of) | of.map("!({})".format),
    max_leaves=5,
)


def known(amount: int, channel: str | None, visits: int) -> Known:
    """An event of that amount and channel, by a member who came so often."""
    event = an_event(
        "purchase",
        amount,
        channel=channel,
        attributes=ATTRIBUTES,
        lines=(a_line("a", 5, quantity=3), a_line("b", 9), a_line("c", 0)),
    )
    state = State(counters={"visits": (Bucket(0, visits),)} if visits else {})
    person = PERSON._replace(profile={"e": "web"})
    return Known(around(PROGRAM, event, SILVER, state=state, person=person), plan_of(PROGRAM))


def expression(text: str, gives: Gives = Gives.TRUTH) -> Expression:
    """The text, compiled."""
    found = compile_expression(text, scope=Scope.EVENT, gives=gives, counters=("visits",), streaks=("weeks",))
    assert isinstance(found, Expression), (text, found)
    return found


class TestPlainly:
    @given(
        truths,
        st.sampled_from([0, 1, 4_199, 4_200, 10**12]),
        st.none() | st.sampled_from(["web", "store", "it's", "{}"]),
        st.integers(0, 3),
    )
    def test_it_gives_what_the_engine_gives(
        self, text: str, amount: int, channel: str | None, visits: int
    ) -> None:
        asked = Asking(("visits",), ("weeks",)).ask(text)
        assert asked is not None
        event = known(amount, channel, visits)
        assert asked.answer(event) == expression(text).evaluate(event.facts)

    @pytest.mark.parametrize("sign", "/%")
    def test_the_lowest_number_by_minus_one_has_neither_quotient_nor_remainder(self, sign: str) -> None:
        asked = Asking((), ()).ask(f"{-BIG - 1} {sign} -1 == 0")
        assert asked is not None
        assert getattr(asked.answer(known(1, None, 0)), "reason", None) == "gives a number beyond 64 bits"

    @given(sums, st.sampled_from([0, 7, 4_200]), st.integers(0, 3))
    def test_so_do_amounts(self, text: str, amount: int, visits: int) -> None:
        asked = Asking(("visits",), ("weeks",)).ask(text, gives=Gives.WHOLE)
        assert asked is not None
        event = known(amount, None, visits)
        assert asked.answer(event) == expression(text, Gives.WHOLE).evaluate(event.facts)

    @pytest.mark.parametrize(
        "text",
        [
            "event.amount >= 5000 && member.tier == 'gold'",
            "!(event.channel in ['web', 'app'])",
            "counters.visits % 10 == 9",
            "size(event.lines) > 3",
            "'vip' in member.segments",
            "has(attributes.coupon) && attributes.coupon in ['SPRING', 'MAY']",
            "profile.size != 'L'",
            "event.lines.exists(line, line.category in ['MEAT', 'FISH'] && line.amount > 5)",
        ],
    )
    def test_what_rules_mostly_say_needs_no_engine(self, text: str) -> None:
        assert plainly(expression(text), NAMES) is not None

    @pytest.mark.parametrize(
        "text",
        [
            "attributes.rating == 5",
            "attributes.rating in [1, 5]",
            "attributes == profile",
            "event.lines.all(line, line.amount > 5)",
            "event.lines.exists_one(line, line.amount > 5)",
            "event.lines.exists(line, line.amount > event.amount)",
            "event.lines.exists(line, line.sku.startsWith('a'))",
            "event.channel.startsWith('w')",
            "event.amount > 5 ? true : false",
        ],
    )
    def test_the_rest_goes_to_the_engine(self, text: str) -> None:
        assert plainly(expression(text), NAMES) is None

    def test_where_a_part_surely_does_not_hold_the_rest_is_not_asked(self) -> None:
        text = "event.channel == 'web' && attributes.none == 5"
        needs = necessarily(expression(text), NAMES)
        asked = Asking((), ()).ask(text)
        assert needs is not None
        assert asked is not None
        assert (needs(known(1, "web", 0)), needs(known(1, "store", 0))) == (True, False)
        assert asked.answer(known(1, "store", 0)) is False
        assert getattr(asked.answer(known(1, "web", 0)), "reason", None) == "there is no 'none'"

    def test_what_the_engine_fails_on_fails_here(self) -> None:
        asked = Asking(("visits",), ()).ask("100 / counters.visits > 3")
        assert asked is not None
        failed = asked.answer(known(1, None, 0))
        assert getattr(failed, "reason", None) == "divides by zero"
        assert asked.answer(known(1, None, 2)) is True
