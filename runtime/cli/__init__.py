"""The command line: `regulars COMMAND`. Each command is a file; what it needs is imported when it runs."""

import os
import sys


def main() -> None:
    """Runs the command of the arguments. What can be expected to go wrong is one line, and exit code 1."""
    try:
        from runtime.cli.app import app

        app(prog_name="regulars")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(141)  # whoever read our output has gone; there is nobody left to tell
    except Exception as fault:
        if isinstance(fault.__cause__, KeyboardInterrupt):  # raised while a class was made
            sys.exit(130)
        from runtime.cli.explain import explain

        message = explain(fault)
        if message is None:
            raise
        print(f"regulars: {message}", file=sys.stderr)
        sys.exit(1)
