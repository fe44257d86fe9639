"""Tiers that end and terms that change reach the ledger by the workers, and what is searched by tier follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.actors import SYSTEM
from domain.ledger.kinds import EntryKind
from domain.members.member import Member
from domain.refusals import Refused
from runtime.workers.accounts import AccountsFollower
from runtime.workers.sweeper import NAME, sweep
from services.context import Context
from services.members.search_members import SearchMembers, search_members
from services.program.publish_program import publish_program
from tests.domain.tiers.lives import LEVELS, by, midnight
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.people import buy, enrol
from tests.support.working import Desk

PROGRAM = by()


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    await publish_program(context, SYSTEM, PROGRAM)


@asynccontextmanager
async def working(context: Context, desk: Desk) -> AsyncIterator[None]:
    """The accounts follower and the sweeper run within the block."""
    async with desk.following(AccountsFollower(context)):
        lease = await desk.lease(NAME)
        stop = asyncio.Event()
        task = asyncio.create_task(sweep(context, desk.checkpoints, desk.imports, lease, stop))
        try:
            yield
        finally:
            stop.set()
            await task
            await desk.leases.release(lease)


async def found_by(context: Context, tier: str, member: Member) -> bool:
    """Whether staff who search by that tier find the member."""
    page = await search_members(context, SearchMembers(tier=tier))
    assert not isinstance(page, Refused)
    return member.id in [one.id for one in page.members]


class TestTiers:
    async def test_an_end_is_swept_once_for_those_who_have_one_and_found_by(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        ann, bob = await enrol(context, "Ann", "Bob")
        await buy(context, ann, "300.00", id="o1")
        await buy(context, bob, "50.00", id="o2")
        end = midnight(PROGRAM, "2028-01-01")
        async with desk.following(AccountsFollower(context)):
            await eventually(lambda: found_by(context, "gold", ann))
        clock.now = end.replace(hour=18)

        async with working(context, desk):
            await eventually(lambda: found_by(context, "bronze", ann))

        entries = await context.ledger.since(ann.id, 0)
        told = [(entry.key, entry.effective_at) for entry in entries if entry.kind is EntryKind.TIER]
        assert told == [("tier:2028-01-01", end)]
        assert EntryKind.TIER not in {entry.kind for entry in await context.ledger.since(bob.id, 0)}

    async def test_new_thresholds_reach_those_who_do_nothing(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        (ann,) = await enrol(context, "Ann")
        await buy(context, ann, "300.00", id="o1")
        async with desk.following(AccountsFollower(context)):
            await eventually(lambda: found_by(context, "gold", ann))
        dearer = tuple(replace(tier, threshold=tier.threshold * Decimal(2)) for tier in LEVELS)
        await publish_program(context, SYSTEM, replace(PROGRAM, tiers=replace(PROGRAM.tiers, levels=dearer)))

        async with working(context, desk):
            await eventually(lambda: found_by(context, "silver", ann))
