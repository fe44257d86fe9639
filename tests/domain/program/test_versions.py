from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.program.versions import (
    Draft,
    DraftStatus,
    Request,
    Ruling,
    VersionStatus,
    content_hash,
    draft_status,
    in_force,
    version_status,
)
from tests.support.programs import PROGRAM, a_program

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DRAFT = Draft("d", 1, "h", PROGRAM, "n", SYSTEM, NOON, NOON)
ASKED = replace(DRAFT, request=Request(SYSTEM, NOON, None, "k", "i"))
RULING = Ruling(SYSTEM, NOON, approve=False, note=None, key="k", input="i")


class TestInForce:
    @pytest.mark.parametrize(
        ("begins", "current"),
        [
            ([0], 1),
            ([5], 1),
            ([0, 1], 1),
            ([0, 0], 2),
            ([0, 3, -1], 3),
            ([-2, -1, 2, 3], 2),
        ],
    )
    def test_it_is_the_highest_whose_time_has_come_and_else_the_first(
        self, begins: list[int], current: int
    ) -> None:
        hours = {number: NOON + hour * HOUR for number, hour in enumerate(begins, 1)}
        assert in_force(hours, NOON) == current

    @given(st.lists(st.integers(-9, 9), min_size=1, max_size=9), st.integers(-9, 9), st.integers(0, 9))
    def test_time_takes_none_back(self, begins: list[int], now: int, later: int) -> None:
        hours = {number: NOON + hour * HOUR for number, hour in enumerate(begins, 1)}
        assert in_force(hours, NOON + (now + later) * HOUR) >= in_force(hours, NOON + now * HOUR)


def test_the_status_of_a_version_follows_from_the_one_in_force() -> None:
    found = [version_status(number, 2) for number in (1, 2, 3)]
    assert found == [VersionStatus.SUPERSEDED, VersionStatus.IN_FORCE, VersionStatus.SCHEDULED]


@pytest.mark.parametrize(
    ("draft", "simulated", "status"),
    [
        (DRAFT, False, DraftStatus.VALIDATED),
        (DRAFT, True, DraftStatus.SIMULATED),
        (ASKED, True, DraftStatus.REQUESTED),
        (replace(ASKED, ruling=RULING), False, DraftStatus.VALIDATED),
        (replace(ASKED, ruling=replace(RULING, approve=True), version=2), True, DraftStatus.PUBLISHED),
    ],
)
def test_the_status_of_a_draft(draft: Draft, simulated: bool, status: DraftStatus) -> None:
    assert draft_status(draft, simulated=simulated) is status


def test_the_content_hash_is_of_what_it_says_whatever_its_version() -> None:
    assert content_hash(a_program(version=3)) == content_hash(a_program(version=9))
    assert content_hash(a_program(name="Other")) != content_hash(PROGRAM)
