"""Ends of tiers are written once each, dated when they came, for those who had one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.actors import SYSTEM
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.state import Changes, Override, TierMark, counted
from domain.program.levels import Landing, Tiers
from domain.program.program import Program
from domain.tiers.standing import mark_after
from domain.tiers.terms import Terms
from domain.tiers.windows import windows_kept
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.program.publish_program import publish_program
from services.tiers.lapse import judge_anew, lapse_due
from tests.domain.tiers.lives import LEVELS, by, midnight
from tests.support.house import NOON, Clock

PROGRAM = by()
REACHED = datetime(2026, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def program(context: Context) -> Program:
    return await publish_program(context, SYSTEM, PROGRAM)


def qualifying(program: Program, window: str, amount: int) -> Decide:
    """What an event writes that counts and gives nothing."""

    def decide(head: Head, at: datetime) -> Draft:
        counts, kept = ((window, amount),), windows_kept(program)
        mark = mark_after(program, counted(head.after, counts, kept=kept), at)
        return written(EntryKind.EARN, Changes(qualifying=counts, tier=mark, kept=kept), at)

    return decide


def written(kind: EntryKind, changes: Changes, at: datetime) -> Draft:
    return Draft(
        key="client:1", input="", currency="POINTS", kind=kind, changes=changes, actor=SYSTEM, occurred_at=at,
        effective_at=at,
    )  # fmt: skip


async def post(context: Context, member: str, decide: Decide, at: datetime) -> Entry:
    outcome = await context.poster.post(Posting(member, "client:1", "", decide, at=at))
    assert isinstance(outcome, Posted)
    return outcome.entry


async def project(context: Context, *members: str) -> None:
    terms = Terms.of(await context.programs.current())
    heads = [await context.ledger.head(member) for member in members]
    entries = await context.ledger.get_many([(head.member, head.seq) for head in heads])
    await context.accounts.put_newest(list(entries.values()), currency="POINTS", terms=terms)


async def reach(context: Context, member: str, amount: int, window: str = "2026") -> None:
    program = await context.programs.current()
    await post(context, member, qualifying(program, window, amount), REACHED)
    await project(context, member)


async def tiers_of(context: Context, member: str) -> Sequence[tuple[str, int, str, datetime]]:
    entries = await context.ledger.since(member, 1)
    assert all(entry.kind is EntryKind.TIER and entry.occurred_at == entry.effective_at for entry in entries)
    return [
        (entry.key, entry.points, entry.changes.tier.code if entry.changes.tier else "", entry.effective_at)
        for entry in entries
    ]


class TestLapseDue:
    async def test_an_end_is_an_entry_of_no_points_dated_when_it_came(
        self, context: Context, clock: Clock
    ) -> None:
        await reach(context, "ann", 300)
        end = midnight(PROGRAM, "2028-01-01")
        clock.now = end + timedelta(hours=7)

        assert await lapse_due(context, clock()) == 1

        assert await tiers_of(context, "ann") == [("tier:2028-01-01", 0, "bronze", end)]
        assert (await context.ledger.head("ann")).after.tier == TierMark("bronze", end)

    async def test_a_tier_ends_at_its_date_and_not_a_millisecond_before(
        self, context: Context, clock: Clock
    ) -> None:
        await reach(context, "ann", 300)
        end = midnight(PROGRAM, "2028-01-01")
        assert await lapse_due(context, end - timedelta(milliseconds=1)) == 0
        assert await lapse_due(context, end) == 1

    async def test_run_again_or_by_several_at_once_it_writes_each_end_once(
        self, context: Context, clock: Clock
    ) -> None:
        for member in ("ann", "bob"):
            await reach(context, member, 300)
        clock.now = midnight(PROGRAM, "2028-01-02")

        await asyncio.gather(*(lapse_due(context, clock()) for _ in range(5)))
        assert await lapse_due(context, clock()) == 0
        await project(context, "ann", "bob")

        assert await lapse_due(context, clock()) == 0
        for member in ("ann", "bob"):
            assert [key for key, *_ in await tiers_of(context, member)] == ["tier:2028-01-01"]

    async def test_after_years_without_a_sweep_each_soft_fall_has_its_own_entry(
        self, context: Context, clock: Clock
    ) -> None:
        soft = replace(PROGRAM, tiers=replace(PROGRAM.tiers, landing=Landing.SOFT))
        await publish_program(context, SYSTEM, soft)
        await reach(context, "ann", 300)
        clock.now = midnight(PROGRAM, "2030-06-01")

        assert await lapse_due(context, clock()) == 1

        assert await tiers_of(context, "ann") == [
            ("tier:2028-01-01", 0, "silver", midnight(PROGRAM, "2028-01-01")),
            ("tier:2029-01-01", 0, "bronze", midnight(PROGRAM, "2029-01-01")),
        ]

    async def test_what_staff_gave_lapses_to_what_qualifies_at_its_very_time(
        self, context: Context, clock: Clock
    ) -> None:
        await reach(context, "ann", 300)
        until = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
        lowered = Changes(tier=TierMark("bronze", NOON), override=Override("bronze", until))
        outcome = await context.poster.post(
            Posting(
                "ann",
                "client:2",
                "",
                lambda head, at: replace(written(EntryKind.TIER, lowered, at), key="client:2"),
            )
        )
        assert isinstance(outcome, Posted)
        await project(context, "ann")

        assert await lapse_due(context, until) == 1

        (_, ended) = await tiers_of(context, "ann")
        assert ended == ("tier:2026-09-01T12:30:00+00:00", 0, "gold", until)

    async def test_only_those_whose_tier_ends_are_looked_at(self, context: Context, clock: Clock) -> None:
        await reach(context, "ann", 300)
        await reach(context, "bob", 99)
        await reach(context, "cat", 300, "2027")
        due = await context.accounts.tiers_due(midnight(PROGRAM, "2028-01-02"), after=None, limit=10)
        assert [(end, one.member) for end, one in due] == [(midnight(PROGRAM, "2028-01-01"), "ann")]


class TestJudgeAnew:
    async def test_new_thresholds_move_those_who_stand_elsewhere_by_them(
        self, context: Context, clock: Clock
    ) -> None:
        for member, amount in (("ann", 300), ("bob", 120), ("cat", 950)):
            await reach(context, member, amount)
        levels = tuple(replace(tier, threshold=tier.threshold * 2) for tier in LEVELS)
        version = (
            await publish_program(context, SYSTEM, replace(PROGRAM, tiers=Tiers(PROGRAM.tiers.metric, levels)))
        ).version

        assert await judge_anew(context, clock()) == 3

        assert await tiers_of(context, "ann") == [(f"tier:v{version}", 0, "silver", NOON)]
        assert await tiers_of(context, "bob") == [(f"tier:v{version}", 0, "bronze", NOON)]
        assert await tiers_of(context, "cat") == [(f"tier:v{version}", 0, "gold", NOON)]
        assert await judge_anew(context, clock()) == 0

    async def test_ends_are_told_anew_for_those_who_stay(self, context: Context, clock: Clock) -> None:
        await reach(context, "ann", 300)
        graceful = replace(PROGRAM, tiers=replace(PROGRAM.tiers, grace_days=30))
        await publish_program(context, SYSTEM, graceful)

        assert await judge_anew(context, clock()) == 0

        assert await tiers_of(context, "ann") == []
        ((end, _),) = await context.accounts.tiers_due(midnight(PROGRAM, "2099-01-01"), after=None, limit=10)
        assert end == midnight(PROGRAM, "2028-01-31")

    async def test_a_version_that_counts_alike_asks_for_nobody(self, context: Context, clock: Clock) -> None:
        await reach(context, "ann", 300)
        renamed = tuple(replace(tier, name=f"{tier.name}!", multiplier=Decimal(2)) for tier in LEVELS)
        alike = await publish_program(
            context, SYSTEM, replace(PROGRAM, tiers=replace(PROGRAM.tiers, levels=renamed))
        )
        assert await context.accounts.otherwise_judged(Terms.of(alike), limit=10) == []

    async def test_an_end_that_is_due_by_then_keeps_its_own_date(self, context: Context, clock: Clock) -> None:
        await reach(context, "ann", 300)
        clock.now = midnight(PROGRAM, "2028-03-01")
        levels = tuple(replace(tier, threshold=tier.threshold * 2) for tier in LEVELS)
        await publish_program(context, SYSTEM, replace(PROGRAM, tiers=Tiers(PROGRAM.tiers.metric, levels)))

        assert await judge_anew(context, clock()) == 0
        assert await lapse_due(context, clock()) == 1
        assert [key for key, *_ in await tiers_of(context, "ann")] == ["tier:2028-01-01"]
