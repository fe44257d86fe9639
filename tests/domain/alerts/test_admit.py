"""Whether a delivery goes now, later or not at all: one rule after the other, in an order that is promised."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from domain.alerts.admit import Beside, Known, admit
from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, Why
from domain.alerts.digest import Bundled, Told
from domain.alerts.preferences import Bounce, Preferences, QuietHours
from domain.alerts.verdict import Drop, Hold, Merge, Send, Verdict
from domain.inbox.message import InboxRow, NotificationKind
from domain.members.member import MemberStatus
from domain.program.alerts import AlertCap, Alerts, Digest, Route
from tests.support.carrying import a_device, news
from tests.support.deliveries import a_delivery
from tests.support.house import NOON
from tests.support.members import a_member
from tests.support.programs import a_program

ADA = a_member(1, email="ada@example.com", phone="+441632960001", timezone="Europe/London")
PHONE = a_device(ADA)
HOUR, DAY, MS = timedelta(hours=1), timedelta(days=1), timedelta(milliseconds=1)
KIND, OFFER = NotificationKind.POINTS_CHANGED, NotificationKind.ANNOUNCEMENT
ALONE = Beside()
QUIET = QuietHours(time(12), time(14))
"""Noon in UTC is 13:00 in London."""
PUSH = a_delivery(ADA.id, channel=Channel.PUSH, device=PHONE.id)
MAIL, SMS = a_delivery(ADA.id), a_delivery(ADA.id, channel=Channel.SMS)
HOOK = replace(MAIL, channel=Channel.WEBHOOK, provider="webhook:POST")
EVERYWHERE = Alerts(
    routes=tuple(Route(kind, (Channel.PUSH, Channel.EMAIL, Channel.SMS)) for kind in (KIND, OFFER)),
    quiet_hours=None,
    caps=(),
    digest=None,
)


def decided(
    delivery: Delivery,
    *,
    now: datetime = NOON,
    beside: Beside = ALONE,
    alerts: Alerts = EVERYWHERE,
    known: Any = None,
    **preferences: Any,
) -> Verdict:
    row = InboxRow(news(ADA, kind=delivery.kind), delivery.seq)
    base = Known(ADA, Preferences(ADA.id, **preferences), row, PHONE if delivery.device else None)
    return admit(delivery, replace(base, **(known or {})), beside, a_program(alerts=alerts), now)


def read() -> InboxRow:
    return InboxRow(news(ADA), 1, read_at=NOON)


class TestWhatGoes:
    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS, HOOK])
    def test_what_nothing_forbids_goes(self, delivery: Delivery) -> None:
        assert decided(delivery) == Send()


class TestWhatIsDropped:
    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS])
    @pytest.mark.parametrize("status", [MemberStatus.CLOSED, MemberStatus.ERASED])
    def test_members_who_are_gone(self, delivery: Delivery, status: MemberStatus) -> None:
        assert decided(delivery, known={"member": replace(ADA, status=status)}) == Drop(Why.NOT_ACTIVE)

    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS, HOOK])
    @pytest.mark.parametrize("gone", ["member", "row"])
    def test_members_or_messages_that_are_no_more(self, delivery: Delivery, gone: str) -> None:
        assert decided(delivery, known={gone: None}) == Drop(Why.NOT_ACTIVE)

    def test_frozen_members_are_told(self) -> None:
        assert decided(PUSH, known={"member": replace(ADA, status=MemberStatus.FROZEN)}) == Send()

    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS, HOOK])
    def test_what_is_too_late(self, delivery: Delivery) -> None:
        assert decided(delivery, now=delivery.until) == Send()
        assert decided(delivery, now=delivery.until + MS) == Drop(Why.TOO_LATE)

    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS])
    def test_channels_that_were_unsubscribed_whatever_was_chosen(self, delivery: Delivery) -> None:
        channel = delivery.channel
        urgent = replace(delivery, urgent=True)
        gone = {"unsubscribed": frozenset({channel}), "choices": {(KIND, channel): True}}
        assert decided(urgent, **gone) == Drop(Why.UNSUBSCRIBED)

    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS])
    def test_kinds_that_are_not_wanted_by_choice_or_by_default(self, delivery: Delivery) -> None:
        channel, silent = delivery.channel, replace(EVERYWHERE, routes=(Route(KIND, ()),))
        assert decided(delivery, choices={(KIND, channel): False}) == Drop(Why.NOT_WANTED)
        assert decided(delivery, alerts=silent) == Drop(Why.NOT_WANTED)
        assert decided(delivery, alerts=silent, choices={(KIND, channel): True}) == Send()

    def test_an_escalation_goes_where_its_kind_does_not_unless_it_was_refused(self) -> None:
        silent, escalated = replace(EVERYWHERE, routes=(Route(KIND, ()),)), replace(MAIL, escalated=True)
        assert decided(escalated, alerts=silent) == Send()
        assert decided(escalated, alerts=silent, choices={(KIND, Channel.EMAIL): False}) == Drop(Why.NOT_WANTED)

    @pytest.mark.parametrize("delivery", [MAIL, SMS])
    def test_announcements_to_those_who_did_not_agree_though_they_are_urgent(self, delivery: Delivery) -> None:
        offer = replace(delivery, kind=OFFER, urgent=True)
        assert decided(offer) == Drop(Why.NO_CONSENT)
        assert decided(offer, marketing=NOON) == Send()

    def test_announcements_are_pushed_without_consent(self) -> None:
        assert decided(replace(PUSH, kind=OFFER)) == Send()

    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS])
    def test_announcements_that_were_stopped(self, delivery: Delivery) -> None:
        offer = replace(delivery, kind=OFFER)
        assert decided(offer, known={"stopped": True}, marketing=NOON) == Drop(Why.STOPPED)

    @pytest.mark.parametrize("delivery", [MAIL, SMS])
    def test_addresses_that_are_no_more(self, delivery: Delivery) -> None:
        assert decided(delivery, known={"member": a_member(1)}) == Drop(Why.NO_ADDRESS)

    def test_devices_that_are_no_more(self) -> None:
        assert decided(PUSH, known={"device": None}) == Drop(Why.NO_ADDRESS)

    @pytest.mark.parametrize(("delivery", "address"), [(MAIL, "ada@example.com"), (SMS, "+441632960001")])
    def test_addresses_that_bounced_until_there_is_another(self, delivery: Delivery, address: str) -> None:
        channel = delivery.channel
        assert decided(delivery, bounces={channel: Bounce(address, NOON, "550")}) == Drop(Why.BOUNCED)
        assert decided(delivery, bounces={channel: Bounce("another", NOON, "550")}) == Send()

    def test_what_was_read_is_not_pushed_and_does_not_escalate_but_is_mailed(self) -> None:
        assert decided(PUSH, known={"row": read()}) == Drop(Why.READ)
        assert decided(replace(MAIL, escalated=True), known={"row": read()}) == Drop(Why.READ)
        assert decided(MAIL, known={"row": read()}) == Send()


class TestQuietHours:
    @pytest.mark.parametrize("delivery", [PUSH, SMS])
    @pytest.mark.parametrize("urgent", [False, True])
    def test_what_rings_waits_for_their_end_and_has_its_day_from_then(
        self, delivery: Delivery, urgent: bool
    ) -> None:
        verdict = decided(replace(delivery, urgent=urgent, until=NOON + HOUR), quiet=QUIET)
        assert verdict == Hold(NOON + HOUR, Why.QUIET_HOURS, NOON + HOUR + DAY)

    def test_they_shorten_nothing(self) -> None:
        verdict = decided(replace(PUSH, until=NOON + 3 * DAY), quiet=QUIET)
        assert verdict == Hold(NOON + HOUR, Why.QUIET_HOURS, NOON + 3 * DAY)

    @pytest.mark.parametrize("delivery", [MAIL, HOOK])
    def test_what_does_not_ring_goes(self, delivery: Delivery) -> None:
        assert decided(delivery, quiet=QUIET) == Send()

    def test_the_programmes_hold_in_the_members_zone_unless_they_have_their_own(self) -> None:
        alerts = replace(EVERYWHERE, quiet_hours="12:00-14:00")
        assert decided(PUSH, alerts=alerts) == Hold(NOON + HOUR, Why.QUIET_HOURS, PUSH.until)
        in_tokyo = {"member": a_member(1, timezone="Asia/Tokyo")}
        assert decided(PUSH, alerts=alerts, known=in_tokyo) == Send()
        assert decided(PUSH, alerts=alerts, quiet=QuietHours(time(3), time(3))) == Send()


class TestDigests:
    EARNED = replace(PUSH, bundle="POINTS")
    ALERTS = replace(EVERYWHERE, digest=Digest(60))
    LATELY = Beside(bundled=Bundled((Told(9, NOON - timedelta(minutes=20)),)))

    def test_what_follows_within_the_hour_waits(self) -> None:
        held = Hold(NOON + timedelta(minutes=40), Why.DIGEST)
        assert decided(self.EARNED, alerts=self.ALERTS, beside=self.LATELY) == held

    def test_what_is_not_earned_goes_and_so_does_all_without_a_digest(self) -> None:
        assert decided(PUSH, alerts=self.ALERTS, beside=self.LATELY) == Send()
        assert decided(self.EARNED, beside=self.LATELY) == Send()

    @pytest.mark.parametrize("begun", [{"attempts": 1}, {"merged": (4, 5)}])
    def test_what_was_begun_goes_on_as_what_it_was(self, begun: dict[str, Any]) -> None:
        assert decided(replace(self.EARNED, **begun), alerts=self.ALERTS, beside=self.LATELY) == Send()

    def test_the_newest_tells_the_others(self) -> None:
        newest = replace(self.EARNED, seq=4)
        beside = Beside(bundled=Bundled(waiting=(2, 3)))
        assert decided(newest, alerts=self.ALERTS, beside=beside) == Send((2, 3))
        assert decided(replace(newest, seq=2), alerts=self.ALERTS, beside=beside) == Merge(3)


class TestCaps:
    ALERTS = replace(EVERYWHERE, caps=(AlertCap(Channel.PUSH, 2, 24),))

    @pytest.mark.parametrize(
        ("sent", "verdict"),
        [
            ({5: NOON}, Send()),
            ({5: NOON, 6: NOON - DAY + MS}, Drop(Why.CAPPED)),
            ({5: NOON, 6: NOON - DAY}, Send()),
            ({5: NOON, 1: NOON}, Send()),
        ],
    )
    def test_they_count_other_messages_within_any_such_hours(
        self, sent: dict[int, datetime], verdict: Verdict
    ) -> None:
        assert decided(PUSH, alerts=self.ALERTS, beside=Beside(sent)) == verdict

    def test_urgent_ones_pass(self) -> None:
        beside = Beside({5: NOON, 6: NOON, 7: NOON})
        assert decided(replace(PUSH, urgent=True), alerts=self.ALERTS, beside=beside) == Send()

    def test_other_channels_have_their_own(self) -> None:
        assert decided(MAIL, alerts=self.ALERTS, beside=Beside({5: NOON, 6: NOON})) == Send()

    def test_the_narrowest_of_several_holds(self) -> None:
        caps = (AlertCap(Channel.PUSH, 9, 24), AlertCap(Channel.PUSH, 1, 1))
        alerts = replace(EVERYWHERE, caps=caps)
        assert decided(PUSH, alerts=alerts, beside=Beside({5: NOON - HOUR})) == Send()
        assert decided(PUSH, alerts=alerts, beside=Beside({5: NOON - HOUR + MS})) == Drop(Why.CAPPED)


class TestOrder:
    @pytest.mark.parametrize("delivery", [PUSH, MAIL, SMS, HOOK])
    def test_what_would_go_waits_for_the_one_before_it(self, delivery: Delivery) -> None:
        assert decided(delivery, beside=Beside(before=NOON + HOUR)) == Hold(NOON + HOUR, Why.ORDER)

    def test_what_is_dropped_waits_for_nobody(self) -> None:
        assert decided(PUSH, beside=Beside(before=NOON + HOUR), known={"row": read()}) == Drop(Why.READ)


class TestPartners:
    def test_they_are_told_whatever_the_member_wants(self) -> None:
        preferences = {"unsubscribed": frozenset(Channel), "quiet": QUIET}
        alerts = replace(EVERYWHERE, routes=(Route(KIND, ()),), caps=(AlertCap(Channel.WEBHOOK, 0, 24),))
        closed = {"member": replace(ADA, status=MemberStatus.CLOSED), "row": read(), "stopped": True}
        assert decided(HOOK, alerts=alerts, known=closed, beside=Beside({5: NOON}), **preferences) == Send()

    def test_but_not_of_members_who_were_erased(self) -> None:
        erased = {"member": replace(ADA, status=MemberStatus.ERASED)}
        assert decided(HOOK, known=erased) == Drop(Why.NOT_ACTIVE)


class TestTheOrderOfTheRules:
    def test_each_rule_is_asked_before_those_behind_it(self) -> None:
        """Everything forbids it; what forbade is mended one after the other, in the promised order."""
        caps = (AlertCap(Channel.PUSH, 1, 24),)
        offer = replace(PUSH, kind=OFFER, until=NOON - MS, bundle="POINTS")
        alerts = replace(EVERYWHERE, caps=caps, digest=Digest(60), routes=(Route(OFFER, ()),))
        lately = Told(9, NOON - timedelta(minutes=20))
        beside = Beside({9: NOON}, NOON + HOUR, Bundled((lately,)))
        state: dict[str, Any] = {
            "known": {
                "member": replace(ADA, status=MemberStatus.CLOSED),
                "row": InboxRow(news(ADA, kind=OFFER), 1, read_at=NOON),
                "device": None,
                "stopped": True,
            },
            "unsubscribed": frozenset({Channel.PUSH}),
            "quiet": QUIET,
        }
        seen: list[Any] = []

        def look() -> None:
            verdict = decided(offer, alerts=alerts, beside=beside, **state)
            seen.append(verdict.why if isinstance(verdict, Drop | Hold) else verdict)

        look()
        state["known"]["member"] = ADA
        look()
        offer = replace(offer, until=NOON + DAY)
        look()
        state["unsubscribed"] = frozenset()
        look()
        state["choices"] = {(OFFER, Channel.PUSH): True}
        look()
        state["known"]["stopped"] = False
        look()
        state["known"]["device"] = PHONE
        look()
        state["known"]["row"] = InboxRow(news(ADA, kind=OFFER), 1)
        look()
        del state["quiet"]
        look()
        beside = replace(beside, bundled=Bundled())
        look()
        beside = replace(beside, sent={})
        look()
        beside = replace(beside, before=None)
        look()
        assert seen == [
            Why.NOT_ACTIVE,
            Why.TOO_LATE,
            Why.UNSUBSCRIBED,
            Why.NOT_WANTED,
            Why.STOPPED,
            Why.NO_ADDRESS,
            Why.READ,
            Why.QUIET_HOURS,
            Why.DIGEST,
            Why.CAPPED,
            Why.ORDER,
            Send(),
        ]
