"""A child of `regulars run`: it imports while the servers start, is told where they are, ends with its parent.

Standard input is the leash: one line brings the settings as environment variables, its end means to stop. The
operating system closes it however the parent ends, kill -9 included.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping


def wait_for_word() -> Mapping[str, str] | None:
    """The variables that the parent sends; None when it ended before. Afterwards its end is a SIGTERM to us."""
    line = sys.stdin.buffer.readline()
    if not line:
        return None
    threading.Thread(target=_end_with_parent, daemon=True).start()
    word: dict[str, str] = json.loads(line)
    return word


def word(variables: Mapping[str, str]) -> bytes:
    """What a parent writes to tell a child its settings."""
    return json.dumps(dict(variables)).encode() + b"\n"


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
