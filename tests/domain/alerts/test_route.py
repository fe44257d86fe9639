"""A message goes to each address on each channel where it is wanted, and always under the same keys."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, DeliveryState, Why
from domain.alerts.device import DevicePlatform
from domain.alerts.preferences import Preferences
from domain.alerts.route import Reader, route, zone_of
from domain.inbox.message import InboxRow, NotificationKind
from domain.members.member import MemberStatus
from domain.program.alerts import AlertHook, Alerts, Escalation, Route
from tests.support.carrying import a_device, earned, news
from tests.support.house import NOON
from tests.support.members import a_member
from tests.support.programs import a_program

ADA = a_member(1, email="ada@example.com", phone="+441632960001", timezone="Europe/London")
PROVIDERS = {"apns", "fcm", "webpush", "smtp", "sms", "webhook:POST", "webhook:TEA_HOUSE"}
DEVICES = (a_device(ADA), a_device(ADA, 2, DevicePlatform.ANDROID), a_device(ADA, 3, DevicePlatform.WEB))
KIND = NotificationKind.POINTS_CHANGED
DAY = timedelta(days=1)


def routed(
    *channels: Channel,
    row: InboxRow | None = None,
    providers: Any = PROVIDERS,
    devices: Any = DEVICES,
    member: Any = ADA,
    choices: Any = None,
    unsubscribed: Any = frozenset(),
    **alerts: Any,
) -> tuple[Delivery, ...]:
    preferences = Preferences(member.id, choices or {}, unsubscribed=unsubscribed)
    program = a_program(alerts=Alerts(routes=(Route(KIND, channels),), **alerts))
    return route(row or InboxRow(news(ADA), 7), Reader(member, preferences, devices), program, providers)


def places(deliveries: tuple[Delivery, ...]) -> list[tuple[str, str | None]]:
    return [(one.provider, one.device) for one in deliveries]


class TestRoute:
    def test_each_device_has_its_own_delivery_by_its_own_provider(self) -> None:
        found = routed(Channel.PUSH)
        assert places(found) == [("apns", DEVICES[0].id), ("fcm", DEVICES[1].id), ("webpush", DEVICES[2].id)]
        assert found[0] == Delivery(
            id=f"{ADA.id}:entry:1:points:PUSH:{DEVICES[0].id}",
            member=ADA.id,
            seq=7,
            key="entry:1:points",
            kind=KIND,
            channel=Channel.PUSH,
            provider="apns",
            state=DeliveryState.WAITING,
            created_at=NOON,
            next_at=NOON,
            until=NOON + DAY,
            device=DEVICES[0].id,
        )

    def test_routing_the_same_again_makes_the_same(self) -> None:
        assert routed(Channel.PUSH, Channel.EMAIL) == routed(Channel.PUSH, Channel.EMAIL)

    def test_mail_and_sms_go_to_the_members_own_address_where_they_have_one(self) -> None:
        found = routed(Channel.EMAIL, Channel.SMS)
        assert places(found) == [("smtp", None), ("sms", None)]
        assert [one.until for one in found] == [NOON + 3 * DAY, NOON + DAY]
        assert [one.id for one in found] == [f"{ADA.id}:entry:1:points:{end}" for end in ("EMAIL:smtp", "SMS:sms")]
        assert routed(Channel.EMAIL, Channel.SMS, member=replace(ADA, profile=a_member().profile)) == ()

    def test_only_providers_that_there_are_are_planned_for(self) -> None:
        assert places(routed(Channel.PUSH, Channel.EMAIL, providers={"fcm"})) == [("fcm", DEVICES[1].id)]

    def test_a_members_choice_goes_before_the_programmes(self) -> None:
        choices = {(KIND, Channel.PUSH): False, (KIND, Channel.SMS): True}
        assert places(routed(Channel.PUSH, Channel.EMAIL, choices=choices)) == [("smtp", None), ("sms", None)]

    def test_nothing_goes_where_they_unsubscribed_whatever_they_chose(self) -> None:
        choices = {(KIND, Channel.EMAIL): True}
        assert routed(Channel.EMAIL, choices=choices, unsubscribed=frozenset({Channel.EMAIL})) == ()

    @pytest.mark.parametrize(
        ("status", "count"),
        [
            (MemberStatus.ACTIVE, 1),
            (MemberStatus.FROZEN, 1),
            (MemberStatus.CLOSED, 0),
            (MemberStatus.ERASED, 0),
        ],
    )
    def test_who_is_gone_is_told_nothing(self, status: MemberStatus, count: int) -> None:
        assert len(routed(Channel.EMAIL, member=replace(ADA, status=status))) == count

    def test_partners_are_told_of_the_kinds_they_asked_for_or_of_all(self) -> None:
        hooks = (AlertHook("post", (NotificationKind.TIER_CHANGED,)), AlertHook("tea-house"), AlertHook("nobody"))
        assert places(routed(webhooks=hooks)) == [("webhook:TEA_HOUSE", None)]
        tier = InboxRow(news(ADA, kind=NotificationKind.TIER_CHANGED), 8)
        hooked = [one for one in routed(webhooks=hooks, row=tier) if one.channel is Channel.WEBHOOK]
        assert places(tuple(hooked)) == [("webhook:POST", None), ("webhook:TEA_HOUSE", None)]
        assert {one.until for one in hooked} == {NOON + 3 * DAY}

    def test_partners_hear_of_members_who_closed_but_not_of_those_erased(self) -> None:
        hooks = (AlertHook("post"),)
        assert len(routed(webhooks=hooks, member=replace(ADA, status=MemberStatus.CLOSED))) == 1
        assert routed(webhooks=hooks, member=replace(ADA, status=MemberStatus.ERASED)) == ()

    def test_what_is_earned_may_be_put_together_by_currency_except_for_partners(self) -> None:
        found = routed(Channel.PUSH, webhooks=(AlertHook("post"),), row=InboxRow(earned(ADA, 1, 5), 7))
        assert [one.bundle for one in found] == ["POINTS", "POINTS", "POINTS", None]
        assert {one.bundle for one in routed(Channel.PUSH)} == {None}

    def test_urgent_stays_urgent(self) -> None:
        assert {one.urgent for one in routed(Channel.PUSH, row=InboxRow(news(ADA, urgent=True), 7))} == {True}


class TestEscalation:
    ESCALATION = Escalation((KIND,), 24, Channel.EMAIL)

    def test_a_push_is_followed_by_a_mail_a_day_later_in_a_lane_of_its_own(self) -> None:
        *pushed, mail = routed(Channel.PUSH, escalation=self.ESCALATION)
        assert len(pushed) == 3
        assert (mail.channel, mail.why, mail.escalated) == (Channel.EMAIL, Why.ESCALATION, True)
        assert (mail.next_at, mail.until) == (NOON + DAY, NOON + 4 * DAY)
        assert mail.lane == f"{ADA.id}:POINTS_CHANGED:EMAIL:smtp:escalated"

    def test_nothing_follows_where_nothing_was_pushed(self) -> None:
        assert routed(Channel.PUSH, devices=(), escalation=self.ESCALATION) == ()
        assert routed(Channel.PUSH, providers={"smtp"}, escalation=self.ESCALATION) == ()

    def test_nothing_follows_where_it_goes_anyway(self) -> None:
        found = routed(Channel.PUSH, Channel.EMAIL, escalation=self.ESCALATION)
        assert [one.escalated for one in found] == [False] * 4

    def test_nothing_follows_for_other_kinds(self) -> None:
        other = replace(self.ESCALATION, kinds=(NotificationKind.TIER_AT_RISK,))
        assert not any(one.escalated for one in routed(Channel.PUSH, escalation=other))

    @pytest.mark.parametrize(
        "refusing",
        [{"unsubscribed": frozenset({Channel.EMAIL})}, {"choices": {(KIND, Channel.EMAIL): False}}],
    )
    def test_whoever_said_no_there_is_not_asked_in_this_way(self, refusing: dict[str, Any]) -> None:
        found = routed(Channel.PUSH, escalation=self.ESCALATION, **refusing)
        assert not any(one.escalated for one in found)


class TestZoneOf:
    @pytest.mark.parametrize(
        ("zone", "expected"),
        [("Asia/Tokyo", "Asia/Tokyo"), ("No/Where", "America/New_York"), ("../etc", "America/New_York")],
    )
    def test_it_is_the_members_or_the_programmes(self, zone: str, expected: str) -> None:
        assert str(zone_of(a_member(timezone=zone), a_program())) == expected
