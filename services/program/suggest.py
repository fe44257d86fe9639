"""A guess at what was meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(word: str, known: Iterable[str]) -> str:
    """Such as ": did you mean 'currency'?"; empty when nothing comes near."""
    near = get_close_matches(word[:100], list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""
