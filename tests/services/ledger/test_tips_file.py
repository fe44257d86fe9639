"""Tips come back from their file, all of them, by range and by member."""

from pathlib import Path

import pytest

from domain.ledger.root import Tip
from services.ledger.id_ranges import cut
from services.ledger.tips_file import TipsFile, pack
from tests.support.roots import a_tip

TIPS = [a_tip(f"{first}{number:04d}", number) for first in "0ahz" for number in range(1, 600)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tips"
    path.write_bytes(b"".join(map(pack, TIPS)))
    return path


class TestTipsFile:
    def test_all_come_back_in_order(self, file: Path) -> None:
        with TipsFile(file) as tips:
            assert list(tips) == TIPS
            assert (tips.size, tips.torn) == (len(TIPS), 0)

    def test_the_ranges_of_ids_have_each_once(self, file: Path) -> None:
        with TipsFile(file) as tips:
            assert [tip for ids in cut(1) for tip in tips.between(*ids)] == TIPS

    def test_each_is_found_and_nobody_else(self, file: Path) -> None:
        with TipsFile(file) as tips:
            assert [tips.find(tip.member) for tip in TIPS[::97]] == TIPS[::97]
            assert [tips.find(member) for member in ("", "0", "h0000", "h00010", "zz")] == [None] * 5

    def test_a_record_that_was_torn_shows(self, file: Path) -> None:
        file.write_bytes(file.read_bytes()[:-1])
        with TipsFile(file) as tips:
            assert (tips.size, tips.torn) == (len(TIPS) - 1, 71)


class TestPack:
    @pytest.mark.parametrize("member", ["", "m" * 33, "m\0", "é" * 17])
    def test_an_id_that_has_no_room_is_refused(self, member: str) -> None:
        with pytest.raises(ValueError, match="ids have 1 to 32 bytes"):
            pack(a_tip(member))

    @pytest.mark.parametrize("tip", [Tip("m", 0, bytes(32)), Tip("m", 1, b""), Tip("m", 1, bytes(33))])
    def test_what_no_entry_can_have_is_refused(self, tip: Tip) -> None:
        with pytest.raises(ValueError, match="no sequence or hash"):
            pack(tip)
