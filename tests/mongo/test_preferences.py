"""Preferences: what one change does not name stays, whoever changes what at once."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from domain.alerts.channel import Channel
from domain.alerts.preferences import Bounce, Preferences, QuietHours
from domain.inbox.message import NotificationKind
from mongo.client import Database
from mongo.preferences import MemberPreferences

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EXPIRING, TIER = NotificationKind.POINTS_EXPIRING, NotificationKind.TIER_CHANGED


class TestMemberPreferences:
    async def test_who_chose_nothing_has_the_defaults(self, database: Database) -> None:
        assert await MemberPreferences(database).of_members(["ann"]) == {"ann": Preferences("ann")}

    async def test_each_change_leaves_the_others_as_they_were(self, database: Database) -> None:
        kept = MemberPreferences(database)
        bounce = Bounce("a@b.example", NOW, "550 no such user")
        await kept.change("ann", choices={(EXPIRING, Channel.SMS): True, (TIER, Channel.PUSH): False})
        await kept.change("ann", quiet=QuietHours(time(22), time(6, 30)), balance={"POINTS": 500})
        await kept.change("ann", unsubscribed={Channel.SMS: True}, marketing=NOW)
        await kept.bounced("ann", Channel.EMAIL, bounce)
        assert (await kept.of_members(["ann"]))["ann"] == Preferences(
            "ann",
            choices={(EXPIRING, Channel.SMS): True, (TIER, Channel.PUSH): False},
            quiet=QuietHours(time(22), time(6, 30)),
            unsubscribed=frozenset({Channel.SMS}),
            marketing=NOW,
            balance={"POINTS": 500},
            bounces={Channel.EMAIL: bounce},
        )

    async def test_what_is_taken_back_is_the_default_again(self, database: Database) -> None:
        kept = MemberPreferences(database)
        await kept.change("ann", choices={(TIER, Channel.PUSH): False}, quiet=QuietHours(time(22), time(6)))
        await kept.change("ann", unsubscribed={Channel.SMS: True}, marketing=NOW, balance={"POINTS": 5})
        await kept.change("ann", choices={(TIER, Channel.PUSH): None}, default_quiet=True, balance={})
        stands = await kept.change("ann", unsubscribed={Channel.SMS: False}, marketing=False)
        assert stands == Preferences("ann")

    async def test_agreeing_again_keeps_the_time_of_the_first_yes(self, database: Database) -> None:
        kept = MemberPreferences(database)
        await kept.change("ann", marketing=NOW)
        assert (await kept.change("ann", marketing=NOW + timedelta(days=1))).marketing == NOW

    async def test_changing_nothing_makes_no_row(self, database: Database) -> None:
        assert await MemberPreferences(database).change("ann") == Preferences("ann")
        assert await database["preferences"].count_documents({}) == 0

    async def test_a_link_has_one_token_whoever_asks_first(self, database: Database) -> None:
        kept = MemberPreferences(database)
        tokens = set(await asyncio.gather(*(kept.token_of("ann") for _ in range(10))))
        (token,) = tokens
        assert len(token) == 32
        assert await kept.member_of(token) == "ann"
        assert await kept.member_of(token[:-1]) is None

    async def test_unsubscribing_is_of_a_kind_or_of_all_mail(self, database: Database) -> None:
        kept = MemberPreferences(database)
        await kept.unsubscribe("ann", kind=EXPIRING)
        await kept.unsubscribe("ann", kind=None)
        gone = (await kept.of_members(["ann"]))["ann"]
        assert gone.choices == {(EXPIRING, Channel.EMAIL): False}
        assert gone.unsubscribed == {Channel.EMAIL}
