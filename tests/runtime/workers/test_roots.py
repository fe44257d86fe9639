"""The worker sees that each day has its root, and says why when it has not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from runtime.settings import Environment, Settings
from runtime.work import rooting_of
from runtime.workers import roots
from runtime.workers.follower import Outdone
from runtime.workers.roots import NAME, Rooting, keep_roots, signed_day, signing_fault, try_to_sign
from services.context import Context
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.roots import KEY, a_folder, fill, signed
from tests.support.working import Desk

FIRST, SECOND = date(2026, 6, 15), date(2026, 6, 16)


@pytest.fixture
async def rooting(context: Context, tmp_path: Path) -> Rooting:
    await fill(context, "m1", "m2")
    return Rooting(a_folder(tmp_path), KEY)


@asynccontextmanager
async def keeping(context: Context, desk: Desk, rooting: Rooting) -> AsyncIterator[None]:
    lease = await desk.lease(NAME)
    stop = asyncio.Event()
    task = asyncio.create_task(keep_roots(context, desk.checkpoints, rooting, lease, stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await desk.leases.release(lease)


async def is_signed(desk: Desk, day: date) -> bool:
    return await signed_day(desk.checkpoints) == day


class TestKeepRoots:
    async def test_a_root_a_day_and_what_was_signed_last_is_remembered(
        self, context: Context, desk: Desk, rooting: Rooting, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(roots, "EVERY", 0.01)
        async with keeping(context, desk, rooting):
            await eventually(lambda: is_signed(desk, FIRST))
            clock.advance(days=1)
            await eventually(lambda: is_signed(desk, SECOND))
        async with keeping(context, desk, rooting):
            clock.advance(days=1)
            await eventually(lambda: is_signed(desk, date(2026, 6, 17)))
        assert len(rooting.folder.days()) == 3

    async def test_one_signed_by_hand_is_the_days_and_is_remembered_too(
        self, context: Context, desk: Desk, rooting: Rooting
    ) -> None:
        root = await signed(context, rooting.folder)
        async with keeping(context, desk, rooting):
            await eventually(lambda: is_signed(desk, FIRST))
        assert rooting.folder.newest() == root

    async def test_why_nothing_was_signed_is_remembered_until_it_is(
        self, context: Context, desk: Desk, rooting: Rooting, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(roots, "EVERY", 0.01)
        await signed(context, rooting.folder)
        (tips,) = rooting.folder.path.glob("*.tips")
        hidden = tips.rename(tips.with_suffix(".hidden"))
        clock.advance(days=1)
        async with keeping(context, desk, rooting):
            fault = await eventually(lambda: signing_fault(desk.checkpoints))
            assert str(fault).startswith("What the root of 2026-06-15 was signed over is not in")
            hidden.rename(tips)
            await eventually(lambda: is_signed(desk, SECOND))
        assert await signing_fault(desk.checkpoints) is None

    async def test_who_was_overtaken_saves_nothing(self, context: Context, desk: Desk, rooting: Rooting) -> None:
        old = await desk.lease(NAME)
        await desk.leases.release(old)
        await desk.checkpoints.claim(await desk.lease(NAME))
        with pytest.raises(Outdone):
            await keep_roots(context, desk.checkpoints, rooting, old, asyncio.Event())
        assert await signed_day(desk.checkpoints) is None


class TestTryToSign:
    async def test_a_folder_that_lacks_the_last_root_is_another_one(
        self, context: Context, rooting: Rooting, clock: Clock
    ) -> None:
        clock.advance(days=1)
        root, fault = await try_to_sign(context, rooting, FIRST)
        assert root is None
        assert fault is not None
        assert fault.startswith(f"The root of 2026-06-15 was signed and is not in {rooting.folder.path}")
        assert not rooting.folder.path.exists()

    async def test_a_folder_that_takes_no_files_is_said(
        self, context: Context, rooting: Rooting, tmp_path: Path
    ) -> None:
        (tmp_path / "roots").write_text("a file")
        root, fault = await try_to_sign(context, rooting, None)
        assert (root, fault) == (None, f"{tmp_path / 'roots'}: File exists")


class TestRootingOf:
    def test_without_a_key_nothing_is_signed_and_all_else_goes_on(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings = Settings(environment=Environment.PRODUCTION, data_dir=tmp_path)
        assert rooting_of(settings) is None
        assert caplog.messages == ["no root will be signed"]

    def test_development_has_one(self, tmp_path: Path) -> None:
        rooting = rooting_of(Settings(data_dir=tmp_path))
        assert rooting is not None
        assert rooting.folder.path == tmp_path / "roots"
