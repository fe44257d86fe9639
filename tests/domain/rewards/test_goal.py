"""Goals: how far, and when few are left."""

import pytest

from domain.program.rewards import Reward, RewardKind, Variant
from domain.rewards.goal import pieces, progress, running_out


def mugs(stock: int | None) -> Reward:
    return Reward("mug", "A mug", RewardKind.GOODS, 100, stock=stock)


def bags(*stocks: int | None) -> Reward:
    variants = tuple(Variant(f"v{number}", "V", stock=stock) for number, stock in enumerate(stocks))
    return Reward("bag", "A bag", RewardKind.GOODS, 100, variants=variants)


class TestProgress:
    def test_it_is_one_only_when_all_points_are_there(self) -> None:
        assert [progress(available, 400) for available in (-5, 0, 100, 400, 900)] == [0.0, 0.0, 0.25, 1.0, 1.0]
        assert progress(2**53 - 2, 2**53 - 1) < 1


class TestRunningOut:
    @pytest.mark.parametrize(("first", "few"), [(20, 3), (100, 5), (1000, 50), (2, 3)])
    def test_three_or_a_twentieth_of_what_there_was(self, first: int, few: int) -> None:
        assert running_out(mugs(first), mugs(few)) == few
        assert running_out(mugs(first), mugs(few + 1)) is None

    def test_what_is_gone_or_has_no_end_does_not_run_out(self) -> None:
        assert running_out(mugs(20), mugs(0)) is None
        assert running_out(mugs(None), mugs(None)) is None
        assert running_out(bags(10, None), bags(1, None)) is None

    def test_variants_run_out_together(self) -> None:
        assert running_out(bags(10, 10), bags(2, 1)) == 3
        assert running_out(bags(10, 10), bags(0, 9)) is None
        assert pieces(bags(10, 5)) == 15
