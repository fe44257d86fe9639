"""Of a challenge its parts and its end are told, once a period and round, from what the entry counted alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.alerts.preferences import Preferences
from domain.inbox.message import Message
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.seal import seal
from domain.ledger.state import EMPTY_STATE, Changes, Count, State, with_counts
from domain.program.alerts import Alerts
from domain.program.engagement import Counts
from notifications.plan import plan
from notifications.plan_challenge import plan_challenges
from tests.support.engaged import COFFEES, engaging
from tests.support.messages import in_words

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
WEEK = 24_000
WAY, REACHED = "challenge:coffees", "reached:coffees"
FOUR = replace(COFFEES, goal=4, steps=(), reward=None)
PROGRAM = engaging(challenges=(FOUR,), alerts=Alerts(challenge_percent=(25, 50, 75)))


def had(way: int, reached: int = 0) -> State:
    return with_counts(EMPTY_STATE, (Count(WAY, WEEK, way), Count(REACHED, WEEK, reached)))


def counting(before: State, *counts: Count, points: int = 0) -> Entry:
    changes = Changes((Lot(None, points),) if points else (), earned=points, counts=counts)
    lines = (AwardLine(WAY, 1, points, "Three coffees"),) if points else ()
    draft = Draft(
        key="k",
        input="",
        currency="POINTS",
        kind=EntryKind.EARN,
        changes=changes,
        actor=SYSTEM,
        occurred_at=NOW,
        effective_at=NOW,
        lines=lines,
    )
    return seal(Head("ann", 4, before, NOW, NOW, b""), draft, NOW)


def told(entry: Entry, program: Any = PROGRAM) -> list[tuple[str, str, str]]:
    said = in_words(plan_challenges(entry, program, NOW), program)
    return [(one.key, one.title, one.body) for one in said]


class TestProgress:
    @pytest.mark.parametrize(
        ("before", "amount", "part"), [(0, 1, 25), (0, 3, 75), (1, 1, 50), (2, 1, 75), (3, 0, None)]
    )
    def test_the_highest_part_that_is_passed_is_told(self, before: int, amount: int, part: int | None) -> None:
        found = told(counting(had(before), *([Count(WAY, WEEK, amount)] if amount else [])))
        done = before + amount
        assert found == (
            [
                (
                    f"challenge:coffees:{WEEK}:1:{part}",
                    f"Three coffees: {done} of 4",
                    f"You are at {done} of 4 in Three coffees. Keep going!",
                )
            ]
            if part
            else []
        )

    @pytest.mark.parametrize(("before", "parts"), [(1, 1), (2, 0), (3, 0)])
    def test_a_part_that_was_passed_before_is_told_no_more(self, before: int, parts: int) -> None:
        program = engaging(challenges=(FOUR,), alerts=Alerts(challenge_percent=(50,)))
        assert len(told(counting(had(before), Count(WAY, WEEK, 1)), program)) == parts

    def test_what_is_returned_and_bought_again_has_the_same_key(self) -> None:
        first, again = (counting(had(1), Count(WAY, WEEK, 1)) for _ in range(2))
        back = counting(had(2), Count(WAY, WEEK, -1))
        assert told(back) == []
        assert [key for key, _, _ in told(first)] == [key for key, _, _ in told(again)]

    def test_money_is_written_as_money(self) -> None:
        program = engaging(
            challenges=(replace(FOUR, goal=10_000, counts=Counts.AMOUNT),), alerts=Alerts(challenge_percent=(50,))
        )
        ((_, title, _),) = told(counting(had(4_000), Count(WAY, WEEK, 2_050)), program)
        assert title == "Three coffees: US$60.50 of US$100.00"


class TestCompleted:
    def test_the_end_of_a_round_is_told_with_its_points_and_not_as_progress(self) -> None:
        entry = counting(had(3), Count(WAY, WEEK, 1), Count(REACHED, WEEK, 1), points=30)
        assert told(entry) == [
            (
                f"challenge:coffees:{WEEK}:1",
                "Three coffees: done!",
                "You have completed Three coffees and get 30 Points for it. Well done!",
            )
        ]

    def test_the_second_round_has_a_key_of_its_own(self) -> None:
        entry = counting(had(7, reached=1), Count(WAY, WEEK, 1), Count(REACHED, WEEK, 1))
        assert told(entry) == [
            (f"challenge:coffees:{WEEK}:2", "Three coffees: done!", "You have completed Three coffees. Well done!")
        ]

    def test_a_challenge_that_the_programme_has_no_more_says_nothing(self) -> None:
        entry = counting(had(3), Count(WAY, WEEK, 1), Count(REACHED, WEEK, 1))
        assert told(entry, engaging(challenges=())) == []


class TestImportedHistory:
    def test_neither_challenges_nor_amounts_are_told_of_it(self) -> None:
        entry = counting(had(3), Count(WAY, WEEK, 1), Count(REACHED, WEEK, 1), points=1_000)
        wishes = Preferences("ann", balance={"POINTS": 500})

        def planned(counted: timedelta) -> list[str]:
            old = replace(entry, effective_at=NOW - counted)
            found: tuple[Message, ...] = plan(old, wishes, PROGRAM, before=EMPTY_STATE, now=NOW)
            return [message.template for message in found]

        week = timedelta(days=7)
        assert planned(week) == ["points_earned", "balance_reached", "challenge_completed_points"]
        assert planned(week + timedelta(milliseconds=1)) == []
