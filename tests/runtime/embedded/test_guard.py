import subprocess
import sys

from runtime.embedded import guard


def guarded(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", guard.__file__, sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class TestGuard:
    def test_it_ends_its_server_when_standard_input_closes(self) -> None:
        with guarded("import signal, sys; print('up', file=sys.stderr, flush=True); signal.pause()") as process:
            assert process.stderr is not None
            assert process.stderr.readline() == b"up\n"
            out, err = process.communicate(timeout=60)
        assert int(out) > 0
        assert err == b""
        assert process.returncode == 128 + 15

    def test_it_ends_with_the_code_of_a_server_that_ends_by_itself_and_says_nothing_of_its_own(self) -> None:
        with guarded("import sys; print('broken'); sys.exit(3)") as process:
            assert process.stderr is not None
            assert process.wait(30) == 3
            assert process.stderr.read() == b"broken\n"
