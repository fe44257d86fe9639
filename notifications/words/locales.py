"""In which languages somebody is told something, the one they read best first."""

from functools import lru_cache
from typing import Final

from domain.rewards.words import upwards

_LAST: Final = "en"


@lru_cache(4_000)
def reading_order(locale: str | None, otherwise: str) -> tuple[str, ...]:
    """The member's locale and those that it is one of, then the programme's, then English; all in lower case."""
    named = [*tags(locale or ""), *tags(otherwise), _LAST]
    return tuple(dict.fromkeys(named))


def tags(locale: str) -> list[str]:
    """The locale and those that it is one of, in lower case."""
    found = list(upwards(locale))
    # Chinese of no script that anybody has named is read in the simplified one.
    return [*found, "zh-hans"] if found and found[-1] == "zh" else found


@lru_cache(4_000)
def written_as(tag: str, wanted: str) -> str:
    """The locale whose formats fit a text in `tag`: the reader's own where it is the same language and script."""
    own = list(upwards(wanted))
    return own[0] if own and (tag in own or (tag, own[-1]) == ("zh-hans", "zh")) else tag
