"""The language that a mail says it is in is that of its words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM
from domain.alerts.template import TemplateText
from domain.members.member import Member, MemberStatus, Profile
from notifications.words.say import language_of
from tests.support.programs import PROGRAM

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ADA = Member("ada", None, "", "", MemberStatus.ACTIVE, NOW, Profile())


def reading(locale: str) -> Member:
    return replace(ADA, profile=Profile(locale=locale))


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("locale", "language"),
        [("en-US", "en-us"), ("fr-CA", "en"), ("es-MX", "es-mx"), ("zh-TW", "zh-tw"), ("ja", "ja"), ("zh", "zh")],
    )
    def test_it_is_the_members_own_where_there_are_words_in_it(self, locale: str, language: str) -> None:
        assert language_of("points_earned", member=reading(locale), program=PROGRAM) == language

    def test_what_staff_wrote_counts_for_its_template(self) -> None:
        french = TemplateText("birthday", "fr", "Bon anniversaire", "Bravo", 1, SYSTEM, NOW)
        told = [
            language_of(name, member=reading("fr"), program=PROGRAM, texts=[french])
            for name in ("birthday", "points_earned")
        ]
        assert told == ["fr", "en"]

    def test_of_nobody_it_is_the_programmes(self) -> None:
        assert language_of("birthday", member=None, program=PROGRAM) == "en"
