"""What comes before any request is understood is bounded, too."""

import asyncio
import json

import pytest

from api.protocol import LARGEST_HEAD, Protocol
from tests.api.service import Service

ASK = b'{"query": "{ __typename }"}'


async def said(service: Service, *pieces: bytes) -> bytes:
    """What the server says to these bytes until it hangs up."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


def status_and_body(answer: bytes) -> tuple[int, dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def asking(*headers: bytes) -> bytes:
    lines = [b"POST /graphql HTTP/1.1", b"host: x", b"connection: close", b"content-type: application/json"]
    return b"\r\n".join([*lines, b"content-length: %d" % len(ASK), *headers, b"", ASK])


def refusal(message: str) -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]}


class TestProtocol:
    async def test_a_head_of_allowed_size_is_answered(self, service: Service) -> None:
        answer = await said(service, asking(b"x-long: " + b"a" * (LARGEST_HEAD - 1000)))
        assert status_and_body(answer) == (200, {"data": {"__typename": "Query"}})

    @pytest.mark.parametrize(
        "headers",
        [[b"x-long: " + b"a" * LARGEST_HEAD], [b"x-%d: a" % number for number in range(20_000)]],
        ids=["one long header", "many headers"],
    )
    async def test_a_head_too_large_is_431(self, service: Service, headers: list[bytes]) -> None:
        assert status_and_body(await said(service, asking(*headers))) == (
            431,
            refusal("The head of the request is too large."),
        )

    async def test_a_head_that_never_ends_is_431(self, service: Service) -> None:
        answer = await said(service, b"GET /graphql HTTP/1.1\r\nx-long: ", b"a" * (LARGEST_HEAD + 1))
        assert status_and_body(answer)[0] == 431

    @pytest.mark.parametrize("start", [b"", b"GET /graphql HTTP/1.1\r\nhost"], ids=["nothing", "a part"])
    async def test_a_head_that_comes_too_slowly_is_408(
        self, service: Service, start: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Protocol, "head_seconds", 0.05)
        assert status_and_body(await said(service, start)) == (
            408,
            refusal("The head of the request came too slowly."),
        )

    async def test_the_second_head_of_a_connection_has_its_own_time(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Protocol, "head_seconds", 0.05)
        first = asking().replace(b"connection: close\r\n", b"")
        answer = await said(service, first + b"GET /graphql HTTP/1.1\r\nhost")
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"HTTP/1.1 408" in answer

    async def test_what_is_no_http_is_400(self, service: Service) -> None:
        assert status_and_body(await said(service, b"\x16\x03\x01\x00\xff\r\n\r\n")) == (
            400,
            refusal("This is not a request in HTTP/1.1."),
        )
