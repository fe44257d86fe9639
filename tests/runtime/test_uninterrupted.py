"""Ctrl-C waits for what must not be cut off in the middle."""

import signal

import pytest

from runtime.uninterrupted import uninterrupted


class TestUninterrupted:
    def test_it_is_raised_at_the_end_of_the_block_once(self) -> None:
        done = []

        def work() -> None:
            with uninterrupted():
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)
                done.append("all of it")

        with pytest.raises(KeyboardInterrupt):
            work()
        assert done == ["all of it"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_without_one_nothing_is_raised(self) -> None:
        with uninterrupted():
            pass
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_what_goes_wrong_in_the_block_comes_out_of_it(self) -> None:
        with pytest.raises(ValueError, match="of its own"), uninterrupted():
            raise ValueError("of its own")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
