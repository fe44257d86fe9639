"""A search over the index: which rewards it finds, and in which order.

Every word that was typed must be found in a reward: as it is, as the beginning of a longer one, or a mistake or
two away from it. Of the scripts without spaces it is all of what was typed, or nearly all of it in a title.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.rewards.masks import mask_of
from domain.rewards.search.index import Index, Part, Postings
from domain.rewards.search.tokens import folded, is_run, pairs, parts
from domain.rewards.search.typos import MISTAKE, SLIP, allowed, within

MOST_PARTS = 12
_TOP = 1 << 20
_SHORT = 3
_LOOKED_AT = 500
_EXACT, _BEGINS = (100, 60, 40), (80, 45, 25)
_TYPO = {SLIP: (55, 22, 10), MISTAKE: (50, 20, 9), 2 * SLIP: (38, 14, 5)}
_TYPOS = (32, 12, 4)
_Score = tuple[int, int, int]
_Scores = dict[int, int]


@dataclass(frozen=True)
class Found:
    """The rewards that a search found: scores by place."""

    scores: Mapping[int, int]
    size: int

    @cached_property
    def mask(self) -> int:
        """The set of them."""
        return mask_of(self.scores, self.size)

    @cached_property
    def ranked(self) -> Sequence[tuple[int, int]]:
        """The best first, as (value of its position, place); among equals the first of the file."""
        return sorted(((_TOP - score) * _TOP + place, place) for place, score in self.scores.items())


def find(index: Index, text: str) -> Found | None:
    """What a search finds; None for one of nothing but space, which asks nothing."""
    if not text.strip():
        return None
    typed = parts(folded(text))[:MOST_PARTS]
    return Found(_found(index, typed) if typed else {}, len(index.titles))


def _found(index: Index, typed: Sequence[str]) -> _Scores:
    found = _all_of(index, typed)
    if found:
        return found
    # A slip in a short word is another word: where all of them together find nothing, the long ones do.
    long = [part for part in typed if len(part) > _SHORT or is_run(part)]
    if long and len(long) < len(typed):
        found = _all_of(index, long)
    return found or _respaced(index, typed)


def _respaced(index: Index, typed: Sequence[str]) -> _Scores:
    """With one space more, or one less, than was typed."""
    for number, part in enumerate(typed):
        if number + 1 < len(typed) and not is_run(part) and part + typed[number + 1] in index.postings:
            return _all_of(index, [*typed[:number], part + typed[number + 1], *typed[number + 2 :]])
        for cut in range(1, len(part)):
            if part[:cut] in index.postings and part[cut:] in index.postings:
                found = _all_of(index, [*typed[:number], part[:cut], part[cut:], *typed[number + 1 :]])
                if found:
                    return found
    return {}


def _all_of(index: Index, typed: Sequence[str]) -> _Scores:
    """What has all of these, the rarest looked for first."""
    words = [list(_meant(index, part)) for part in dict.fromkeys(typed) if not is_run(part)]
    runs = [part for part in dict.fromkeys(typed) if is_run(part)]
    found: _Scores | None = None
    for some in sorted(words, key=lambda some: sum(len(postings) for postings, _ in some)):
        found = _scored(some, found)
    for run in runs:
        scores = _of_run(index, run)
        found = scores if found is None else _both(found, scores)
    return found or {}


def _meant(index: Index, typed: str) -> Iterator[tuple[Postings, _Score]]:
    """The words that may be meant, as where they stand and what that is worth; the likeliest last."""
    exact = index.postings.get(typed)
    longer = list(index.beginning(typed))
    if len(typed) > _SHORT or (exact is None and not longer):
        for word, cost in index.like(typed):
            yield index.postings[word], _TYPO.get(cost, _TYPOS)
    for word in longer:
        yield index.postings[word], _BEGINS
    if exact is not None:
        yield exact, _EXACT


def _scored(meant: Iterable[tuple[Postings, _Score]], among: _Scores | None) -> _Scores:
    """The best score of each place for one word, added to what it has; only those `among`, when given."""
    best: _Scores = {}
    for postings, score in meant:
        for entry in postings:
            place = entry >> 2
            if among is None or place in among:
                worth = score[entry & 3]
                if worth > best.get(place, 0):
                    best[place] = worth
    return best if among is None else _both(among, best)


def _both(one: _Scores, other: _Scores) -> _Scores:
    few, many = sorted((one, other), key=len)
    return {place: score + many[place] for place, score in few.items() if place in many}


def _of_run(index: Index, run: str) -> _Scores:
    grams = pairs(run) or [run]
    counted = _counted(index, dict.fromkeys(grams))
    wanted = len(set(grams))
    exact = ((entry, _EXACT) for entry, count in counted.items() if count == wanted)
    best: _Scores = {}
    for entry, score in (*_nearly(index, run, counted), *exact):
        best[entry >> 2] = max(best.get(entry >> 2, 0), score[entry & 3])
    return best


def _nearly(index: Index, run: str, counted: Mapping[int, int]) -> Iterator[tuple[int, _Score]]:
    """Titles in which the run stands with a mistake or two, among those that have most of it."""
    most = allowed(len(run) + 1)
    if not most:
        return
    if len(run) <= 4:
        counted = _counted(index, dict.fromkeys(run))
    least = len(run) - 1 if len(run) <= 4 else max(1, len(run) - 1 - 3 * (most // MISTAKE))
    likely = [(-count, entry) for entry, count in counted.items() if count >= least and entry & 3 < Part.TEXT]
    for _, entry in sorted(likely)[:_LOOKED_AT]:
        cost = within(run, index.titles[entry >> 2], most)
        if cost:
            yield entry, _TYPO.get(cost, _TYPOS)


def _counted(index: Index, grams: Iterable[str]) -> dict[int, int]:
    """How many of these stand in each part of each reward."""
    counted: dict[int, int] = {}
    for gram in grams:
        for entry in index.grams.get(gram, ()):
            counted[entry] = counted.get(entry, 0) + 1
    return counted
