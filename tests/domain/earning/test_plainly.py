import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.asked import Asking
from domain.earning.known import Known
from domain.earning.names import MAPS, SIZES, sources_of
from domain.earning.plainly import plainly
from domain.earning.plan import plan_of
from domain.ledger.state import Bucket, State
from domain.program.engagement import Counter, Streak
from domain.rules import Expression, Gives, Scope, compile_expression
from tests.support.judging import PERSON, a_line, an_event, around
from tests.support.programs import SILVER, a_program

PROGRAM = a_program(
    counters=(Counter("visits", ("purchase",)),), streaks=(Streak("weeks", "Weeks", ("purchase",)),)
)
SOURCES = {**sources_of(("visits",), ("weeks",)), **SIZES}
BIG = 2**63 - 1
ATTRIBUTES = {"a": "web", "b": 1, "c": ["web"], "d": None}

numbers = st.sampled_from(
    ["event.amount", "event.units", "counters.visits", "streaks.weeks", "date.weekday", "size(event.lines)"]
) | st.sampled_from([-3, -1, 0, 1, 2, 7, 100, 4_200, BIG]).map(str)
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
lists = st.builds("({} in ['web', 'store', {}])".format, texts, st.sampled_from(["'gold'", '"silver"']))
truths = st.recursive(
    comparisons | equalities | lists | st.sampled_from(["member.birthday", "'vip' in member.perks"]) | of_maps,
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
        lines=(a_line("a", 5, quantity=3), a_line("b", 9)),
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
        ],
    )
    def test_what_rules_mostly_say_needs_no_engine(self, text: str) -> None:
        assert plainly(expression(text), SOURCES, maps=MAPS) is not None

    @pytest.mark.parametrize(
        "text",
        [
            "attributes.rating == 5",
            "attributes.rating in [1, 5]",
            "attributes == profile",
            "event.lines.exists(line, line.amount > 5)",
            "event.channel.startsWith('w')",
            "event.amount > 5 ? true : false",
        ],
    )
    def test_the_rest_goes_to_the_engine(self, text: str) -> None:
        assert plainly(expression(text), SOURCES, maps=MAPS) is None

    def test_what_the_engine_fails_on_fails_here(self) -> None:
        asked = Asking(("visits",), ()).ask("100 / counters.visits > 3")
        assert asked is not None
        failed = asked.answer(known(1, None, 0))
        assert getattr(failed, "reason", None) == "divides by zero"
        assert asked.answer(known(1, None, 2)) is True
