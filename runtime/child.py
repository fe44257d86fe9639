"""What `regulars run` starts: `python -m runtime.child api` or `worker`. Imports come before the word to go."""

import os
import sys
from collections.abc import Callable

from runtime.leash import wait_for_word
from runtime.settings import Settings

Serve = Callable[[Settings], None]


def main(role: str) -> int:
    """Prepares, waits for the word and serves until told to stop."""
    serve = _api() if role == "api" else _worker()
    word = wait_for_word()
    if word is None:
        return 0
    os.environ.update(word)
    settings = Settings.from_environment(os.environ)
    from runtime.logs import configure

    configure(level=settings.log_level, exception_texts=settings.development)
    serve(settings)
    return 0


def _api() -> Serve:
    from runtime.serve import serve_one

    return serve_one


def _worker() -> Serve:
    from runtime.work import work

    return work


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
