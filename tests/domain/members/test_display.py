from dataclasses import replace

import pytest

from domain.members.display import display_name, leaderboard_name
from domain.members.member import Profile
from tests.support.members import a_member

AGREED = {"showOnLeaderboard": True}


class TestDisplayName:
    @pytest.mark.parametrize(
        ("given", "family", "name"),
        [
            ("Ada", "Lovelace", "Ada Lovelace"),
            ("Ada", None, "Ada"),
            (None, "Lovelace", "Lovelace"),
            (None, None, "Member"),
        ],
    )
    def test_is_the_names_that_are_known(self, given, family, name):
        assert display_name(Profile(given_name=given, family_name=family)) == name


class TestLeaderboardName:
    def test_with_consent_is_the_given_name_and_an_initial(self):
        member = a_member(given_name="Ada", family_name="lovelace", attributes=AGREED)
        assert leaderboard_name(member) == "Ada L."

    def test_with_consent_and_one_name_is_that_name(self):
        assert leaderboard_name(a_member(given_name="Ada", attributes=AGREED)) == "Ada"

    @pytest.mark.parametrize("consent", [{}, {"showOnLeaderboard": "yes"}, {"showOnLeaderboard": 1}])
    def test_without_consent_is_a_steady_mask_that_differs_from_member_to_member(self, consent):
        member = a_member(1, given_name="Ada", family_name="Lovelace", attributes=consent)
        mask = leaderboard_name(member)
        assert mask == leaderboard_name(replace(member, profile=Profile()))
        assert mask != leaderboard_name(a_member(2))
        assert mask.startswith("Member ····")
        assert len(mask) == len("Member ····XXXX")
        assert member.id not in mask

    def test_consent_without_a_given_name_is_masked(self):
        assert leaderboard_name(a_member(family_name="Lovelace", attributes=AGREED)).startswith("Member ····")
