"""A root says what it covers, in bytes that a key signs and the next root names."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.ledger.merkle import leaf_hash
from domain.ledger.root import (
    Root,
    Tip,
    broken_links,
    broken_signature,
    root_day,
    root_from_plain,
    root_hash,
    root_to_plain,
    sign,
    statement,
)
from tests.support.roots import KEY, OTHER_KEY, VERIFY

FIRST = sign(
    Root(
        date=date(2026, 6, 15),
        signed_at=datetime(2026, 6, 15, 12, tzinfo=UTC),
        members=3,
        entries=12,
        merkle=bytes(range(32)),
        previous=None,
        key_id=KEY.id,
    ),
    KEY.sign,
)
SECOND = sign(replace(FIRST, date=date(2026, 6, 16), entries=13, previous=root_hash(FIRST)), KEY.sign)
OTHERS: dict[str, Any] = {
    "date": date(2026, 6, 14),
    "signed_at": FIRST.signed_at + timedelta(milliseconds=1),
    "members": 4,
    "entries": 11,
    "merkle": bytes(32),
    "previous": bytes(32),
    "anew": "restored",
    "signature": bytes(64),
}


class TestTip:
    def test_its_leaf_is_of_the_canonical_bytes_of_member_sequence_and_hash(self) -> None:
        assert Tip("m1", 7, b"\xab").leaf == leaf_hash(b'["m1",7,"ab"]')


class TestStatement:
    def test_is_marked_as_what_it_is_and_says_everything_but_the_signature(self) -> None:
        assert statement(FIRST) == (
            b"regulars root v1\n"
            b'{"anew":null,"date":"2026-06-15","entries":12,"key":"'
            + KEY.id.encode()
            + b'","members":3,"previous":null,"root":"'
            + bytes(range(32)).hex().encode()
            + b'","signedAt":1781524800000,"v":1}'
        )


class TestSignature:
    def test_that_of_its_key_holds(self) -> None:
        assert broken_signature(FIRST, VERIFY) == []

    @pytest.mark.parametrize("field", OTHERS)
    def test_whatever_is_changed_it_holds_no_more(self, field: str) -> None:
        changed = replace(FIRST, **{field: OTHERS[field]})
        assert broken_signature(changed, VERIFY) == ["its signature is not that of its key over what it says"]

    def test_a_key_that_is_not_known_is_no_fault(self) -> None:
        other = sign(replace(FIRST, key_id=OTHER_KEY.id), OTHER_KEY.sign)
        assert broken_signature(other, VERIFY) == []
        assert broken_signature(replace(other, key_id=KEY.id), VERIFY) != []


class TestLinks:
    def test_the_next_day_names_the_one_before(self) -> None:
        assert broken_links(FIRST, None) == broken_links(SECOND, FIRST) == []

    def test_a_gap_a_fork_an_older_day_and_a_smaller_ledger_show(self) -> None:
        assert broken_links(SECOND, None) == ["the root it follows is not there"]
        fork = replace(FIRST, entries=1)
        assert broken_links(SECOND, fork) == ["it does not follow the root of 2026-06-15"]
        assert broken_links(replace(SECOND, date=FIRST.date), FIRST) == [
            "it is dated before the root of 2026-06-15"
        ]
        assert broken_links(replace(SECOND, members=2), FIRST) == ["it covers less than the root of 2026-06-15"]
        assert broken_links(replace(SECOND, members=2, anew="restored"), FIRST) == []


class TestPlain:
    @pytest.mark.parametrize("root", [FIRST, SECOND])
    def test_comes_back(self, root: Root) -> None:
        assert root_from_plain(root_to_plain(root)) == root

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"date": "2026-6-15"},
            {"date": None},
            {"root": "AB"},
            {"root": "0"},
            {"previous": 1},
            {"signedAt": 10**20},
            {"signature": None},
            {"remark": "more"},
        ],
    )
    def test_what_is_no_root_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValueError):
            root_from_plain(root_to_plain(FIRST) | change)

    @pytest.mark.parametrize("plain", [None, [], {}, 1, "v", {"v": 1}])
    def test_nor_anything_else(self, plain: Any) -> None:
        with pytest.raises(ValueError, match="it is no root"):
            root_from_plain(plain)


class TestRootDay:
    def test_is_the_day_of_utc(self) -> None:
        assert root_day(datetime(2026, 6, 15, 23, tzinfo=timezone(timedelta(hours=-5)))) == date(2026, 6, 16)
