"""The canonical form is frozen: entries are never migrated, so these bytes may never change for v 1."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

from domain.actors import Actor, ActorKind
from domain.ledger.canonical import canonical_bytes, entry_to_plain, input_hash
from domain.ledger.entry import AwardLine, Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.seal import seal
from domain.ledger.state import Changes, TierMark

AT = datetime(2026, 3, 10, 15, 30, 0, 123_000, tzinfo=UTC)
EXPIRES = datetime(2027, 4, 1, 4, tzinfo=UTC)
DRAFT = Draft(
    key="event:shop:1#POINTS",
    input="a" * 32,
    currency="POINTS",
    kind=EntryKind.EARN,
    changes=Changes((Lot(EXPIRES, 12),), earned=12, qualifying=(("2026", 12),), tier=TierMark("SILVER", AT)),
    actor=Actor(ActorKind.SERVICE, "shop"),
    occurred_at=AT,
    effective_at=AT,
    reference="shop/1",
    lines=(AwardLine("base", 3, 12, "12.50 USD at 1 point for each 1.00: 12.5 → 12, rounded down"),),
)


class TestCanonicalBytes:
    def test_the_bytes_of_a_version_1_entry_are_these_for_ever(self) -> None:
        entry = replace(seal(Head("m1"), DRAFT, AT), v=1)
        assert canonical_bytes(entry_to_plain(entry)).decode() == (
            '{"actor":["SERVICE","shop"],"after":{"accounts":{"POINTS":{"earned":12,'
            '"lots":[[1806552000000,12]]}},"qualifying":{"2026":12},"tier":["SILVER",1773156600123]},'
            '"changes":{"earned":12,"lots":[[1806552000000,12]],"qualifying":[["2026",12]],'
            '"tier":["SILVER",1773156600123]},"correlation":null,"currency":"POINTS",'
            '"effectiveAt":1773156600123,"input":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",'
            '"key":"event:shop:1#POINTS","kind":"EARN",'
            '"lines":[["base",3,12,"12.50 USD at 1 point for each 1.00: 12.5 → 12, rounded down"]],'
            '"member":"m1","occurredAt":1773156600123,"points":12,"previous":null,"reason":null,'
            '"recordedAt":1773156600123,"reference":"shop/1","seq":1,"v":1}'
        )

    def test_the_hash_covers_the_hash_before(self) -> None:
        first = seal(Head("m1"), DRAFT, AT)
        second = seal(Head.of(first), DRAFT, AT)
        assert second.previous == first.hash
        assert first.hash != second.hash
        assert len(first.hash) == 32

    def test_one_text_in_two_unicode_forms_is_one_text(self) -> None:
        composed, decomposed = "Café", unicodedata.normalize("NFD", "Café")
        assert composed != decomposed
        assert canonical_bytes([composed]) == canonical_bytes([decomposed])


class TestInputHash:
    def test_equal_inputs_have_one_hash_whatever_the_order_of_keys(self) -> None:
        assert input_hash("x", {"a": 1, "b": 2}) == input_hash("x", {"b": 2, "a": 1})

    def test_other_inputs_have_other_hashes(self) -> None:
        assert len({input_hash("x", 1), input_hash("x", 2), input_hash("y", 1), input_hash("x", "1")}) == 4
