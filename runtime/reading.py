"""Reading the environment, so that each fault names its variable and never repeats its value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


class SettingsError(Exception):
    """An environment variable has a value that cannot be used; the message names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The environment. An empty variable counts as unset."""

    env: Mapping[str, str]

    def has(self, name: str) -> bool:
        """Whether it is set."""
        return bool(self.env.get(name))

    def text(self, name: str, default: str) -> str:
        """The value as it is."""
        return self.env.get(name) or default

    def path(self, name: str) -> Path | None:
        """The value as a path; nobody looks what is there."""
        given = self.env.get(name)
        return Path(given) if given else None

    def read(self, name: str, parse: Callable[[str], Value], default: Value, expected: str) -> Value:
        """The parsed value. The message leaves the given one out: it may be a secret."""
        given = self.env.get(name)
        if not given:
            return default
        try:
            return parse(given)
        except ValueError as fault:
            raise SettingsError(f"The environment variable {name} must be {expected}.") from fault

    def require(self, because: str, *names: str) -> None:
        """Raises SettingsError unless all of them are set."""
        missing = [name for name in names if not self.has(name)]
        if missing:
            raise SettingsError(f"{because}, so set {' and '.join(missing)}, too.")


def between(least: int, most: int) -> Callable[[str], int]:
    """Reads a number in these bounds."""

    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return parse


def matching(pattern: str) -> Callable[[str], str]:
    """Reads what matches the whole of a pattern."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return parse
