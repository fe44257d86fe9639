"""What `regulars doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what is well, or what is wrong and what to do about it."""

    well: bool
    text: str
