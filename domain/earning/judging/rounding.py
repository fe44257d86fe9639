"""How a fraction of a point becomes whole, exactly."""

from domain.program.earning import Rounding


def rounded(over: int, under: int, rounding: Rounding) -> int:
    """`over` / `under` as a whole number; `under` is above zero."""
    if rounding is Rounding.DOWN:
        return over // under
    if rounding is Rounding.UP:
        return -(-over // under)
    whole, rest = divmod(over, under)
    half = 2 * rest - under
    return whole + (half > 0 or (half == 0 and whole % 2 == 1))
