"""The ids of all members cut into ranges, so that several can share what is done for every member."""

from itertools import pairwise, product
from typing import NamedTuple

# Ids are random base 32 (domain.members.ids), so that ranges by their first digits hold about as many each.
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_STEPS = ((5_000, 0), (100_000, 1), (50_000_000, 2))


class IdRange(NamedTuple):
    """Ids from `low` up to, and without, `high`; None: to the end."""

    low: str
    high: str | None


WHOLE = IdRange("", None)


def id_ranges(entries: int) -> list[IdRange]:
    """Ranges that together hold every id there can be, each once: 1, 32, 1,024 or 32,768, by the ledger's size.

    A range is some seconds of work as a rule, and so is what a run that was stopped loses.
    """
    return cut(next((digits for most, digits in _STEPS if entries < most), 3))


def cut(digits: int) -> list[IdRange]:
    """The ranges of ids that have so many first digits in common: 32 to that power."""
    starts = ["".join(prefix) for prefix in product(_DIGITS, repeat=digits)]
    # What lies outside of the alphabet is in a range all the same: the first begins before all.
    return [IdRange(low, high) for low, high in pairwise(["", *starts[1:], None])]  # type: ignore[arg-type]
