"""Which media type an Accept header asks for."""

import pytest

from api.over_http.accept import Media, preferences

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        (None, Media.JSON),
        ("", Media.JSON),
        ("*/*", Media.JSON),
        ("application/*", Media.JSON),
        ("application/json", Media.JSON),
        ("application/graphql-response+json", Media.GRAPHQL),
        ("application/graphql-response+json, application/json;q=0.9", Media.GRAPHQL),
        ("application/json;q=0.9, application/graphql-response+json", Media.GRAPHQL),
        ("application/json, application/graphql-response+json", Media.JSON),
        ("application/graphql-response+json;q=0, application/json", Media.JSON),
        ("*/*, application/json;q=0", Media.GRAPHQL),
        ("APPLICATION/JSON; charset=utf-8", Media.JSON),
        ("text/event-stream", Media.EVENTS),
        ("text/event-stream, application/json;q=0.5", Media.EVENTS),
        (URQL, Media.GRAPHQL),
    ],
)
def test_the_highest_quality_comes_first_and_the_order_breaks_ties(accept: str | None, first: Media) -> None:
    assert preferences(accept)[0] is first


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json;q=x", "image/*", ";;,"])
def test_nothing_of_ours_is_nothing(accept: str) -> None:
    assert preferences(accept) == ()


def test_event_streams_are_never_meant_by_a_wildcard() -> None:
    assert Media.EVENTS not in preferences("*/*")
