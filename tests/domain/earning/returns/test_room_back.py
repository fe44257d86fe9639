from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.earning.events.event import Event
from domain.earning.posting.effect import effects
from domain.earning.returns.as_awarded import as_awarded
from domain.earning.returns.refund import Refund, Standing, refund
from domain.earning.returns.returns import Return
from domain.earning.returns.room_back import asked_by, budgets_back, counts_back, share_back
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import given as given_by
from domain.ledger.seal import seal
from domain.ledger.state import EMPTY_STATE, Changes, Count
from domain.program.earning import Campaign, Cap, CapOf, CapPeriod, EarningRule, Waits
from domain.program.engagement import Badge, Challenge, Counter, Counts, Step, Streak
from domain.program.program import Program
from tests.support.judging import AT, PERSON, a_line, an_event, around
from tests.support.programs import SPEND, a_program

BUDGET = Cap(10_000, CapPeriod.MONTH, CapOf.EVERYONE)
MONTH = 2026 * 12 + 2


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


def entries_of(program: Program, event: Event, **more: int) -> list[Entry]:
    """What an event of a new member writes; `more`: what is left of caps of everyone."""
    written = effects(around(program, event, room=more), EMPTY_STATE, AT)
    assert isinstance(written, list)
    head, entries = Head("m"), []
    for one in written:
        draft = Draft(one.key_suffix, "", one.currency, one.kind, one.changes, SYSTEM, AT, AT, lines=one.lines)
        entries.append(seal(head, draft, AT))
        head = Head.of(entries[-1])
    return entries


def reversal(award: Entry, points: int, counts: tuple[Count, ...]) -> Entry:
    """An entry that took so many points and counts back."""
    lines = (AwardLine("reversal", 1, -points, ""),)
    changes = Changes(counts=counts)
    draft = Draft("r", "", award.currency, EntryKind.REVERSE, changes, SYSTEM, AT, AT, lines=lines)
    return seal(Head("m"), draft, AT)


def told(counts: tuple[Count, ...]) -> dict[str, int]:
    """What goes back by counter and by budget; nothing comes back below zero."""
    assert all(count.amount <= 0 for count in counts)
    budgets = budgets_back(Changes(counts=counts))
    return {one.counter: -one.amount for one in counts if not one.counter.endswith("/everyone")} | budgets


class Returning:
    """One award that is taken back in parts, by refunds of its order and by staff."""

    def __init__(self, program: Program, event: Event, awards: list[Entry], award: Entry) -> None:
        self.program, self.event, self.awards, self.award = program, event, awards, award
        self.returns: list[Return] = []
        self.reversals: list[Entry] = []

    @property
    def asked(self) -> int:
        """The points that reversals have asked for so far."""
        return sum(asked_by(one.lines) for one in self.reversals)

    def refund(self, *returned: Return, held: int = 0) -> dict[str, int]:
        """What a return gives back of what the award counted, while so many of its points are set aside."""
        self.returns += returned
        circumstances = as_awarded(self.program, self.event, EMPTY_STATE, PERSON, self.awards)
        rule = self.award.key.partition("~")[2] or None
        standing = Standing(self.award.currency, given_by(self.award), taken=self.asked, rule=rule)
        due = refund(circumstances, self.returns, award_of=standing)
        assert isinstance(due, Refund), due
        asked = due.points - min(held, due.points)
        counts = counts_back(self.program, self.award, self.reversals, due, asked=asked)
        self.reversals.append(reversal(self.award, asked, counts))
        return told(counts)

    def staff(self, points: int) -> dict[str, int]:
        """What staff give back who take so many points."""
        counts = share_back(self.program, self.award, self.reversals, asked=points)
        self.reversals.append(reversal(self.award, points, counts))
        return told(counts)


def of_all(program: Program, event: Event, **room: int) -> list[Returning]:
    """Each award of an event, nothing of which came back yet."""
    awards = entries_of(program, event, **room)
    return [Returning(program, event, awards, award) for award in awards]


BASKET = an_event(lines=(a_line("food", 4_000), a_line("cup", 700, "COFFEE", quantity=2)))
FOOD = Return((a_line("food", 4_000),))
CUP = Return((a_line("cup", 350, "COFFEE"),))
COFFEE = 'line.category == "COFFEE"'
CUPS = a_program(
    earning=(replace(SPEND, categories={}),),
    counters=(Counter("cups", ("purchase",), Counts.UNITS, lines=COFFEE), Counter("orders", ("purchase",))),
    challenges=(
        Challenge("two", "Two", ("purchase",), 2, "", Counts.UNITS, lines=COFFEE, steps=(Step(1, 5),), points=30),
    ),
)
FIFTY = EarningRule(
    "fifty", "F", ("purchase",), 500, when="event.amount >= 2500", caps=(Cap(500, CapPeriod.WEEK),)
)


class TestRefund:
    def test_what_is_kept_goes_on_counting_in_full(self) -> None:
        (one,) = of_all(CUPS, BASKET)
        assert one.refund(FOOD) == {}

    def test_what_came_back_alone_is_counted_no_more(self) -> None:
        (one,) = of_all(CUPS, BASKET)
        assert one.refund(CUP) == {"cups": 1, "challenge:two": 1, "reached:two": 1}
        assert one.refund(CUP) == {"cups": 1, "challenge:two": 1, "passed:two": 1}
        assert one.refund(FOOD) == {"orders": 1}

    def test_a_capped_rule_that_the_kept_part_still_earns_gives_no_room_back(self) -> None:
        (one,) = of_all(a_program(earning=(replace(SPEND, categories={}), FIFTY)), an_event(amount=5_000))
        assert one.refund(Return(amount_minor=2_400)) == {}
        assert one.refund(Return(amount_minor=200)) == {"rule:fifty/week": 500}
        assert one.refund(Return()) == {}

    def test_one_that_it_does_not_earn_gives_all_its_room_back(self) -> None:
        (one,) = of_all(a_program(earning=(replace(SPEND, categories={}), FIFTY)), an_event(amount=5_000))
        assert one.refund(Return(amount_minor=2_600)) == {"rule:fifty/week": 500}

    def test_room_of_points_that_are_set_aside_comes_back_with_them(self) -> None:
        (one,) = of_all(a_program(earning=(FIFTY,)), an_event(amount=5_000))
        assert one.refund(Return(), held=200) == {"rule:fifty/week": 300}
        assert one.staff(50) == {"rule:fifty/week": 50}
        assert one.staff(150) == {"rule:fifty/week": 150}

    def test_a_budget_gets_back_what_the_kept_part_would_not_have_used(self) -> None:
        budget = "rule:spend/ever/everyone"
        shared = replace(
            SPEND, categories={}, caps=(Cap(100, CapPeriod.EVER, CapOf.EVERYONE),), tier_multiplier=False
        )
        (one,) = of_all(a_program(earning=(shared,)), an_event(amount=5_000), **{budget: 30})
        assert given_by(one.award) == 30
        assert one.refund(Return(amount_minor=2_000)) == {}
        assert one.asked == 0
        assert one.refund(Return(amount_minor=1_000)) == {f"{budget}|0": 10}
        assert one.refund(Return()) == {f"{budget}|0": 20}

    def test_what_gave_back_before_reversals_said_so_to_budgets_gave_a_share(self) -> None:
        shared = replace(
            SPEND, categories={}, caps=(Cap(100, CapPeriod.EVER, CapOf.EVERYONE),), tier_multiplier=False
        )
        (one,) = of_all(a_program(earning=(shared,)), an_event(amount=5_000))
        one.reversals.append(reversal(one.award, 20, ()))
        assert one.refund(Return()) == {"rule:spend/ever/everyone|0": 30}

    def test_an_award_of_no_points_gives_back_what_was_returned(self) -> None:
        (one,) = of_all(replace(CUPS, earning=(), challenges=()), BASKET)
        assert one.refund(CUP) == {"cups": 1}
        assert one.refund(Return()) == {"cups": 1, "orders": 1}

    def test_entries_of_before_counters_give_nothing_back(self) -> None:
        capped = a_program(earning=(FIFTY,))
        (one,) = of_all(capped, an_event(amount=5_000))
        one.award = replace(one.award, v=2, changes=replace(one.award.changes, counts=()))
        assert one.refund(Return()) == {}


class TestStaff:
    def test_a_whole_reversal_gives_back_all_that_was_counted_but_for_what_was_told(self) -> None:
        (one,) = of_all(program_of([40]), an_event(amount=1_250))
        counted = {count.counter: count.amount for count in one.award.changes.counts}
        stays = {"streak:s", "badge:b", "reached:gift"}
        budgets = {f"campaign:c/month/everyone|{MONTH}": 30, f"program:POINTS/month/everyone|{MONTH}": 37}
        assert one.staff(given_by(one.award)) == {name: counted[name] for name in counted.keys() - stays} | budgets

    def test_a_part_gives_back_its_share_of_what_refunds_have_left(self) -> None:
        (one,) = of_all(CUPS, BASKET)
        assert one.refund(FOOD) == {}
        # 7 points for the cups and 35 of the challenge are left, two cups and one order.
        assert one.staff(41) == {"cups": 1, "challenge:two": 1}
        assert one.refund(CUP) == {"reached:two": 1}
        assert one.staff(1) == {"orders": 1, "cups": 1, "challenge:two": 1, "passed:two": 1}


STEPS = st.lists(st.tuples(st.sampled_from(["a", "b", "staff"]), st.integers(1, 750)), max_size=6)


@given(st.lists(st.integers(1, 60), max_size=4), STEPS)
def test_however_it_is_reversed_no_more_room_comes_back_than_was_used_and_all_in_the_end(
    points: list[int], steps: list[tuple[str, int]]
) -> None:
    program = program_of(points)
    event = an_event(lines=(a_line("a", 500, quantity=3), a_line("b", 750)))
    for one, whole in zip(of_all(program, event), of_all(program, event), strict=True):
        used, back = whole.staff(given_by(whole.award)), defaultdict[str, int](int)
        left = {"a": 500, "b": 750}
        for what, amount in (*steps, ("all", 0)):
            if what == "staff":
                found = one.staff(min(amount, given_by(one.award) - one.asked))
            else:
                # The last cent is kept to the end: after it nothing could come back any more.
                cents = min(amount, left.get(what, 0), sum(left.values()) - 1)
                if what != "all" and not cents:
                    continue
                left[what] = left.get(what, 0) - cents
                found = one.refund(Return((a_line(what, cents, quantity=0),)) if cents else Return())
            for name, counted in found.items():
                back[name] += counted
                assert back[name] <= used[name]
        assert back == used
