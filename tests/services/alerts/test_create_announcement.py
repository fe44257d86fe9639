"""What is announced is checked first, made once a key, and stands as it was given."""

from datetime import timedelta

import pytest

from domain.actors import Actor, ActorKind
from domain.alerts.announcement import Announcement, AnnouncementState, Audience
from domain.alerts.template import WordsOf
from domain.refusals import Code, Refused
from mongo.client import Database
from services.alerts.create_announcement import CreateAnnouncement, create_announcement
from services.alerts.list_announcements import list_announcements
from services.alerts.stop_announcement import stop_announcement
from services.context import Context
from tests.support.announcing import HELLO, SUE, a_command, announced, stands
from tests.support.house import NOON, Clock
from tests.support.unchanged import unchanged

MINUTE, MS = timedelta(minutes=1), timedelta(milliseconds=1)
LONGEST = WordsOf("en", "t" * 80, "b" * 1_000)
JOE = Actor(ActorKind.AGENT, "super-2")


def text(title: str = "t", body: str = "b", locale: str = "en") -> CreateAnnouncement:
    return a_command(WordsOf(locale, title, body))


REFUSED = {
    "no text": (CreateAnnouncement((), "k"), "texts"),
    "an empty title": (text(title=" "), "texts.0.title"),
    "a title of 81": (text(title="t" * 81), "texts.0.title"),
    "a body of 1,001": (text(body="b" * 1_001), "texts.0.body"),
    "no locale": (text(locale="xx-yy-zz"), "texts.0.locale"),
    "two in a locale": (a_command(HELLO, WordsOf("EN", "t", "b")), "texts.1.locale"),
    "none to fall back to": (text(locale="ja"), "texts"),
    "an unknown value": (text(body="{{ pionts }}"), "texts.0.body"),
    "what reaches into a value": (text(body="{{ name.__class__ }}"), "texts.0.body"),
    "an expression that is not closed": (text(title="{{ name"), "texts.0.title"),
    "a segment and a tier": (a_command(audience=Audience("newcomers", "silver")), "tier"),
    "the past": (a_command(send_at=NOON - MINUTE - MS), "sendAt"),
    "beyond a year": (a_command(send_at=NOON + timedelta(days=366) + MS), "sendAt"),
    "an end before its time": (a_command(send_at=NOON + MINUTE, ends_at=NOON + MINUTE), "endsAt"),
    "an empty key": (a_command(key=" "), "idempotencyKey"),
}


class TestCreateAnnouncement:
    @pytest.mark.parametrize(("command", "path"), REFUSED.values(), ids=REFUSED.keys())
    async def test_what_nobody_could_read_or_be_told_is_refused(
        self, context: Context, database: Database, command: CreateAnnouncement, path: str
    ) -> None:
        async with unchanged(database):
            outcome = await create_announcement(context, SUE, command)
        assert isinstance(outcome, Refused)
        assert (outcome.code, ".".join(outcome.path)) == (Code.INVALID_INPUT, path)

    @pytest.mark.parametrize(
        ("audience", "path"), [(Audience("nobody"), "segment"), (Audience(tier="tin"), "tier")]
    )
    async def test_whom_the_programme_does_not_know_is_refused(
        self, context: Context, audience: Audience, path: str
    ) -> None:
        outcome = await create_announcement(context, SUE, a_command(audience=audience))
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.path) == (Code.NOT_FOUND, (path,))

    @pytest.mark.parametrize(
        "command",
        [
            a_command(LONGEST),
            a_command(send_at=NOON - MINUTE),
            a_command(send_at=NOON + timedelta(days=366)),
            a_command(audience=Audience("newcomers")),
            a_command(audience=Audience(tier="silver")),
        ],
        ids=["longest", "a minute ago", "in a year", "a segment", "a tier"],
    )
    async def test_the_last_that_is_taken(self, context: Context, command: CreateAnnouncement) -> None:
        assert isinstance(await create_announcement(context, SUE, command), Announcement)

    async def test_it_stands_as_it_was_given(self, context: Context) -> None:
        made = await announced(
            context, HELLO, WordsOf("zh_hant", "t", "b"), at=NOON + MINUTE, ends_at=NOON + 2 * MINUTE
        )
        assert [one.locale for one in made.texts] == ["en", "zh-Hant"]
        assert (made.made_by, made.made_at, made.state) == (SUE, NOON, AnnouncementState.SCHEDULED)
        assert await stands(context, made.id) == made

    async def test_once_a_key_even_after_its_time(self, context: Context, clock: Clock) -> None:
        made = await announced(context, at=NOON + MINUTE)
        clock.advance(hours=1)
        assert await announced(context, at=NOON + MINUTE) == made
        outcome = await create_announcement(context, SUE, a_command())
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.IDEMPOTENCY_CONFLICT
        assert await list_announcements(context) == ([made], False)


class TestStopAnnouncement:
    async def test_who_stopped_it_first_and_when_stays(self, context: Context, clock: Clock) -> None:
        made = await announced(context)
        stopped = await stop_announcement(context, SUE, made.id)
        assert isinstance(stopped, Announcement)
        assert (stopped.state, stopped.stopped_by, stopped.stopped_at) == (AnnouncementState.STOPPED, SUE, NOON)
        clock.advance(minutes=1)
        assert await stop_announcement(context, JOE, made.id) == stopped

    async def test_there_is_none_of_that_id(self, context: Context) -> None:
        outcome = await stop_announcement(context, SUE, "none")
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.NOT_FOUND

    async def test_those_of_which_nothing_more_leaves(self, context: Context) -> None:
        going, stopped = await announced(context, key="a"), await announced(context, key="b")
        over = await announced(context, key="c", ends_at=NOON + MINUTE)
        await stop_announcement(context, SUE, stopped.id)
        ids = [going.id, stopped.id, over.id, "none"]
        assert await context.announcements.stopped(ids, now=NOON + MINUTE - MS) == {stopped.id}
        assert await context.announcements.stopped(ids, now=NOON + MINUTE) == {stopped.id, over.id}
