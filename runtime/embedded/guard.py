"""Runs one server and ends it when standard input closes: no server outlives the process that asked for it.

The operating system closes the pipe however that process ends, kill -9 included. Run as a file, with the
standard library only, so that it is up at once: `python guard.py COMMAND ...`. Prints the server's process id
on standard output; everything the server says goes to standard error.
"""

import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 30


def main(command: list[str]) -> int:
    """Run `command` until it ends or standard input does; its exit code, negative for a signal."""
    # A handler that does nothing, not SIG_IGN: the server would inherit that one.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    print(server.pid, flush=True)
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    return server.wait()


def _end_with_input(server: subprocess.Popen[bytes]) -> None:
    """Wait for the end of standard input, then ask the server to stop, and insist after a while."""
    # Not through sys.stdin: its lock, held by this thread, would make the interpreter abort at its end.
    while os.read(0, 1):
        pass
    server.terminate()
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.exit(code if code >= 0 else 128 - code)
