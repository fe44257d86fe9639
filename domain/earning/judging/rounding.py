"""How a fraction of a point becomes whole, exactly."""

from domain.program.earning import Rounding

_DOWN, _UP = Rounding.DOWN, Rounding.UP


def rounded(over: int, under: int, rounding: Rounding) -> int:
    """`over` / `under` as a whole number; `under` is above zero."""
    if rounding is _DOWN:
        return over // under
    if rounding is _UP:
        return -(-over // under)
    whole, rest = divmod(over, under)
    half = 2 * rest - under
    return whole + (half > 0 or (half == 0 and whole % 2 == 1))
