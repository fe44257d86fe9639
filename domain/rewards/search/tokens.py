"""Text as the search compares it: folded, and parted into words and runs of what is written without spaces."""

import re
from collections.abc import Iterator

from domain.members.text import fold
from domain.rewards.search.han import FORMS

_JOINTS = dict.fromkeys(map(ord, "'’ʼ`´·・"))
_KANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
# Han, kana and their long vowel; Thai, Lao, Burmese and Khmer.
_UNSPACED = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003134fぁ-ゖー々〆〇\u0e01-\u0edf\u1000-\u109f\u1780-\u17ff"
_PARTS = re.compile(f"[{_UNSPACED}]+|[^\\W_{_UNSPACED}]+")
_COMPOUND = re.compile(f"[^\\W_{_UNSPACED}]+(?:-[^\\W_{_UNSPACED}]+)+")
_IS_RUN = re.compile(f"[{_UNSPACED}]")


def folded(text: str) -> str:
    """Without case, accents, voicing marks, widths, apostrophes; hiragana for katakana; one form of each Han."""
    if text.isascii():
        return text.lower().translate(_JOINTS)
    return fold(text).translate(_JOINTS).translate(_KANA).translate(FORMS)


def parts(text: str) -> list[str]:
    """The words and runs of folded text, in order."""
    return _PARTS.findall(text)


def is_run(part: str) -> bool:
    """Whether a part is of a script without spaces, in which words are not marked."""
    return _IS_RUN.match(part) is not None


def words_in(text: str) -> Iterator[str]:
    """The words of folded text; of one with a hyphen also the whole of it."""
    for part in parts(text):
        if not is_run(part):
            yield part
    if "-" in text:
        for compound in _COMPOUND.findall(text):
            yield compound.replace("-", "")


def grams_in(text: str) -> Iterator[str]:
    """The single characters and the pairs of neighbours in the runs of folded text."""
    if text.isascii():
        return
    for part in parts(text):
        if is_run(part):
            yield from part
            yield from pairs(part)


def pairs(run: str) -> list[str]:
    """The pairs of neighbours in a run."""
    return [run[start : start + 2] for start in range(len(run) - 1)]
