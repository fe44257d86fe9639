"""A provider that seems to be away is left alone, then asked by one delivery, and longer each time it fails."""

from datetime import timedelta

from domain.alerts.breaker import Breaker
from tests.support.house import NOON


def after(*downs: bool) -> Breaker:
    breaker = Breaker()
    for down in downs:
        breaker = breaker.heard(NOON, down=down)
    return breaker


class TestBreaker:
    def test_five_in_a_row_open_it_for_five_seconds(self) -> None:
        assert after(*[True] * 4).room(NOON) is None
        opened = after(*[True] * 5)
        assert opened.opened_until == NOON + timedelta(seconds=5)
        assert opened.room(NOON) == 0
        assert opened.room(NOON + timedelta(seconds=5)) == 1

    def test_anything_else_between_them_begins_anew(self) -> None:
        assert after(True, True, True, True, False, True, True, True, True).room(NOON) is None

    def test_while_one_probes_no_other_begins(self) -> None:
        opened, later = after(*[True] * 5), NOON + timedelta(seconds=5)
        assert opened.probe().room(later) == 0
        assert opened.probe().heard(later, down=False, probe=True) == Breaker()

    def test_each_probe_that_fails_doubles_the_wait_up_to_five_minutes(self) -> None:
        breaker, now, waits = after(*[True] * 5), NOON, []
        for _ in range(8):
            assert breaker.opened_until is not None
            now = breaker.opened_until
            breaker = breaker.probe().heard(now, down=True, probe=True)
            waits.append(breaker.wait.total_seconds())
        assert waits == [10, 20, 40, 80, 160, 300, 300, 300]

    def test_what_was_begun_before_it_opened_does_not_open_it_for_longer(self) -> None:
        opened = after(*[True] * 9)
        assert opened.opened_until == NOON + timedelta(seconds=5)
        probing = opened.probe().heard(NOON, down=True)
        assert probing.probing

    def test_whoever_answers_late_closes_it(self) -> None:
        assert after(*[True] * 9, False) == Breaker()
