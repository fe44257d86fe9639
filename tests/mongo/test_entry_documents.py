"""Entries as they are stored."""

from dataclasses import replace

import pytest

from domain.ledger.canonical import canonical_bytes, entry_form, entry_hash, entry_to_plain
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.posting import Decide
from domain.ledger.seal import seal
from mongo.entry_documents import document_of, entry_of
from tests.support.ledger import NOW, adjusting, earning


def sealed(head: Head, decide: Decide) -> Entry:
    draft = decide(head, NOW)
    assert isinstance(draft, Draft)
    return seal(head, draft, NOW)


@pytest.fixture(params=["first", "next", "without lines"])
def entry(request: pytest.FixtureRequest) -> Entry:
    first = sealed(Head("m1"), earning(10))
    decides = {"next": earning(5, key="client:2"), "without lines": adjusting(-3, key="client:2")}
    return sealed(Head.of(first), decides[request.param]) if request.param in decides else first


class TestDocumentOf:
    def test_it_is_read_back_as_it_was(self, entry: Entry) -> None:
        assert entry_of(document_of(entry)) == entry

    def test_what_the_seal_left_is_what_would_be_made_anew(self, entry: Entry) -> None:
        copy = replace(entry)
        assert (entry.form is None, copy.form) == (False, None)
        assert document_of(copy) == document_of(entry)
        assert canonical_bytes(entry_form(entry)) == canonical_bytes(entry_to_plain(entry))

    def test_a_changed_copy_is_stored_as_it_is_and_shows(self, entry: Entry) -> None:
        changed = replace(entry, points=entry.points + 1)
        assert document_of(changed)["points"] == entry.points + 1
        assert entry_hash(changed) != entry.hash

    def test_nothing_that_is_not_there_is_stored(self, entry: Entry) -> None:
        stored = document_of(entry)
        assert None not in stored.values()
        assert ("lines" in stored, "previous" in stored) == (bool(entry.lines), entry.seq > 1)
