"""An announcement reaches exactly those it is for, in their words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.alerts.announcement import EVERYBODY, Audience
from domain.alerts.template import WordsOf
from domain.inbox.message import NotificationKind
from domain.ledger.entry import Entry
from domain.members.member import Member, MemberStatus
from domain.program.earning import Segment
from services.alerts.send_announcement import send_announcement
from services.context import Context
from services.tiers.override_tier import OverrideTier, override_tier
from tests.support.announcing import announced, members_of, publish_segments, stands, told
from tests.support.house import NOON
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import SUPERVISOR, buy, enrol
from tests.support.working import post


async def sent(context: Context, *texts: WordsOf, audience: Audience = EVERYBODY) -> str:
    made = await announced(context, *texts, audience=audience)
    taken = await context.announcements.take(1, now=context.clock())
    assert taken is not None
    await send_announcement(context, taken, 1, leave=lambda: False, page=2)
    return made.id


async def reached(context: Context, members: list[Member], audience: Audience) -> list[str | None]:
    """The external ids of those who were told, with nobody told twice."""
    id = await sent(context, audience=audience)
    counts = await told(context, members, id)
    assert set(counts.values()) <= {0, 1}
    assert (await stands(context, id)).sending.told == sum(counts.values())
    return [member.external_id for member in members if counts[member.id]]


async def words(context: Context, member: Member) -> tuple[str, str]:
    (row,) = await context.inbox.since(member.id, 0, limit=2)
    return row.message.title, row.message.body


class TestSendAnnouncement:
    async def test_active_members_alone_are_told(self, context: Context) -> None:
        states = [MemberStatus.ACTIVE, MemberStatus.FROZEN, MemberStatus.CLOSED, MemberStatus.ERASED]
        members = [replace(a_member(number), status=status) for number, status in enumerate(states)]
        await context.members.insert_many(members)
        assert await reached(context, members, EVERYBODY) == ["ext-0"]

    async def test_those_of_a_segment_by_what_is_counted_of_them(self, context: Context) -> None:
        await publish_segments(context, Segment("twice", "Came twice", "counters.purchases >= 2"))
        members = await enrol(context, "Ada", "Bob", "Cyd")
        entries = [await buy(context, member, "5.00", id=f"o-{member.id}") for member in members[:2]]
        entries += [await buy(context, members[1], "5.00", id="again")]
        await context.accounts.put_newest(entries, currency="POINTS")
        assert await reached(context, members, Audience(segment="twice")) == ["crm-bob"]

    async def test_those_of_a_segment_by_their_profiles_and_not_where_it_fails(self, context: Context) -> None:
        await publish_segments(context, Segment("vienna", "In Vienna", "profile.city == 'Vienna'"))
        cities = [{"city": "Vienna"}, {"city": "Graz"}, {}]
        members = [a_member(number, attributes=city) for number, city in enumerate(cities)]
        await context.members.insert_many(members)
        assert await reached(context, members, Audience(segment="vienna")) == ["ext-0"]

    async def test_those_of_a_tier(self, context: Context) -> None:
        members = await members_of(context, 3)
        command = OverrideTier(members[1].id, "silver", NOON + timedelta(days=9), "A gift", "k")
        entry = await override_tier(context, SUPERVISOR, command)
        assert isinstance(entry, Entry), entry
        await context.accounts.put_newest([entry], currency="POINTS")
        assert await reached(context, members, Audience(tier="silver")) == ["ext-1"]

    async def test_each_reads_it_in_their_language_with_their_own_values(self, context: Context) -> None:
        members = [
            a_member(0, given_name="Ada", locale="en-GB"),
            a_member(1, given_name="Eva", locale="de-DE"),
            a_member(2, given_name="Yuki", locale="ja"),
        ]
        await context.members.insert_many(members)
        entry = await post(context, members[1].id, earning(1_250))
        await context.accounts.put_newest([entry], currency="POINTS")
        english = WordsOf("en", "Hello {{ name }}", "You have {{ points }}, {{ tier }}.")
        german = WordsOf("de", "Hallo {{ name }}", "Du hast {{ points }} Punkte.")
        await sent(context, english, german)
        tier = (await context.programs.current()).tiers.levels[0].name
        assert await words(context, members[0]) == ("Hello Ada", f"You have 0, {tier}.")
        assert await words(context, members[1]) == ("Hallo Eva", "Du hast 1.250 Punkte.")
        assert await words(context, members[2]) == ("Hello Yuki", f"You have 0, {tier}.")

    async def test_the_message_says_which_announcement_it_is(self, context: Context) -> None:
        (member,) = await members_of(context, 1)
        id = await sent(context)
        (row,) = await context.inbox.since(member.id, 0, limit=2)
        assert row.message.kind is NotificationKind.ANNOUNCEMENT
        assert row.message.data == {"news": "ANNOUNCEMENT", "announcement": id}

    async def test_a_language_without_a_text_is_no_fault(
        self, context: Context, caplog: pytest.LogCaptureFixture
    ) -> None:
        members = [a_member(0, locale="ja")]
        await context.members.insert_many(members)
        await sent(context)
        assert caplog.records == []
