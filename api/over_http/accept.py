"""Which media type to answer with (RFC 9110, section 12.5.1)."""

from dataclasses import dataclass
from enum import StrEnum


class Media(StrEnum):
    """The media types of an answer."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    quality: float
    place: int


def preferences(accept: str | None) -> tuple[Media, ...]:
    """The media types a client takes, the one it wants most first; empty when it takes none of ours.

    A client that sends no Accept, or only `*/*`, has not said that it knows the newer
    `application/graphql-response+json` and its status codes, so it gets plain JSON first. Among equals the
    order of the header decides.
    """
    if accept is None or not accept.strip():
        return (Media.JSON, Media.GRAPHQL)
    ranges = [_range(part, place) for place, part in enumerate(accept[:4096].split(",")) if part.strip()]
    ranked = []
    for fallback, media in enumerate((Media.JSON, Media.GRAPHQL, Media.EVENTS)):
        match = _match(media, ranges)
        if match is not None and match.quality > 0:
            ranked.append((-match.quality, match.place, fallback, media))
    return tuple(media for *_, media in sorted(ranked))


def _match(media: Media, ranges: list[_Range]) -> _Range | None:
    """The most specific range that covers the media type: it decides, whatever the others say.

    Event streams must be named: no one means them by a wildcard.
    """
    kinds = [media.value] if media is Media.EVENTS else [media.value, "application/*", "*/*"]
    for kind in kinds:
        for entry in ranges:
            if entry.kind == kind:
                return entry
    return None


def _range(part: str, place: int) -> _Range:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = _quality(value.strip())
    return _Range(kind, quality, place)


def _quality(text: str) -> float:
    """0 to 1; what is no such number counts as a refusal of the type."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
