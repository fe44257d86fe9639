"""Expressions that try to cost much, and the largest facts that there can be, for bench/rules.py."""

import random
from collections.abc import Callable

from domain.rules import DateFacts, EventFacts, Facts, LineFacts, MemberFacts
from domain.rules.sizes import MAX_LINES, MAX_NAMES, MAX_TEXT

_NAMES = tuple("s" * 37 + f"{number:03}" for number in range(MAX_NAMES))
_ATTRIBUTES = (
    {"s": "a" * 4_090, "t": "a" * 2_040 + "b", "q": "a" * 2_000},
    {"l": [1] * 4_085},
    {"l": [{}] * 2_700},
    {"l": ["é"] * 1_600},
    {"m": {f"k{number}": number for number in range(700)}},
    {"s": "𝒜" * 2_040},
)


def _facts(sign: str, number: int) -> Facts:
    texts = [sign * (MAX_TEXT - 1) + end for end in "abc"]
    line = LineFacts(texts[0], texts[1], texts[2], 1, 1)
    return Facts(
        EventFacts(texts[0], texts[1], texts[2], texts[0], 1, 1, (line,) * MAX_LINES),
        MemberFacts("gold", 1, 1, 1, False, False, "en", "CH", False, _NAMES, _NAMES),
        DateFacts(2026, 1, 1, 4, 1, 1, 1, _NAMES),
        {"coffee": 3},
        {},
        _ATTRIBUTES[number],
        _ATTRIBUTES[(number + 1) % len(_ATTRIBUTES)],
    ).with_line(line)


LARGEST = [_facts(sign, number) for number, sign in enumerate("a𝒜" * 3)]

HAND_MADE = [
    "event.lines.all(l, " + " && ".join(["l.sku != l.brand"] * 4) + ")",
    "event.lines.all(l, attributes.s != l.sku.lowerAscii().upperAscii())",
    "event.lines.exists(l, l.sku.contains('𝒜b') || l.sku.contains('ab'))",
    "event.lines.all(l, (member.segments[3] == 'x') || true)",
    "member.segments.all(s, (s in member.perks) || true)",
    "member.segments.map(s, s).map(s, s) == member.perks.map(s, s)",
    " || ".join(["attributes.s.contains(profile.t)"] * 5),
    " || ".join(["profile == attributes"] * 20),
    "profile.l.all(x, (x == profile.m) || true) || attributes.l.all(x, (x == profile.m) || true)",
    "profile.l.all(x, string(x).size() < 1000)",
    "event.lines.map(l, l.amount * 3 / 2 % 7 + (l.quantity > 1 ? 1 : 2)).sum() > 1",
    "[1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, event.lines.all(l, l.amount > 0))",
    "event.lines.all(l, [l, l, l, l, l, l, l, l][3].amount == 1)",
    "event.lines.all(l, {'a': l.sku, 'b': l.brand}.size() == 2)",
    "event.lines.all(l, (attributes.nope == 1) || true) && event.lines.all(l, (1 / 0 == 1) || true)",
]

_LISTS = [
    "event.lines",
    "member.segments",
    "date.calendars",
    "attributes.l",
    "profile.l",
    "profile.m",
    "attributes",
    "profile",
]
_TEXTS = [
    "event.source",
    "event.store",
    "attributes.s",
    "attributes.t",
    "profile.q",
    "line.sku",
    "member.segments[3]",
    "'aaab'",
]
_WHOLES = ["1", "event.amount", "counters.coffee", "line.amount", "event.lines[999].amount", "profile.l[3]"]


class Writer:
    """Writes conditions at random, with a liking for loops, long texts and long lists."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._items: list[tuple[str, str]] = []
        self._count = 0

    def condition(self, depth: int) -> str:
        if depth <= 0:
            return self._chance.choice(["true", f"{self._whole(0)} >= 0", f"{self._text(0)} == {self._text(0)}"])
        write = self._chance.choice(
            [self._loop, self._loop, self._both, self._compare, self._search, self._member, self._equal]
        )
        return write(depth - 1)

    def _loop(self, depth: int) -> str:
        name = self._chance.choice(["all", "exists", "exists_one"])
        return self._over(depth, f"{name}({{item}}, {{inside}})", lambda: f"({self.condition(depth)}) || true")

    def _both(self, depth: int) -> str:
        sign = self._chance.choice(["&&", "||"])
        return f"({self.condition(depth)} {sign} {self.condition(depth)})"

    def _compare(self, depth: int) -> str:
        return f"({self._whole(depth)} < {self._whole(depth)})"

    def _search(self, depth: int) -> str:
        name = self._chance.choice(["contains", "startsWith", "endsWith"])
        return f"{self._text(depth)}.{name}({self._text(depth)})"

    def _member(self, depth: int) -> str:
        return f"({self._text(depth)} in {self._list(depth)})"

    def _equal(self, depth: int) -> str:
        same = self._list(depth)
        return f"({same} == {self._chance.choice([same, 'profile', 'attributes.l', 'profile.l'])})"

    def _whole(self, depth: int) -> str:
        if depth <= 0:
            items = [f"{item}.amount" for item, over in self._items if over == "event.lines"]
            return self._chance.choice(_WHOLES + items)
        match self._chance.randint(0, 4):
            case 0:
                return f"({self._whole(depth - 1)} + {self._whole(depth - 1)})"
            case 1:
                return f"size({self._text(depth - 1)})"
            case 2:
                return f"math.greatest({', '.join(self._whole(0) for _ in range(self._chance.randint(2, 9)))})"
            case 3:
                passed = self._over(depth - 1, "filter({item}, {inside})", lambda: self.condition(depth - 1))
                return f"{passed}.size()"
        return f"{self._over(depth - 1, 'map({item}, {inside})', lambda: self._whole(depth - 1))}.sum()"

    def _text(self, depth: int) -> str:
        if depth <= 0 or self._chance.random() < 0.5:
            items = [f"{item}.sku" if over == "event.lines" else item for item, over in self._items]
            return self._chance.choice(_TEXTS + items)
        return f"{self._text(depth - 1)}.{self._chance.choice(['lowerAscii', 'upperAscii'])}()"

    def _list(self, depth: int) -> str:
        if depth <= 0 or self._chance.random() < 0.6:
            return self._chance.choice(_LISTS)
        if self._chance.random() < 0.5:
            return f"[{', '.join(self._text(0) for _ in range(self._chance.randint(1, 30)))}]"
        return self._over(depth - 1, "map({item}, {inside})", lambda: self._text(depth - 1))

    def _over(self, depth: int, shape: str, inside: Callable[[], str]) -> str:
        """A loop over some list, whose items what is inside can use."""
        over = self._list(depth)
        self._count += 1
        item = f"x{self._count}"
        self._items.append((item, over))
        try:
            return f"{over}.{shape.format(item=item, inside=inside())}"
        finally:
            self._items.pop()
