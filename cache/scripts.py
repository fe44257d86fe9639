"""Lua that runs inside Redis, so that a guard and its write are one step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha1

Arg = str | bytes | int
Command = tuple[Arg, ...]

_TEXTS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Script:
    """A script that is called by its hash. Calls must be safe to run twice: a reply can get lost."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        # Redis names scripts by SHA-1; nothing secret hangs on it.
        sha = sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", sha)
        _TEXTS[sha] = self.text

    def call(self, keys: Sequence[str], *args: Arg) -> Command:
        """The command that runs it."""
        return ("EVALSHA", self.sha, len(keys), *keys, *args)


def in_full(command: Command) -> Command:
    """The same call with the text in place of the hash, for a server that does not know the script (yet)."""
    return ("EVAL", _TEXTS[str(command[1])], *command[2:])
