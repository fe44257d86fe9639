"""Words in the nearest language, each by itself."""

from dataclasses import replace

import pytest

from domain.program.rewards import Reward, RewardKind, RewardTexts
from domain.rewards.words import Words, words_of

TEA = Reward(
    "tea",
    "Tea",
    RewardKind.GOODS,
    1,
    "Hot.",
    terms="One.",
    translations={
        "zh": RewardTexts(description="热"),
        "zh-Hant": RewardTexts("茶", terms="一杯"),
        "zh-Hant-HK": RewardTexts("港式茶"),
        "pt-BR": RewardTexts("Chá"),
    },
)


class TestWordsOf:
    @pytest.mark.parametrize(
        ("locale", "words"),
        [
            (None, ("Tea", "Hot.", "One.")),
            ("fr", ("Tea", "Hot.", "One.")),
            ("zh-Hant-TW", ("茶", "热", "一杯")),
            ("zh-hant_hk", ("港式茶", "热", "一杯")),
            ("zh-TW", ("茶", "热", "一杯")),
            ("zh-CN", ("Tea", "热", "One.")),
            ("pt", ("Tea", "Hot.", "One.")),
            ("PT-br", ("Chá", "Hot.", "One.")),
            ("", ("Tea", "Hot.", "One.")),
            ("-", ("Tea", "Hot.", "One.")),
        ],
    )
    def test_each_in_the_nearest_that_says_it(self, locale: str | None, words: tuple[str, str, str]) -> None:
        assert words_of(TEA, locale) == Words(*words)

    def test_without_translations_it_is_the_programmes(self) -> None:
        assert words_of(replace(TEA, translations={}), "zh") == Words("Tea", "Hot.", "One.")
