"""A receipt proves its entry, and whatever of it is changed, it does so no more."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.ledger.canonical import canonical_bytes, entry_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.merkle import MerkleTree
from domain.ledger.posting import follow
from domain.ledger.receipt import Covered, Receipt, faults_of, receipt_from_plain, receipt_to_plain
from domain.ledger.root import Root, Tip, sign
from tests.support.ledger import NOW, earning
from tests.support.roots import KEY, OTHER_KEY, VERIFY, a_tip

Tamper = Callable[[dict[str, Any]], Any]


def three_entries() -> list[Entry]:
    entries: list[Entry] = []
    for points in (100, 20, 7):
        head = Head.of(entries[-1]) if entries else Head("m2")
        made = follow(head, earning(points, key=f"client:{points}"), at=None, now=NOW)
        assert isinstance(made, list)
        entries += made
    return entries


def a_receipt(seq: int = 2) -> Receipt:
    entries = three_entries()
    chain = tuple(canonical_bytes(entry_to_plain(entry)).decode() for entry in entries[seq - 1 :])
    tips = [a_tip("m1"), Tip("m2", 3, entries[-1].hash), a_tip("m3")]
    tree = MerkleTree(marked=1)
    for tip in tips:
        tree.add(tip.leaf)
    at = datetime(2026, 6, 15, 12, tzinfo=UTC)
    root = Root(date(2026, 6, 15), at, 3, 5, tree.root, None, KEY.id)
    return Receipt("m2", seq, chain, Covered(sign(root, KEY.sign), 1, tree.path))


def put(key: str, value: Any) -> Tamper:
    return lambda plain: plain.update({key: value})


def put_in_root(key: str, value: Any) -> Tamper:
    return lambda plain: plain["root"].update({key: value})


def edit(index: int, old: str, new: str) -> Tamper:
    def change(plain: dict[str, Any]) -> None:
        assert old in plain["chain"][index]
        plain["chain"][index] = plain["chain"][index].replace(old, new)

    return change


TAMPERED: list[Tamper] = [
    put("member", "m3"),
    put("seq", 1),
    put("seq", 3),
    edit(0, '"points":20', '"points":2000'),
    edit(1, '"points":7', '"points":8'),
    edit(0, '"member":"m2"', '"member":"m1"'),
    edit(0, '"seq":2', '"seq":1'),
    edit(1, '"previous":"', '"previous":"0'),
    edit(0, "{", "["),
    lambda plain: plain["chain"].pop(),
    lambda plain: plain["chain"].pop(0),
    lambda plain: plain["chain"].reverse(),
    lambda plain: plain["chain"].append(plain["chain"][-1]),
    put("index", 0),
    put("index", 2),
    put("index", 99),
    lambda plain: plain["path"].pop(),
    lambda plain: plain["path"].reverse(),
    lambda plain: plain["path"].append("00" * 32),
    put_in_root("date", "2026-06-14"),
    put_in_root("members", 4),
    put_in_root("entries", 6),
    put_in_root("root", "00" * 32),
    put_in_root("previous", "00" * 32),
    put_in_root("signedAt", 1),
    put_in_root("anew", "restored"),
    put_in_root("signature", "00" * 64),
]


class TestFaultsOf:
    @pytest.mark.parametrize("seq", [1, 2, 3])
    def test_each_entry_under_the_root_is_proved(self, seq: int) -> None:
        assert faults_of(a_receipt(seq), VERIFY) == []

    @pytest.mark.parametrize("tamper", TAMPERED)
    def test_whatever_is_changed_shows(self, tamper: Tamper) -> None:
        plain = deepcopy(receipt_to_plain(a_receipt()))
        tamper(plain)
        assert faults_of(receipt_from_plain(plain), VERIFY) != []

    def test_another_who_signs_it_anew_is_a_key_that_is_not_known(self) -> None:
        """It is for whoever asks to demand a key that is."""
        receipt = a_receipt()
        assert receipt.covered is not None
        root = sign(replace(receipt.covered.root, key_id=OTHER_KEY.id), OTHER_KEY.sign)
        other = replace(receipt, covered=replace(receipt.covered, root=root))
        assert faults_of(other, VERIFY) == []
        assert VERIFY(root.key_id, b"", root.signature) is None

    def test_an_unsigned_chain_holds_together_or_shows(self) -> None:
        receipt = replace(a_receipt(), covered=None)
        assert faults_of(receipt, VERIFY) == []
        edited = receipt.chain[0].replace('"points":20', '"points":21')
        assert faults_of(replace(receipt, chain=(edited, receipt.chain[1])), VERIFY) == [
            "entry 3 does not follow entry 2 as it stands here"
        ]


class TestPlain:
    @pytest.mark.parametrize("receipt", [a_receipt(), replace(a_receipt(), covered=None)])
    def test_comes_back_also_as_json(self, receipt: Receipt) -> None:
        assert receipt_from_plain(json.loads(json.dumps(receipt_to_plain(receipt)))) == receipt

    @pytest.mark.parametrize(
        "change",
        [
            {"receipt": 2},
            {"chain": []},
            {"chain": None},
            {"chain": [1]},
            {"chain": "text"},
            {"seq": "2"},
            {"seq": True},
            {"member": 2},
            {"index": "1"},
            {"path": ["x"]},
            {"path": [1]},
            {"root": {}},
            {"more": 1},
        ],
    )
    def test_what_is_no_receipt_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValueError):
            receipt_from_plain(receipt_to_plain(a_receipt()) | change)

    @pytest.mark.parametrize("plain", [None, [], {}, 1, "receipt"])
    def test_nor_anything_else(self, plain: Any) -> None:
        with pytest.raises(ValueError, match="it is no receipt"):
            receipt_from_plain(plain)
