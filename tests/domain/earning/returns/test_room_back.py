from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.earning.posting.effect import effects
from domain.earning.returns.room_back import Asked, budgets_back, counts_back
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.reversals import given as given_by
from domain.ledger.seal import seal
from domain.ledger.state import EMPTY_STATE
from domain.program.earning import Campaign, Cap, CapOf, CapPeriod, EarningRule, Waits
from domain.program.engagement import Badge, Challenge, Counter, Counts, Streak
from domain.program.program import Program
from tests.support.judging import AT, an_event, around
from tests.support.programs import GOLD, a_program

BUDGET = Cap(10_000, CapPeriod.MONTH, CapOf.EVERYONE)


def program_of(points: list[int]) -> Program:
    """Rules of these points, every other one with an entry of its own, with caps of all kinds."""
    rules = tuple(
        EarningRule(
            f"r{place}",
            "R",
            ("purchase",),
            each,
            caps=(Cap(30, CapPeriod.DAY), Cap(9_000, CapPeriod.YEAR)),
            campaign="c",
            waits=Waits(3) if place % 2 else None,
        )
        for place, each in enumerate(points)
    )
    return a_program(
        earning=rules,
        campaigns=(Campaign("c", "C", caps=(BUDGET,)),),
        caps=(Cap(50, CapPeriod.WEEK), BUDGET),
        counters=(Counter("spent", ("purchase",), Counts.AMOUNT), Counter("days", ("purchase",), Counts.DAYS)),
        streaks=(Streak("s", "S", ("purchase",)),),
        challenges=(
            Challenge("once", "Once", ("purchase",), 1, points=7, badge="b"),
            Challenge("gift", "Gift", ("purchase",), 1, reward="mug"),
        ),
        badges=(Badge("b", "B"),),
    )


def entries_of(program: Program) -> list[Entry]:
    """What a purchase of 12.50 by a gold member writes."""
    event = an_event("purchase", 1_250)
    written = effects(around(program, event, GOLD), EMPTY_STATE, AT)
    assert isinstance(written, list)
    head, entries = Head("m"), []
    for one in written:
        draft = Draft(one.key_suffix, "", one.currency, one.kind, one.changes, SYSTEM, AT, AT, lines=one.lines)
        entries.append(seal(head, draft, AT))
        head = Head.of(entries[-1])
    return entries


def back(program: Program, award: Entry, before: int, points: int) -> dict[str, int]:
    """What a reversal of so many points gives back, of counters and of budgets."""
    asked = Asked.of(award, before, [AwardLine("reversal", 1, -points, "")], whole=points == 0)
    counts = counts_back(program, award, asked)
    assert all(count.amount < 0 for count in counts)
    budgets = {budget.id: points for budget, points in budgets_back(program, award, asked).items()}
    return {count.counter: -count.amount for count in counts} | budgets


@given(st.lists(st.integers(1, 60), max_size=4), st.data())
def test_however_it_is_reversed_no_more_room_comes_back_than_was_used_and_all_in_the_end(
    points: list[int], data: st.DataObject
) -> None:
    program = program_of(points)
    used: dict[str, int] = defaultdict(int)
    for entry in entries_of(program):
        for name, amount in back(program, entry, 0, given_by(entry)).items():
            used[name] += amount
    returned: dict[str, int] = defaultdict(int)
    for entry in entries_of(program):
        before = 0
        while before < given_by(entry):
            some = data.draw(st.integers(1, given_by(entry) - before))
            for name, amount in back(program, entry, before, some).items():
                returned[name] += amount
                assert returned[name] <= used[name]
            before += some
    assert returned == used


class TestWhole:
    def test_it_is_all_that_was_counted_but_for_what_was_told(self) -> None:
        program = program_of([40])
        (entry,) = entries_of(program)
        counted = {count.counter: count.amount for count in entry.changes.counts}
        told = {"streak:s", "badge:b", "reached:gift"}
        returned = back(program, entry, 0, given_by(entry))
        period = 2026 * 12 + 2
        budgets = {f"campaign:c/month/everyone|{period}": 30, f"program:POINTS/month/everyone|{period}": 50}
        assert returned == {name: counted[name] for name in counted.keys() - told} | budgets

    def test_an_award_of_no_points_goes_back_as_a_whole_or_not_at_all(self) -> None:
        program = a_program(earning=(), counters=(Counter("visits", ("purchase",)),))
        (entry,) = entries_of(program)
        assert back(program, entry, 0, 0) == {"visits": 1}
        assert counts_back(program, entry, Asked.of(entry, 0, ())) == ()
