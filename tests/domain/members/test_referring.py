"""Who may have brought whom."""

from datetime import timedelta
from typing import Any

import pytest

from domain.members.member import Profile
from domain.members.referring import is_same_person, refuse_referrer
from domain.refusals import Code
from tests.support.members import JOINED, a_member

ADA = a_member(1, email="ada@example.com", phone="+14155550123")
MINUTE = timedelta(minutes=1)


class TestRefuseReferrer:
    def test_somebody_else_who_joined_before_is_fine(self) -> None:
        assert refuse_referrer(ADA, Profile(email="bob@example.com"), JOINED + MINUTE, strictly=True) is None

    @pytest.mark.parametrize(
        ("later", "strictly", "refused"), [(0, False, False), (0, True, True), (-1, False, True)]
    )
    def test_who_joined_later_brought_nobody_and_in_a_claim_nor_did_who_joined_at_the_same_moment(
        self, later: int, strictly: bool, refused: bool
    ) -> None:
        found = refuse_referrer(ADA, Profile(), JOINED + later * MINUTE, path="code", strictly=strictly)
        assert (found is not None) == refused
        if found:
            assert (found.code, found.path) == (Code.INVALID_INPUT, ("code",))

    @pytest.mark.parametrize("friend", [{"email": "Ada+new@Example.com"}, {"phone": "+14155550123"}])
    def test_nobody_brings_themself(self, friend: dict[str, Any]) -> None:
        found = refuse_referrer(ADA, Profile(**friend), JOINED)
        assert found is not None
        assert found.message == "Nobody can bring themself: this referral code is the same person's."


class TestIsSamePerson:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            (Profile(), Profile(), False),
            (Profile(email="a@example.com"), Profile(email="a+1@example.com"), True),
            (Profile(email="a+2@example.com"), Profile(email="A+1@EXAMPLE.com"), True),
            (Profile(email="a@example.com"), Profile(email="a@example.org"), False),
            (Profile(email="a@example.com"), Profile(email="ab@example.com"), False),
        ],
    )
    def test_a_mailbox_is_the_same_whatever_follows_a_plus(self, one: Profile, other: Profile, same: bool) -> None:
        assert is_same_person(one, other) is same
