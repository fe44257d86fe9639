"""The codes of vouchers: made by a pattern with a check symbol, and read as people type them."""

import re
import unicodedata

from domain.members.ids import ALPHABET, base32

LEAST_RANDOM = 10
"""So many symbols of five bits each nobody guesses; the check symbol comes on top."""
MAX_PATTERN = 40
_SYMBOL = "X"
_PATTERN = re.compile(r"[A-Z0-9 -]*")
# Blanks, and every dash that a keyboard or a text programme puts for a hyphen.
_NOISE = re.compile("[\\s\u00ad\u2010-\u2015\u2212-]")
# x^5 + x^2 + 1: the powers of x run through all 31 symbols but 0 before they begin again.
_FIELD = 0b100101


def bare(text: str) -> str:
    """A code as codes are compared: no case, blanks or dashes, wide letters and digits as narrow ones."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def pattern_flaw(pattern: str) -> str | None:
    """What is wrong with a pattern, if anything: who could guess its codes, or not type them."""
    count = pattern.count(_SYMBOL)
    if not _PATTERN.fullmatch(pattern):
        return f"must have only capital letters, digits, blanks and dashes, is {pattern!r}"
    if len(pattern) > MAX_PATTERN:
        return f"must have at most {MAX_PATTERN} characters, has {len(pattern)}"
    if count <= LEAST_RANDOM:
        return f"must have at least {LEAST_RANDOM + 1} X, the last of them a check, has {count}"
    return None


def code_bytes(pattern: str) -> int:
    """How many random bytes a code of the pattern takes."""
    return (5 * (pattern.count(_SYMBOL) - 1) + 7) // 8


def make_code(pattern: str, random: bytes) -> str:
    """A code of the pattern from `code_bytes` random bytes. Raises ValueError for fewer."""
    symbols = base32(random, length=pattern.count(_SYMBOL) - 1)
    filling = iter(symbols + _check_symbol(symbols))
    return "".join(next(filling) if one == _SYMBOL else one for one in pattern)


def is_code(pattern: str, text: str) -> bool:
    """Whether a text is a code of the pattern, its check symbol included.

    One wrong character anywhere, or two neighbours in each other's places, make it none: the symbols add up to 0
    in the field of 32 elements, weighted by powers of a generator, so that neighbours never weigh the same.
    """
    symbols = _symbols_of(pattern, bare(text))
    return symbols is not None and all(one in ALPHABET for one in symbols) and _sum(symbols, power=0) == 0


def is_mistyped(patterns: tuple[str, ...], text: str) -> bool:
    """Whether a text was surely meant as a code of one of the patterns and is a code of none.

    Meant as one: it is as long, and stands as the pattern has it but for two characters at most.
    """
    meant = [pattern for pattern in patterns if _resembles(bare(pattern), bare(text))]
    return bool(meant) and not any(is_code(pattern, text) for pattern in meant)


def _symbols_of(pattern: str, code: str) -> str | None:
    """What stands for the X of a pattern; None where the rest is not as it has it."""
    bared = bare(pattern)
    if len(bared) != len(code) or any(want not in (_SYMBOL, one) for want, one in zip(bared, code, strict=True)):
        return None
    return "".join(one for want, one in zip(bared, code, strict=True) if want == _SYMBOL)


def _resembles(pattern: str, code: str) -> bool:
    if len(pattern) != len(code):
        return False
    return sum(want not in (_SYMBOL, one) for want, one in zip(pattern, code, strict=True)) <= 2


def _check_symbol(symbols: str) -> str:
    return ALPHABET[_sum(symbols, power=1)]


def _sum(symbols: str, *, power: int) -> int:
    """The symbols' sum, the last weighted by the generator's `power`, each before it by the next."""
    total, weight = 0, 1
    for _ in range(power):
        weight = _twice(weight)
    for symbol in reversed(symbols):
        total ^= _times(ALPHABET.index(symbol), weight)
        weight = _twice(weight)
    return total


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one, other = _twice(one), other >> 1
    return product


def _twice(one: int) -> int:
    doubled = one << 1
    return doubled ^ _FIELD if doubled & 32 else doubled
