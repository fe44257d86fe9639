"""Staff's own texts: one revision follows from one other, and what is in force is known soon."""

import asyncio
from datetime import UTC, datetime

from domain.actors import Actor, ActorKind
from domain.alerts.template import TemplateChange, TemplateText
from mongo.client import Database
from mongo.templates import MAX_HISTORY, Templates

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SUE = Actor(ActorKind.AGENT, "sue")


def a_change(revision: int, title: str | None = "T") -> TemplateChange:
    return TemplateChange(revision, title, None if title is None else "B", SUE, NOW)


class TestSave:
    async def test_what_was_saved_is_in_force_at_once_where_it_was_saved(self, database: Database) -> None:
        templates = Templates(database)
        assert await templates.current() == ()
        assert await templates.save("points_earned", "zh-Hant", a_change(1))
        assert await templates.current() == (TemplateText("points_earned", "zh-Hant", "T", "B", 1, SUE, NOW),)

    async def test_only_the_next_revision_goes_over_the_last(self, database: Database) -> None:
        templates = Templates(database)
        assert not await templates.save("birthday", "en", a_change(2))
        assert await templates.save("birthday", "en", a_change(1))
        assert not await templates.save("birthday", "en", a_change(1, "again"))
        assert not await templates.save("birthday", "en", a_change(3))
        assert await templates.save("birthday", "en", a_change(2, "U"))
        assert [one.title for one in await templates.history("birthday", "en")] == ["U", "T"]

    async def test_of_many_at_once_one_is_kept(self, database: Database) -> None:
        doors = [Templates(database) for _ in range(8)]
        for revision in (1, 2):
            changes = [a_change(revision, f"by {number}") for number in range(len(doors))]
            saved = await asyncio.gather(
                *(door.save("birthday", "en", change) for door, change in zip(doors, changes, strict=True))
            )
            assert sum(saved) == 1
            (current,) = await doors[0].current() if saved[0] else await doors[saved.index(True)].current()
            assert current.title == f"by {saved.index(True)}"

    async def test_going_back_ends_it_and_keeps_the_history(self, database: Database) -> None:
        templates = Templates(database)
        await templates.save("birthday", "en", a_change(1))
        assert await templates.save("birthday", "en", a_change(2, None))
        assert await templates.current() == ()
        assert await templates.history("birthday", "en") == (a_change(2, None), a_change(1))
        assert await templates.save("birthday", "en", a_change(3))
        assert len(await templates.current()) == 1

    async def test_the_newest_of_a_long_history_are_kept(self, database: Database) -> None:
        templates = Templates(database)
        for revision in range(1, MAX_HISTORY + 4):
            assert await templates.save("birthday", "en", a_change(revision))
        revisions = [one.revision for one in await templates.history("birthday", "en")]
        assert revisions == list(range(MAX_HISTORY + 3, 3, -1))

    async def test_a_locale_is_one_however_it_is_written(self, database: Database) -> None:
        templates = Templates(database)
        await templates.save("birthday", "zh-Hant", a_change(1))
        await templates.save("birthday", "es", a_change(1))
        assert not await templates.save("birthday", "zh-hant", a_change(1))
        assert await templates.histories("ZH-HANT") == {"birthday": (a_change(1),)}


class TestCurrent:
    async def test_another_process_knows_within_two_seconds_and_asks_no_sooner(self, database: Database) -> None:
        now = 0.0
        here, there = Templates(database), Templates(database, monotonic=lambda: now)
        nothing = await there.current()
        await here.save("birthday", "en", a_change(1))
        now = 1.9
        assert await there.current() is nothing
        now = 2.0
        assert [one.revision for one in await there.current()] == [1]

    async def test_what_has_not_changed_is_the_same_object(self, database: Database) -> None:
        now = 0.0
        templates = Templates(database, monotonic=lambda: now)
        await templates.save("birthday", "en", a_change(1))
        first = await templates.current()
        now = 10.0
        assert await templates.current() is first
