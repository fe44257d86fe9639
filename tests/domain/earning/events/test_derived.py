"""What follows from an entry: each event with an id of its own, of types that somebody listens to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.earning.events.derived import brings_a_friend, derived
from domain.earning.events.intake import RecordEvent
from domain.earning.events.own import BIRTHDAY, friend_of, listens
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.seal import seal
from domain.ledger.state import Changes, Count, State, TierMark
from domain.program.earning import EarningRule
from domain.program.engagement import Challenge, Counter, Referrals, Streak
from domain.program.levels import Metric, Tier, Tiers, Window
from tests.support.programs import BRONZE, GOLD, SILVER, a_program

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
BOUGHT_AT = AT - timedelta(hours=1)
OWN = ("tier.reached", "tier.lost", "challenge.reached", "badge.earned", "referral.used", "referral.made")
LISTENING = a_program(earning=(EarningRule("own", "Own", OWN, 5),))


def an_entry(**changes: Any) -> Entry:
    draft = Draft("k", "", "POINTS", EntryKind.EARN, Changes(**changes), SYSTEM, BOUGHT_AT, AT)
    return seal(Head("ann", 4), draft, AT)


def a_mark(code: str) -> State:
    return State(tier=TierMark(code, AT - timedelta(days=9)))


def told(*events: RecordEvent) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    return [(event.type, event.id, event.member.id, dict(event.attributes)) for event in events]


class TestDerived:
    @pytest.mark.parametrize(
        ("before", "mark", "event"),
        [
            (State(), "silver", ("tier.reached", "bronze", "silver")),
            (a_mark("silver"), "gold", ("tier.reached", "silver", "gold")),
            (a_mark("gold"), "bronze", ("tier.lost", "gold", "gold")),
            (a_mark("gone"), "silver", ("tier.reached", "gone", "silver")),
            (a_mark("silver"), "silver", None),
        ],
    )
    def test_a_mark_of_another_tier_is_one_reached_or_lost(
        self, before: State, mark: str, event: tuple[str, str, str] | None
    ) -> None:
        found = derived(an_entry(tier=TierMark(mark, AT)), before, LISTENING)
        assert told(*found) == [
            (event_type, f"{event_type}:ann:{code}:2026", "ann", {"tier": mark, "previous": previous, "depth": 1})
            for event_type, previous, code in filter(None, [event])
        ]
        assert [one.occurred_at for one in found] == ([AT] if event else [])

    @pytest.mark.parametrize(
        ("window", "months", "kept", "named"),
        [
            (Window.CALENDAR_YEAR, 12, (), "2026"),
            (Window.ANNIVERSARY, 12, (("2025-08-20", 1),), "2025-08-20"),
            (Window.ROLLING, 12, (), "2026-01"),
            (Window.ROLLING, 6, (), "2026-01"),
            (Window.ROLLING, 3, (), "2026-04"),
            (Window.ROLLING, 1, (), "2026-06"),
        ],
    )
    def test_a_tier_is_told_once_in_a_window(
        self, window: Window, months: int, kept: tuple[tuple[str, int], ...], named: str
    ) -> None:
        tiers = Tiers(Metric.POINTS, (BRONZE, SILVER), window=window, months=months)
        entry = an_entry(tier=TierMark("silver", AT), qualifying=kept)
        [event] = derived(entry, State(), replace(LISTENING, tiers=tiers))
        assert event.id == f"tier.reached:ann:silver:{named}"

    def test_challenges_and_badges_happen_when_the_event_did_as_often_as_they_were_reached(self) -> None:
        counts = (
            Count("reached:coffees", 0, 1),
            Count("challenge:coffees", 0, 3),
            Count("reached:coffees", 0, 1),
            Count("badge:regular", 739_000, 1),
            Count("reached:walks", 0, -1),
        )
        found = derived(an_entry(counts=counts), State(), LISTENING)
        assert told(*found) == [
            ("challenge.reached", "entry:ann:5:challenge:coffees", "ann", {"challenge": "coffees", "depth": 1}),
            ("challenge.reached", "entry:ann:5:challenge:coffees:2", "ann", {"challenge": "coffees", "depth": 1}),
            ("badge.earned", "entry:ann:5:badge:regular", "ann", {"badge": "regular", "depth": 1}),
        ]
        assert {one.occurred_at for one in found} == {BOUGHT_AT}

    def test_a_friend_that_counted_tells_both_sides_and_names_none_in_the_ledger_of_the_other(self) -> None:
        entry = an_entry(counts=(Count("referral", 0, 1),))
        assert brings_a_friend(entry)
        assert told(*derived(entry, State(), LISTENING, referrer="bob")) == [
            (
                "referral.made",
                f"entry:{friend_of('bob', 'ann')}:5:referral.made",
                "bob",
                {"friend": "ann", "depth": 1},
            ),
            ("referral.used", "entry:ann:5:referral.used", "ann", {"referrer": "bob", "depth": 1}),
        ]
        assert derived(entry, State(), LISTENING) == ()
        assert not brings_a_friend(an_entry(counts=(Count("referral", 0, -1),)))

    @pytest.mark.parametrize(("depth", "told"), [(0, [1]), (1, [2]), (2, [3]), (3, []), (9, [])])
    def test_past_three_nothing_follows_any_more(self, depth: int, told: list[int]) -> None:
        found = derived(an_entry(tier=TierMark("silver", AT)), State(), LISTENING, depth=depth)
        assert [event.attributes["depth"] for event in found] == told

    @pytest.mark.parametrize(
        "listening",
        [
            {"earning": (EarningRule("r", "R", ("tier.reached",), 1),)},
            {"counters": (Counter("rises", ("tier.reached",)),)},
            {"streaks": (Streak("rising", "Rising", ("tier.reached",)),)},
            {"challenges": (Challenge("rise", "Rise", ("tier.reached",), 2),)},
            {"referrals": Referrals(on=("tier.reached",))},
            {"tiers": Tiers(Metric.CUSTOM, (BRONZE, SILVER), amount='event.type == "tier.reached" ? 1 : 0')},
        ],
    )
    def test_only_what_somebody_listens_to_is_made(self, listening: dict[str, Any]) -> None:
        entry = an_entry(tier=TierMark("silver", AT))
        assert derived(entry, State(), a_program()) == ()
        assert len(derived(entry, State(), a_program(**listening))) == 1


class TestListens:
    def test_a_gift_of_a_tier_listens_to_birthdays(self) -> None:
        gift: Tier = replace(GOLD, birthday_points=100)
        assert not listens(a_program(), BIRTHDAY)
        assert listens(a_program(tiers=Tiers(Metric.POINTS, (BRONZE, gift))), BIRTHDAY)
