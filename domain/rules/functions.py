"""The functions that the language has: those whose cost is known. Whatever else the engine knows is refused."""

from collections.abc import Callable, Mapping, Sequence

from domain.rules.sizes import SCALAR, Size, larger, text

_NUMBER = text(400)
# What `contains` compares at one step, when every place nearly matches.
_NEARLY = 1_024

Steps = Callable[[Sequence[Size]], int]
Result = Callable[[Sequence[Size]], Size]


def _one(sizes: Sequence[Size]) -> int:
    return 1


def _smaller(sizes: Sequence[Size]) -> int:
    return 1 + min(size.weight for size in sizes)


def _member(sizes: Sequence[Size]) -> int:
    wanted, container = sizes
    # Items of JSON are many or heavy: all of them together weigh what it weighs.
    items = container.weight if container.loose else container.length * min(wanted.weight, container.part.weight)
    return 1 + wanted.read + items


def _read(sizes: Sequence[Size]) -> int:
    return 1 + sizes[0].read


def _contains(sizes: Sequence[Size]) -> int:
    within, wanted = (size.bytes for size in sizes)
    return 1 + within // 16 + within * wanted // _NEARLY


def _each(sizes: Sequence[Size]) -> int:
    return 1 + sum(size.length for size in sizes) + len(sizes)


def _scalar(sizes: Sequence[Size]) -> Size:
    return SCALAR


def _first(sizes: Sequence[Size]) -> Size:
    return sizes[0]


def _item(sizes: Sequence[Size]) -> Size:
    return sizes[0].part


def _text(sizes: Sequence[Size]) -> Size:
    return larger(_NUMBER, sizes[0])


def _either(sizes: Sequence[Size]) -> Size:
    return larger(*sizes[1:])


FUNCTIONS: Mapping[str, tuple[Steps, Result]] = {
    **dict.fromkeys(("_&&_", "_||_", "!_", "@not_strictly_false"), (_one, _scalar)),
    **dict.fromkeys(("_+_", "_-_", "_*_", "_/_", "_%_", "-_"), (_one, _scalar)),
    **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"), (_smaller, _scalar)),
    **dict.fromkeys(("math.abs", "math.ceil", "math.floor", "math.round", "math.trunc"), (_one, _scalar)),
    **dict.fromkeys(("math.@max", "math.@min"), (_each, _scalar)),
    **dict.fromkeys(("startsWith", "endsWith"), (_smaller, _scalar)),
    **dict.fromkeys(("lowerAscii", "upperAscii"), (_read, _first)),
    **dict.fromkeys(("int", "double", "size"), (_read, _scalar)),
    "string": (_read, _text),
    "contains": (_contains, _scalar),
    "@in": (_member, _scalar),
    "_[_]": (_read, _item),
    "_?_:_": (_one, _either),
}

# Numbers only: texts and lists that are joined again and again would grow without an end.
ADDITIONS = frozenset({"add_int64", "add_double"})
