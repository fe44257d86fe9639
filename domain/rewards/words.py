"""A reward's words in the language of whoever reads them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.program.rewards import Reward

_SCRIPTS = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "zh-cn": "zh-hans", "zh-sg": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a reward."""

    title: str
    description: str
    terms: str


def words_of(reward: Reward, locale: str | None) -> Words:
    """Each in the locale, else in the nearest above it (zh-Hant-TW, zh-Hant, zh), else as the programme says it.

    None and locales that nobody has translated to read the programme's own.
    """
    if locale is None or not reward.translations:
        return Words(reward.title, reward.description, reward.terms)
    tables = {_plain(name): texts for name, texts in reward.translations.items()}
    texts = [tables[tag] for tag in upwards(locale) if tag in tables]
    return Words(
        title=_first([one.title for one in texts], reward.title),
        description=_first([one.description for one in texts], reward.description),
        terms=_first([one.terms for one in texts], reward.terms),
    )


def _first(said: Sequence[str | None], otherwise: str) -> str:
    return next((text for text in said if text is not None), otherwise)


def _plain(locale: str) -> str:
    return locale.strip().replace("_", "-").lower()


def upwards(locale: str) -> Iterator[str]:
    """The locale and those that it is one of, in lower case; regions of Chinese are one of the script that is
    written there."""
    tag = _plain(locale)
    while tag:
        yield tag
        if tag in _SCRIPTS:
            yield _SCRIPTS[tag]
        tag = tag.rpartition("-")[0]
