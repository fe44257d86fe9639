"""Optional arguments and input fields: absent and null mean the same wherever this is used."""

from typing import Any, TypeVar

import strawberry

Value = TypeVar("Value")
# Printed without a default, as the contract has it.
ABSENT: Any = strawberry.UNSET


def given(value: Value | None) -> Value | None:
    """The value, or None for one that was left out."""
    return None if value is strawberry.UNSET else value
