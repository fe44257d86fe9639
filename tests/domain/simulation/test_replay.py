"""A replay decides as the ledger does; its numbers are told by hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.members.member import Member
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule
from domain.program.policies import PendingAwards
from domain.simulation.figure import figure_of
from domain.simulation.sample import Sample
from domain.simulation.side import Sum
from tests.support.engaged import FRIENDS, MADE, USED, a_rule
from tests.support.members import a_member
from tests.support.programs import SPEND, a_program
from tests.support.simulating import FIRST, SPAN, bought, replayed, returned, side

PLAIN = a_program()


class TestPoints:
    def test_what_is_spent_earns(self) -> None:
        found = side(PLAIN, [bought("ann", 1_250), bought("bob", 300), bought("ann", 99, day=1)])
        assert found.sums == {"POINTS": Sum(given=15, standing=15)}
        assert {member: end.points for member, end in found.ends.items()} == {
            "ann": {"POINTS": 12},
            "bob": {"POINTS": 3},
        }
        assert (found.events, found.tally.refused) == (3, {})

    def test_a_tier_that_was_reached_multiplies_from_then_on(self) -> None:
        found = side(PLAIN, [bought("ann", 100_000), bought("ann", 10_000, day=1)])
        assert found.tally.rules == {("POINTS", "spend"): 1_100, ("POINTS", "tier:silver"): 25}
        assert found.tally.tiers == {("POINTS", "bronze"): 1_000, ("POINTS", "silver"): 125}
        assert found.ends["ann"].tier == "silver"

    def test_points_expire_within_the_span(self) -> None:
        later = replace(SPAN, until=FIRST + timedelta(days=3_000))
        assert side(PLAIN, [bought("ann", 500)], span=later).sums == {"POINTS": Sum(given=5, expired=5)}

    def test_points_that_wait_stand(self) -> None:
        waiting = a_program(pending=PendingAwards(("purchase",), None, ("delivery",)))
        delivery = replace(returned("ann", "ann-0", 2), type="delivery")
        assert side(waiting, [bought("ann", 500), delivery]).sums == {"POINTS": Sum(given=5, standing=5)}


class TestReturns:
    def test_a_return_takes_back_what_its_part_earned(self) -> None:
        events = [bought("ann", 1_000), returned("ann", "ann-0", 1, amount_minor=400)]
        found = side(PLAIN, events)
        assert found.sums == {"POINTS": Sum(given=10, taken=4, standing=6)}
        assert found.tally.rules == {("POINTS", "spend"): 10, ("POINTS", "reversal"): -4}

    def test_over_any_number_of_returns_no_more_goes_than_came(self) -> None:
        parts = [returned("ann", "ann-0", day, amount_minor=500) for day in (1, 2, 3)]
        found = side(PLAIN, [bought("ann", 1_000), *parts])
        assert found.sums == {"POINTS": Sum(given=10, taken=10)}
        assert found.tally.refused == {"ALREADY_REVERSED": 1}

    def test_the_return_of_an_unknown_order_is_not_taken(self) -> None:
        assert side(PLAIN, [returned("ann", "other", 1)]).tally.refused == {"NOT_FOUND": 1}


class TestBudgets:
    BUDGET = a_program(
        earning=(replace(SPEND, categories={}, caps=(Cap(25, CapPeriod.EVER, CapOf.EVERYONE),)),),
        tiers=replace(PLAIN.tiers, levels=PLAIN.tiers.levels[:1]),
    )

    def test_a_cap_of_everyone_is_used_in_the_order_of_time(self) -> None:
        events = [bought("ann", 1_000), bought("bob", 1_000, day=1), bought("cleo", 1_000, day=2)]
        found = side(self.BUDGET, events)
        assert {member: end.points.get("POINTS", 0) for member, end in found.ends.items()} == {
            "ann": 10,
            "bob": 10,
            "cleo": 5,
        }
        assert found.used == {"rule:spend/ever/everyone|0": (25, 25)}
        assert (found.tally.cuts, found.tally.cut_points) == (
            {"rule:spend/ever/everyone": 1},
            {"rule:spend/ever/everyone": 5},
        )

    def test_a_return_gives_the_room_back(self) -> None:
        events = [
            bought("ann", 2_000),
            returned("ann", "ann-0", 1),
            bought("bob", 2_000, day=2),
            bought("cleo", 2_000, day=3),
        ]
        assert side(self.BUDGET, events).sums == {"POINTS": Sum(given=45, taken=20, standing=25)}


class TestWhatFollows:
    def test_reaching_a_tier_is_told_to_the_rules(self) -> None:
        rising = a_program(earning=(SPEND, a_rule("tier.reached", 100)))
        found = side(rising, [bought("ann", 100_000)])
        assert found.tally.rules == {("POINTS", "spend"): 1_000, ("POINTS", "tier-reached"): 100}

    def test_a_tier_reached_again_after_a_return_is_told_once(self) -> None:
        rising = a_program(earning=(SPEND, a_rule("tier.reached", 100), a_rule("tier.lost", 1)))
        events = [bought("ann", 100_000, day, id=f"o{day}") for day in (0, 2)]
        events += [returned("ann", f"o{day}", day + 1) for day in (0, 2)]
        found = side(rising, events).tally.rules
        assert (found["POINTS", "tier-reached"], found["POINTS", "tier-lost"]) == (100, 1)

    def test_a_birthday_in_the_span_counts_once_a_year(self) -> None:
        born = a_member(1, birthday=(FIRST + timedelta(days=5)).date().replace(year=1990))
        other = a_member(2, birthday=(FIRST - timedelta(days=5)).date().replace(year=1990))
        program = a_program(earning=(a_rule("member.birthday", 50),))
        figures = {one.id: figure_of(program, _joined_early(one)) for one in (born, other)}
        assert side(program, [], figures=figures).sums == {"POINTS": Sum(given=50, standing=50)}

    def test_a_friend_counts_for_both_sides(self) -> None:
        program = a_program(earning=(SPEND, MADE, USED), referrals=replace(FRIENDS, within_days=None))
        ann, bob = _joined_early(a_member(1)), replace(_joined_early(a_member(2)), referred_by=a_member(1).id)
        figures = {one.id: figure_of(program, one) for one in (ann, bob)}
        found = side(program, [bought(bob.id, 1_000), bought(bob.id, 1_000, day=1)], figures=figures)
        assert {member: end.points for member, end in found.ends.items()} == {
            ann.id: {"POINTS": 500},
            bob.id: {"POINTS": 270},
        }


class TestSample:
    def test_it_takes_whole_members_and_the_same_ones_each_time(self) -> None:
        sample = Sample(Decimal(30), 7)
        taken = [str(number) for number in range(10_000) if sample.includes(str(number))]
        assert abs(len(taken) - 3_000) < 150
        assert taken == [str(number) for number in range(10_000) if Sample(Decimal(30), 7).includes(str(number))]
        assert taken != [str(number) for number in range(10_000) if Sample(Decimal(30), 8).includes(str(number))]

    def test_a_larger_sample_has_the_smaller_one(self) -> None:
        ids = [str(number) for number in range(2_000)]
        small, large = Sample(Decimal(5)), Sample(Decimal("12.5"))
        assert {id for id in ids if small.includes(id)} <= {id for id in ids if large.includes(id)}


_events = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cleo"]), st.integers(1, 200_000), st.integers(0, 25)), max_size=12
)


class TestIndependence:
    @given(_events)
    def test_a_member_gets_the_same_whoever_else_is_there(self, rows: list[tuple[str, int, int]]) -> None:
        events = [bought(who, cents, day, id=str(place)) for place, (who, cents, day) in enumerate(rows)]
        together = side(PLAIN, events)
        for member in {event.member for event in events}:
            alone = side(PLAIN, [event for event in events if event.member == member])
            assert alone.ends[member] == together.ends[member]

    @given(_events)
    def test_lines_add_up_to_what_accounts_have(self, rows: list[tuple[str, int, int]]) -> None:
        events = [bought(who, cents, day, id=str(place)) for place, (who, cents, day) in enumerate(rows)]
        events += [returned(who, str(place), 26) for place, (who, _, _) in enumerate(rows) if place % 3 == 0]
        found = side(PLAIN, events)
        net = sum(one.net for one in found.sums.values())
        assert sum(found.tally.rules.values()) == sum(found.tally.tiers.values()) == net


def test_why_a_rule_gave_nothing_is_asked() -> None:
    choosy = EarningRule("choosy", "Choosy", ("purchase",), 5, when="event.amount >= 5000")
    tally = replayed(a_program(earning=(SPEND, choosy)), [bought("ann", 4_200)]).tally
    assert {(rule, reason.value): times for (rule, reason), times in tally.misses.items()} == {
        ("choosy", "CONDITION"): 1
    }


def _joined_early(member: Member) -> Member:
    return replace(member, joined_at=FIRST - timedelta(days=100))
