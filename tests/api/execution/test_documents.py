"""The cache of documents stays within its bounds."""

import pytest

from api.execution.document import BadDocument
from api.execution.documents import Documents
from api.options import Limits
from tests.api.schema import schema


def documents(most: int = 10, most_bytes: int = 1000) -> Documents:
    return Documents(schema, Limits(), most=most, most_bytes=most_bytes)


def test_the_same_text_is_parsed_once() -> None:
    cache = documents()
    assert cache.get("{ hello }") is cache.get("{ hello }")


def test_the_least_recently_used_goes_first() -> None:
    cache = documents(most=2)
    first, second = cache.get("{ a: hello }"), cache.get("{ b: hello }")
    assert cache.get("{ a: hello }") is first
    cache.get("{ c: hello }")
    assert len(cache) == 2
    assert cache.get("{ a: hello }") is first
    assert cache.get("{ b: hello }") is not second


def test_bytes_are_bounded() -> None:
    cache = documents(most_bytes=30)
    for name in "abcdef":
        cache.get(f"{{ {name}: hello }}")
    assert len(cache) == 2


def test_a_text_larger_than_the_whole_cache_is_answered_and_not_kept() -> None:
    cache = documents(most_bytes=5)
    assert cache.get("{ hello }").operations
    assert len(cache) == 0


def test_refused_documents_are_not_kept() -> None:
    cache = documents()
    with pytest.raises(BadDocument):
        cache.get("{ nothing }")
    assert len(cache) == 0
