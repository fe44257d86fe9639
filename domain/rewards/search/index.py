"""Which words, and which pairs of neighbouring characters, stand in which rewards, and where in them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from domain.program.program import Program
from domain.program.rewards import Reward
from domain.rewards.search.tokens import folded, grams_in, words_in
from domain.rewards.search.typos import allowed, distance

Entries: TypeAlias = "array[int]"
_LETTERS = 61
"""Letters are told apart by the rest of their code point by a prime, in sets of so many bits."""
_LAST = chr(0x10FFFF)


class Part(IntEnum):
    """Where in a reward something stands, what counts most first. TAG: its categories, code or partner."""

    TITLE = 0
    TAG = 1
    TEXT = 2


Postings = Sequence[int]
"""Places shifted by two bits, with the `Part` in those: in each reward the first part counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The inverted index of a catalog. `words` are sorted.

    `similar`: by length, words with the set of their letters. `titles`: the folded titles and tags of each place,
    for a closer look.
    """

    postings: Mapping[str, Postings]
    grams: Mapping[str, Postings]
    words: Sequence[str]
    similar: Mapping[int, tuple[Sequence[str], Sequence[int]]]
    titles: Sequence[str]

    def beginning(self, prefix: str) -> Iterator[str]:
        """The words that begin so, but are longer."""
        start = bisect_left(self.words, prefix)
        for word in self.words[start : bisect_left(self.words, prefix + _LAST)]:
            if word != prefix:
                yield word

    def like(self, typed: str) -> Iterator[tuple[str, int]]:
        """The words that `typed` may have been meant as, with what is wrong with it; those with digits never."""
        most = allowed(max(len(typed), 4 if len(typed) == 3 else 0))
        if not most or not typed.isalpha():
            return
        room = 1 if most < 20 else 2
        letters, differing = _letters(typed), 2 * room
        for length in range(max(4, len(typed) - room), len(typed) + room + 1):
            words, sets = self.similar.get(length, ((), ()))
            for number, found in enumerate(sets):
                if (found ^ letters).bit_count() <= differing:
                    cost = distance(typed, words[number], most)
                    if cost:
                        yield words[number], cost


def index_of(program: Program) -> Index:
    """The index of a programme's rewards: some seconds for 50,000, so it is made beside everything else."""
    partners = {partner.code: partner.name for partner in program.partners}
    words: dict[str, Entries] = {}
    grams: dict[str, Entries] = {}
    titles = []
    for place, reward in enumerate(program.rewards):
        texts = _texts(reward, partners)
        titles.append("\n".join((texts[Part.TITLE], texts[Part.TAG])))
        _note(words, place, ((part, words_in(text)) for part, text in texts.items()))
        _note(grams, place, ((part, grams_in(text)) for part, text in texts.items()))
    return Index(words, grams, sorted(words), _by_length(words), titles)


def _texts(reward: Reward, partners: Mapping[str, str]) -> dict[Part, str]:
    others = reward.translations.values()
    partner = (reward.partner, partners.get(reward.partner, "")) if reward.partner else ()
    texts = {
        Part.TITLE: (reward.title, *(one.title for one in others)),
        Part.TAG: (*reward.categories, reward.code, *partner),
        Part.TEXT: (reward.description, *(one.description for one in others)),
    }
    return {part: folded("\n".join(filter(None, some))) for part, some in texts.items()}


def _note(into: dict[str, Entries], place: int, found: Iterable[tuple[Part, Iterable[str]]]) -> None:
    seen: set[str] = set()
    for part, some in found:
        entry = place << 2 | part
        for one in some:
            if one not in seen:
                seen.add(one)
                postings = into.get(one)
                if postings is None:
                    postings = into[one] = array("I")
                postings.append(entry)


def _by_length(words: Iterable[str]) -> Mapping[int, tuple[Sequence[str], Sequence[int]]]:
    lengths: dict[int, tuple[list[str], list[int]]] = {}
    for word in words:
        if len(word) >= 4 and word.isalpha():
            some, sets = lengths.setdefault(len(word), ([], []))
            some.append(word)
            sets.append(_letters(word))
    return lengths


def _letters(word: str) -> int:
    found = 0
    for letter in word:
        found |= 1 << ord(letter) % _LETTERS
    return found
