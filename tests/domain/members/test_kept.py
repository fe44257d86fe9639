"""Which attributes rules go by."""

from dataclasses import replace

from domain.members.change import KEPT_ATTRIBUTES
from domain.members.kept import kept_attributes
from domain.program.earning import Segment
from tests.support.house import the_programme


class TestKeptAttributes:
    def test_every_name_behind_profile_is_found_however_it_is_written(self) -> None:
        program = the_programme()
        (reward, *others) = program.rewards
        read = replace(
            program,
            segments=(
                Segment("a", "A", 'has(profile.vip) && profile . level > 3 && profile["big spender"] == true'),
                Segment("b", "B", "profile['pets'] == 2"),
            ),
            rewards=(replace(reward, when="profile.student"), *others),
        )
        assert kept_attributes(read) - kept_attributes(program) == {
            "vip",
            "level",
            "big spender",
            "pets",
            "student",
        }
        assert kept_attributes(program) >= KEPT_ATTRIBUTES
