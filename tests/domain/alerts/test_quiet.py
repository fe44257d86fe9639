"""Quiet hours hold in every zone and over every change of its clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts.preferences import QuietHours
from domain.alerts.quiet import quiet_until, read_quiet_hours

BERLIN, NEW_YORK, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
)
ZONES = [
    *("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "America/Sao_Paulo"),
    *("Asia/Kolkata", "Asia/Kathmandu", "Asia/Shanghai", "Asia/Tehran", "Africa/Cairo", "Africa/Casablanca"),
    *("Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Chatham"),
]
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def hours(text: str) -> QuietHours:
    found = read_quiet_hours(text)
    assert found is not None
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestQuietUntil:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-06-15T18:59:59.999", None),
            ("2026-06-15T19:00", "2026-06-16T06:00"),
            ("2026-06-15T22:30", "2026-06-16T06:00"),
            ("2026-06-16T05:59:59.999", "2026-06-16T06:00"),
            ("2026-06-16T06:00", None),
        ],
    )
    def test_they_begin_at_their_beginning_span_midnight_and_are_over_at_their_end(
        self, now: str, until: str | None
    ) -> None:
        assert quiet_until(utc(now), hours("21:00-08:00"), BERLIN) == (utc(until) if until else None)

    def test_equal_times_are_never_quiet(self) -> None:
        assert quiet_until(utc("2026-06-15T08:00"), QuietHours(time(8), time(8)), BERLIN) is None

    @pytest.mark.parametrize(
        ("text", "now", "until"),
        [
            # Clocks go forward at 01:00Z on 29 March: 02:00 to 03:00 is left out.
            ("21:00-08:00", "2026-03-28T21:30", "2026-03-29T06:00"),
            ("21:00-02:30", "2026-03-28T21:30", "2026-03-29T01:00"),
            ("21:00-02:30", "2026-03-29T01:00", None),
            ("02:30-06:00", "2026-03-29T00:59:59", None),
            ("02:30-06:00", "2026-03-29T01:00", "2026-03-29T04:00"),
            ("02:10-02:50", "2026-03-29T01:00", None),
            # They go back at 01:00Z on 25 October: 02:00 to 03:00 is there twice, from 00:00Z and from 01:00Z.
            ("21:00-08:00", "2026-10-24T20:30", "2026-10-25T07:00"),
            ("21:00-02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
            ("21:00-02:30", "2026-10-25T01:29:59", "2026-10-25T01:30"),
            ("21:00-02:30", "2026-10-25T01:30", None),
            ("02:30-06:00", "2026-10-25T00:29:59", None),
            ("02:30-06:00", "2026-10-25T00:30", "2026-10-25T05:00"),
            ("02:30-06:00", "2026-10-25T01:10", "2026-10-25T05:00"),
        ],
    )
    def test_they_are_right_over_both_changes_of_the_clocks(self, text: str, now: str, until: str | None) -> None:
        assert quiet_until(utc(now), hours(text), BERLIN) == (utc(until) if until else None)

    def test_where_clocks_go_back_the_quiet_of_one_day_can_run_into_the_next(self) -> None:
        # It ends at 02:30 the second time, and begins at 02:15 the first time.
        assert quiet_until(utc("2026-10-24T22:00"), hours("02:15-02:10"), BERLIN) == utc("2026-10-26T01:10")

    def test_half_an_hour_of_a_change_is_enough(self) -> None:
        # Lord Howe leaves out 02:00 to 02:30 on 4 October 2026, at 15:30Z of the day before.
        assert quiet_until(utc("2026-10-03T12:00"), hours("21:00-02:15"), LORD_HOWE) == utc("2026-10-03T15:30")

    def test_a_day_that_a_zone_leaves_out_ends_no_quiet_early(self) -> None:
        # Samoa left out 30 December 2011, at 10:00Z.
        apia = ZoneInfo("Pacific/Apia")
        assert quiet_until(utc("2011-12-30T09:00"), hours("21:00-08:00"), apia) == utc("2011-12-30T18:00")

    @given(now=MOMENTS, zone=st.sampled_from(ZONES), begins=MINUTES, ends=MINUTES)
    def test_wherever_the_clock_on_the_wall_says_quiet_it_is_quiet_and_the_end_is_not(
        self, now: datetime, zone: str, begins: time, ends: time
    ) -> None:
        wanted, where = QuietHours(begins, ends), ZoneInfo(zone)
        until = quiet_until(now, wanted, where)
        shown = now.astimezone(where).time()
        on_the_wall = begins <= shown < ends if begins < ends else begins != ends and not ends <= shown < begins
        steady = {(now + timedelta(hours=h)).astimezone(where).utcoffset() for h in range(-60, 61, 6)}
        if on_the_wall or len(steady) == 1:
            assert (until is not None) == on_the_wall
        if until is not None:
            assert until > now
            assert quiet_until(until, wanted, where) is None
            just_before = until - timedelta(milliseconds=1)
            assert quiet_until(max(just_before, now), wanted, where) == until
            if len(steady) == 1:
                assert until - now < timedelta(days=1)
                assert until.astimezone(where).time() == ends


class TestReadQuietHours:
    def test_they_are_two_times_of_day(self) -> None:
        assert read_quiet_hours("21:00-08:30") == QuietHours(time(21), time(8, 30))

    @pytest.mark.parametrize("text", ["", "21-8", "24:00-08:00", "21:00-08:60", "21:00", "21:00-08:00-09:00"])
    def test_anything_else_is_none(self, text: str) -> None:
        assert read_quiet_hours(text) is None
