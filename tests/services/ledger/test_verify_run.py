"""A run in ranges finds what one reading finds; one that was stopped goes on, and forgets nothing it had found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.members.ids import member_id
from mongo.client import Database
from mongo.verifications import Verifications
from services.context import Context
from services.ledger.id_ranges import cut
from services.ledger.verify_ledger import verify_ledger
from services.ledger.verify_report import KEEP_VIOLATIONS, Report, report_from_plain, report_to_plain
from services.ledger.verify_run import (
    Overtaken,
    Plan,
    Take,
    finish_verification,
    plan_verification,
    verify_pending,
)
from tests.support.house import Clock
from tests.support.roots import fill
from tests.support.unchanged import everything

MEMBERS = [member_id(bytes([number * 8]) + bytes(12)) for number in range(32)][::3]


class Stopped(Exception):
    """As when a process is killed between two ranges."""


@pytest.fixture
def runs(database: Database) -> Verifications:
    return Verifications(database)


@pytest.fixture
async def ledger(context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Eleven members in eleven of 32 ranges, with four entries each."""
    monkeypatch.setattr("services.ledger.verify_run.id_ranges", lambda entries: cut(1))
    await fill(context, *MEMBERS)
    return context


def taking(plan: Plan, most: int | None = None) -> Take:
    """The pending ranges in turn; after `most` of them the process is killed."""
    pending: Iterator[int] = iter(plan.pending)
    taken = 0

    def take() -> int | None:
        nonlocal taken
        if taken == most:
            raise Stopped
        taken += 1
        return next(pending, None)

    return take


async def run(context: Context, runs: Verifications, *, fresh: bool = False, most: int | None = None) -> Report:
    plan = await plan_verification(context, runs, since=None, fresh=fresh)
    await verify_pending(context, runs, plan, taking(plan, most), lambda read: None, signed=None)
    return await finish_verification(context, runs, plan)


async def damage(database: Database, member: str, reason: str) -> None:
    await database["entries"].update_one({"member": member, "seq": 2}, {"$set": {"reason": reason}})


class TestRun:
    async def test_finds_what_one_reading_of_all_finds_and_leaves_nothing_behind(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        before = await everything(database)
        await damage(database, MEMBERS[4], "other")
        whole = await verify_ledger(ledger)
        assert len(whole.violations) == 1
        assert await run(ledger, runs) == whole
        await database["entries"].update_one({"member": MEMBERS[4], "seq": 2}, {"$unset": {"reason": ""}})
        assert await everything(database) == before

    async def test_tells_how_many_entries_were_read(self, ledger: Context, runs: Verifications) -> None:
        heard: list[int] = []
        plan = await plan_verification(ledger, runs, since=None, fresh=False)
        await verify_pending(ledger, runs, plan, taking(plan), heard.append, signed=None)
        assert heard == sorted(heard)
        assert heard[-1] == 44

    async def test_one_that_was_stopped_goes_on_after_the_ranges_it_had_done(
        self, ledger: Context, runs: Verifications, database: Database, clock: Clock
    ) -> None:
        await damage(database, MEMBERS[0], "first range")
        began_at = ledger.clock()
        with pytest.raises(Stopped):
            await run(ledger, runs, most=10)
        clock.advance(hours=1)
        plan = await plan_verification(ledger, runs, since=None, fresh=False)
        assert (plan.done, len(plan.pending), plan.read, plan.started_at) == (10, 22, 16, began_at)
        # Neither is read again: what was found in the first is kept, and the second is damaged too late.
        await database["entries"].update_one({"member": MEMBERS[0], "seq": 2}, {"$unset": {"reason": ""}})
        await damage(database, MEMBERS[1], "too late")
        await damage(database, MEMBERS[9], "in time")
        report = await run(ledger, runs)
        assert [(found.member, found.seq) for found in report.violations] == [(MEMBERS[0], 2), (MEMBERS[9], 2)]
        assert (report.entries, report.members) == (44, 11)
        assert report.sums["POINTS"].agree

    async def test_fresh_starts_over(self, ledger: Context, runs: Verifications, database: Database) -> None:
        await damage(database, MEMBERS[0], "other")
        with pytest.raises(Stopped):
            await run(ledger, runs, most=10)
        await database["entries"].update_one({"member": MEMBERS[0], "seq": 2}, {"$unset": {"reason": ""}})
        report = await run(ledger, runs, fresh=True)
        assert (report.violations, report.entries) == ([], 44)

    async def test_the_next_one_after_one_that_ended_begins_anew(
        self, ledger: Context, runs: Verifications, clock: Clock
    ) -> None:
        await run(ledger, runs)
        clock.advance(hours=1)
        plan = await plan_verification(ledger, runs, since=None, fresh=False)
        assert (plan.done, plan.started_at) == (0, ledger.clock())

    async def test_a_ledger_that_has_grown_meanwhile_is_finished_in_the_ranges_it_began_with(
        self, ledger: Context, runs: Verifications, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(Stopped):
            await run(ledger, runs, most=10)
        monkeypatch.setattr("services.ledger.verify_run.id_ranges", lambda entries: cut(2))
        plan = await plan_verification(ledger, runs, since=None, fresh=False)
        assert (len(plan.ranges), plan.done) == (32, 10)

    @pytest.mark.parametrize("fresh", [False, True])
    async def test_of_two_at_once_none_passes_a_part_for_the_whole(
        self, ledger: Context, runs: Verifications, database: Database, fresh: bool
    ) -> None:
        await damage(database, MEMBERS[0], "first range")
        slow = await plan_verification(ledger, runs, since=None, fresh=False)
        with pytest.raises(Stopped):
            await verify_pending(ledger, runs, slow, taking(slow, 10), lambda read: None, signed=None)
        assert len((await run(ledger, runs, fresh=fresh)).violations) == 1
        rest = replace(slow, pending=slow.pending[10:])
        await verify_pending(ledger, runs, rest, taking(rest), lambda read: None, signed=None)
        with pytest.raises(Overtaken):
            await finish_verification(ledger, runs, slow)

    async def test_what_one_left_behind_that_another_had_ended_is_not_taken_for_the_next_ones(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        slow = await plan_verification(ledger, runs, since=None, fresh=False)
        await run(ledger, runs)
        with pytest.raises(Stopped):
            await verify_pending(ledger, runs, slow, taking(slow, 10), lambda read: None, signed=None)
        await damage(database, MEMBERS[0], "since")
        assert (await plan_verification(ledger, runs, since=None, fresh=False)).done == 0
        assert len((await run(ledger, runs)).violations) == 1

    async def test_runs_with_and_without_since_are_different_ones(
        self, ledger: Context, runs: Verifications
    ) -> None:
        with pytest.raises(Stopped):
            await run(ledger, runs, most=10)
        since = ledger.clock() - timedelta(days=1)
        plan = await plan_verification(ledger, runs, since=since, fresh=False)
        assert plan.done == 0
        await runs.discard(plan.id)
        assert (await plan_verification(ledger, runs, since=None, fresh=False)).done == 10

    @pytest.mark.parametrize("member", [None, 7, {"a": 1}, True])
    async def test_an_entry_of_nobody_is_found(
        self, ledger: Context, runs: Verifications, database: Database, member: object
    ) -> None:
        row = await database["entries"].find_one({"member": MEMBERS[0], "seq": 1})
        assert row is not None
        await database["entries"].insert_one({**row, "_id": 1, "member": member})
        (found,) = (await run(ledger, runs)).violations
        assert found.law == f"an entry stands under {member!r}, sequence 1, which can be no member"


class TestReport:
    def test_comes_back_from_its_plain_form(self) -> None:
        report = Report(entries=2, members=1, behind=1)
        report.of("POINTS").entries = 5
        report.refuse("m1", 2, "a law", "another")
        assert report_from_plain(report_to_plain(report)) == report

    def test_a_ledger_that_is_broken_all_over_is_counted_and_not_listed(self) -> None:
        part = Report()
        part.refuse("m1", 1, *["a law"] * (KEEP_VIOLATIONS - 1))
        whole = Report()
        whole.add(part)
        whole.add(part)
        assert (len(whole.violations), whole.more) == (KEEP_VIOLATIONS, KEEP_VIOLATIONS - 2)
