from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.earning.events.event import Event
from domain.earning.posting.effect import Effect, effects
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.state import EMPTY_STATE, MAX_POINTS, Account, Bucket, State
from domain.program.earning import Cap, CapPeriod, EarningRule, Expiry, Grain, Waits
from domain.program.engagement import Counter, Counts
from domain.program.levels import Metric, Tiers
from domain.program.policies import PendingAwards
from domain.program.program import Program
from domain.refusals import Refused
from tests.support.judging import AT, an_event, around, judged, points_of
from tests.support.programs import BRONZE, GOLD, a_program

MARCH = datetime(2027, 4, 1, 4, tzinfo=UTC)
"""The end of a year and a month after the event."""


def rule(code: str, points: int, **more: Any) -> EarningRule:
    return EarningRule(code, code.title(), ("purchase",), points, **more)


def write(program: Program, event: Event = an_event(), state: State = EMPTY_STATE) -> list[Effect]:  # noqa: B008
    found = effects(around(program, event, state=state), state, AT)
    assert isinstance(found, list)
    return found


class TestBounds:
    @pytest.mark.parametrize("more", [0, 1])
    def test_what_is_counted_comes_to_the_highest_whole_number_of_every_reader_and_no_further(
        self, more: int
    ) -> None:
        spent = Counter("spent", ("purchase",), Counts.AMOUNT)
        spending = a_program(earning=(), counters=(spent,), tiers=Tiers(Metric.VISITS, (BRONZE,)))
        qualifying = a_program(earning=(), tiers=Tiers(Metric.SPEND, (BRONZE,)))
        event, before = an_event(amount=10**12), MAX_POINTS - 10**12 + more
        counted = State(counters={"spent": (Bucket(0, before),)}), State(qualifying={"2026": before})
        for program, state in zip((spending, qualifying), counted, strict=True):
            found = effects(around(program, event, state=state), state, AT)
            assert isinstance(found, Refused) is bool(more)


class TestEntries:
    def test_each_currency_has_one_and_so_has_a_rule_with_a_wait_or_an_expiry_of_its_own(self) -> None:
        rules = (
            rule("miles", 3, currency="MILES"),
            rule("slow", 5, waits=Waits(2)),
            rule("plain", 1),
            rule("short", 7, expiry=Expiry(1, Grain.DAY)),
        )
        written = write(a_program(earning=rules, tiers=Tiers(Metric.VISITS, (BRONZE,))))
        assert [one.key_suffix for one in written] == ["POINTS", "POINTS~slow", "POINTS~short", "MILES"]
        common, slow, short, miles = (one.changes for one in written)
        assert common.lots == (Lot(MARCH, 1),)
        assert slow.pending == (Pending(datetime(2026, 3, 13, 4, tzinfo=UTC), MARCH, 5),)
        assert short.lots == (Lot(datetime(2026, 4, 11, 4, tzinfo=UTC), 7),)
        assert miles.lots == (Lot(MARCH, 3),)
        assert [one.kind for one in written][1] is EntryKind.PENDING

    def test_all_that_is_counted_stands_in_the_first(self) -> None:
        program = a_program(
            earning=(rule("miles", 3, currency="MILES", caps=(Cap(5, CapPeriod.DAY),)), rule("plain", 1)),
            counters=(Counter("visits", ("purchase",)),),
        )
        first, second = write(program)
        assert {count.counter for count in first.changes.counts} == {"rule:miles/day", "visits"}
        assert first.changes.qualifying == (("2026", 1),)
        assert (second.changes.counts, second.changes.qualifying) == ((), ())

    def test_without_points_of_the_default_currency_it_is_another_ones(self) -> None:
        program = a_program(
            earning=(rule("miles", 3, currency="MILES"),), counters=(Counter("visits", ("purchase",)),)
        )
        (only,) = write(program)
        assert (only.key_suffix, [count.counter for count in only.changes.counts]) == ("MILES", ["visits"])

    def test_an_event_that_only_counts_writes_an_entry_of_no_points(self) -> None:
        (only,) = write(a_program(earning=(), counters=(Counter("visits", ("purchase",)),)))
        assert (only.key_suffix, only.kind, only.changes.earned) == ("POINTS", EntryKind.EARN, 0)

    def test_one_that_does_nothing_writes_nothing(self) -> None:
        assert write(a_program(earning=())) == []

    def test_an_own_wait_of_no_days_is_none_and_one_without_days_ends_by_an_event(self) -> None:
        pending = PendingAwards(("purchase",), 14)
        rules = (rule("plain", 1), rule("now", 2, waits=Waits(0)), rule("later", 3, waits=Waits(None)))
        plain, now, later = (one.changes for one in write(a_program(earning=rules, pending=pending)))
        assert plain.waiting == 1
        assert now.lots == (Lot(MARCH, 2),)
        assert later.pending == (Pending(None, MARCH, 3),)

    def test_each_entry_follows_the_one_before(self) -> None:
        rules = (rule("plain", 10), rule("slow", 5, expiry=Expiry(1)))
        owing = State({"POINTS": Account(reversed=12, earned=0, debt=12)})
        plain, slow = write(a_program(earning=rules), state=owing)
        assert (plain.changes.debt, plain.changes.lots) == (-10, ())
        assert (slow.changes.debt, [lot.points for lot in slow.changes.lots]) == (-2, [3])

    def test_past_the_bounds_of_an_account_it_is_refused(self) -> None:
        full = State({"POINTS": Account(earned=MAX_POINTS, redeemed=MAX_POINTS)})
        found = effects(around(a_program(earning=(rule("r", 1),)), an_event(), state=full), full, AT)
        assert isinstance(found, Refused)


class TestGift:
    def test_a_birthday_brings_the_tiers_gift_in_the_default_currency(self) -> None:
        tier = replace(GOLD, birthday_points=100)
        program = a_program(earning=(), tiers=Tiers(Metric.POINTS, (BRONZE, tier)), caps=(Cap(60, CapPeriod.DAY),))
        judgement = judged(program, an_event("member.birthday"), tier)
        assert points_of(judgement) == {"tier-gift:gold": 60}
        assert judgement.awards[0].lines[0].because == (
            "100 points as a member of Gold for the birthday; 60 of 100: no more than 60 a day by the programme"
        )
        assert judged(program, an_event("member.birthday"), BRONZE).awards == ()
