"""Traces over random histories in a real ledger."""

from datetime import timedelta

from domain.ledger.kinds import EntryKind
from domain.ledger.posting import settlements
from domain.ledger.trace import Trace
from domain.ledger.trail import Went, given_by
from services.context import Context
from services.ledger.trace import read_trace
from tests.support.histories import a_path, write
from tests.support.house import Clock
from tests.support.paths import Path

SPENDING = (EntryKind.REDEEM, EntryKind.CAPTURE, EntryKind.TRANSFER_OUT, EntryKind.EXPIRE)


async def a_life(context: Context, clock: Clock, *, steps: int = 160) -> tuple[Path, Trace]:
    path = a_path(43, "ada", steps=steps)
    await write(context, path.entries)
    path.now += timedelta(days=9)
    clock.now = path.now
    trace = await read_trace(context, "ada")
    assert trace is not None
    return path, trace


class TestReadTrace:
    async def test_every_credit_is_accounted_for_to_the_point(self, context: Context, clock: Clock) -> None:
        path, trace = await a_life(context, clock)
        due = settlements(path.head, path.now, path.now)
        assert due
        credits = [entry for entry in path.entries if given_by(entry)]
        for entry in credits:
            used = trace.used_for(entry.seq)
            assert used is not None
            assert used.given == given_by(entry)
            fates = (used.held, used.spent, used.expired, used.reversed)
            assert used.given == used.unspent + used.pending + sum(fates)
            assert sum(part.points for part in used.parts) == sum(fates)
        now = due[-1].after.accounts
        totals = [used for entry in credits if (used := trace.used_for(entry.seq))]
        there = sum(used.unspent for used in totals)
        assert there == sum(lot.points for account in now.values() for lot in account.lots)
        assert sum(used.pending for used in totals) == sum(account.waiting for account in now.values())
        assert sum(used.held for used in totals) == sum(account.held for account in now.values())
        assert sum(used.expired for used in totals) == sum(account.expired for account in now.values())

    async def test_what_was_not_given_back_of_a_debit_was_paid_by_credits(
        self, context: Context, clock: Clock
    ) -> None:
        path, trace = await a_life(context, clock)
        back: dict[int, int] = {}
        for entry in path.entries:
            if entry.kind is EntryKind.REVERSE and entry.changes.redeemed < 0:
                back[entry.reverses or 0] = back.get(entry.reverses or 0, 0) - entry.changes.redeemed
        debits = [entry for entry in path.entries if entry.kind in SPENDING]
        assert len({entry.kind for entry in debits}) == len(SPENDING)
        for entry in debits:
            changes = entry.changes
            taken = changes.redeemed + changes.sent + changes.expired
            paid = sum(use.points for use in trace.paid_by(entry.seq))
            assert paid == taken - back.get(entry.seq, 0)

    async def test_both_directions_say_the_same(self, context: Context, clock: Clock) -> None:
        path, trace = await a_life(context, clock)
        due = settlements(path.head, path.now, path.now)
        closed = {entry.changes.unhold for entry in [*path.entries, *due]}
        forth = {
            (entry.seq, part)
            for entry in path.entries
            if (used := trace.used_for(entry.seq))
            for part in used.parts
            if part.seq <= trace.newest
        }
        back: dict[tuple[int, int], int] = {}
        for entry in path.entries:
            for use in trace.paid_by(entry.seq) if entry.seq not in closed else ():
                pair = (use.credit, entry.seq)
                back[pair] = back.get(pair, 0) + use.points
        assert forth == {(credit, Went(debit, points)) for (credit, debit), points in back.items()}

    async def test_a_history_beyond_the_bound_is_not_followed(self, context: Context, clock: Clock) -> None:
        path, _ = await a_life(context, clock, steps=20)
        assert await read_trace(context, "ada", most=len(path.entries) - 1) is None
        assert await read_trace(context, "ada", most=len(path.entries)) is not None
        nothing = await read_trace(context, "bob")
        assert nothing is not None
        assert (nothing.paid_by(1), nothing.used_for(1)) == ((), None)
