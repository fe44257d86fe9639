"""How far what was typed is from a word, as a thumb on a phone goes wrong.

A mistake costs 10, one that thumbs make 7: a neighbour on the keyboard, two letters swapped, one doubled.
"""

MISTAKE = 10
SLIP = 7
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def allowed(length: int) -> int:
    """How much may be wrong with so many letters: one mistake in 4 to 7, two in more, none in fewer."""
    return 0 if length < 4 else MISTAKE if length < 8 else 2 * MISTAKE


def distance(typed: str, word: str, most: int) -> int | None:
    """What it takes to make the one of the other; None when it is more than `most`."""
    if typed == word:
        return 0
    if abs(len(typed) - len(word)) * SLIP > most:
        return None
    start, end = _common(typed, word)
    previous = typed[start - 1] if start else ""
    found = _rest(typed[start : len(typed) - end], word[start : len(word) - end], previous)
    return found if found <= most else None


def within(typed: str, text: str, most: int) -> int | None:
    """What it takes to make `typed` of the part of a text that is nearest to it; None for more than `most`."""
    before: list[int] | None = None
    row = [0] * (len(text) + 1)
    for index in range(len(typed)):
        before, row = row, _next(row, before, typed, index, text)
        if min(row) > most:
            return None
    return min(row)


def _next(row: list[int], before: list[int] | None, typed: str, index: int, text: str) -> list[int]:
    """The row of one letter more, out of the row before it and the one before that."""
    letter, found = typed[index], [row[0] + MISTAKE]
    for column, other in enumerate(text):
        cost = min(row[column] + _instead(letter, other), row[column + 1] + MISTAKE, found[column] + MISTAKE)
        if before and index and column and letter == text[column - 1] and typed[index - 1] == other:
            cost = min(cost, before[column - 1] + SLIP)
        found.append(cost)
    return found


def _common(one: str, other: str) -> tuple[int, int]:
    """How much of the two is the same at the beginning, and how much at the end of what is left."""
    most = min(len(one), len(other))
    start = next((index for index in range(most) if one[index] != other[index]), most)
    left = most - start
    end = next((index for index in range(left) if one[-1 - index] != other[-1 - index]), left)
    return start, end


def _rest(typed: str, word: str, previous: str) -> int:
    """The distance of what differs at both ends."""
    if not typed or not word:
        return _extra(typed or word, previous)
    if len(typed) == len(word) == 1:
        return _instead(typed, word)
    if len(typed) == len(word) == 2 and typed == word[::-1]:
        return SLIP
    before: list[int] | None = None
    row = list(range(0, MISTAKE * (len(word) + 1), MISTAKE))
    for index in range(len(typed)):
        before, row = row, _next(row, before, typed, index, word)
    return row[-1]


def _extra(letters: str, previous: str) -> int:
    return SLIP if letters == previous else MISTAKE * len(letters)


def _instead(typed: str, meant: str) -> int:
    return 0 if typed == meant else SLIP if meant in _NEAR.get(typed, "") else MISTAKE


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for y, row in enumerate(_ROWS):
        for x, letter in enumerate(row):
            around = ((x - 1, y), (x + 1, y), (x, y - 1), (x + 1, y - 1), (x - 1, y + 1), (x, y + 1))
            near[letter] = "".join(
                _ROWS[b][a] for a, b in around if 0 <= b < len(_ROWS) and 0 <= a < len(_ROWS[b])
            )
    return near


_NEAR = _neighbours()
