"""Every malformed body is a 4xx with a GraphQL-shaped error."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.auth.development_key import DevelopmentKey
from api.options import Options
from tests.api.service import GRAPHQL, JSON, Service, running

MIB = 1024 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b"true",
        b'"{ hello }"',
        b"[]",
        b'[{"query": "{ hello }"}]',
        b"{}",
        b"NONSENSE",
        b'{"query":',
        b'{"qeury": "{ hello }"}',
        b'{"query": null}',
        b'{"query": 5}',
        b'{"query": ["{ hello }"]}',
        b'{"query": "{ hello }", "variables": [7]}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 5}',
        b'{"query": "{ hello }", "extensions": []}',
        b'{"query": "{ hello }", "variables": {"a": NaN}}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "\\ud800"}',
        '{"query": "{ hello }"}'.encode("utf-16"),
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 100 + b"]" * 100 + b"}}",
    ],
)
@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "text/event-stream"])
async def test_malformed_bodies_are_400(service: Service, body: bytes, accept: str) -> None:
    answer = await service.post(body, accept)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
        "application/graphql",
    ],
)
async def test_other_content_types_are_415(service: Service, content_type: str) -> None:
    answer = await service.post(b'{"query": "{ hello }"}', content_type=content_type)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (415, "BAD_REQUEST")


async def test_a_missing_content_type_is_415(service: Service) -> None:
    answer = await service.client.post("/graphql", content=b'{"query": "{ hello }"}')
    assert answer.status_code == 415


async def test_compressed_bodies_are_415(service: Service) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    answer = await service.client.post("/graphql", content=b"x", headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


class TestSize:
    async def test_a_mebibyte_is_read_and_one_byte_more_is_413(self, service: Service) -> None:
        body = b'{"query": "{ hello }"}'
        assert (await service.post(body + b" " * (MIB - len(body)))).status_code == 200
        answer = await service.post(body + b" " * (MIB - len(body) + 1))
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "BAD_REQUEST")

    async def test_chunks_are_counted(self, service: Service) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(18):
                yield b" " * (64 * 1024)

        answer = await service.client.post("/graphql", content=chunks(), headers={"content-type": JSON})
        assert answer.status_code == 413

    async def test_an_announced_length_is_refused_before_the_body_comes(self, service: Service) -> None:
        host, port = service.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\ncontent-length: {10 * MIB}\r\n\r\n"
        writer.write(head.encode())
        assert b" 413 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_a_body_that_never_ends_is_408(key: DevelopmentKey) -> None:
    async with running(key, replace(Options(), body_timeout=0.05)) as service:
        host, port = service.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\ncontent-length: 100\r\n\r\n"
        writer.write(head.encode() + b'{"query')
        assert b" 408 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
names = st.sampled_from(["hello", "item", "child", "name", "echo", "count", "Query", "a", "$v", "..."])
tokens = st.lists(names | st.sampled_from([*"{}()[]:!@$=|", '"x"', "1", "query", "on", "fragment", "null"]))
documents = st.text(max_size=60) | tokens.map(" ".join)
nearly = st.fixed_dictionaries(
    {"query": documents | plain},
    optional={"variables": plain, "operationName": plain, "extensions": plain},
).map(lambda value: json.dumps(value).encode())
bodies = st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode()) | nearly


class TestRandom:
    async def test_no_body_is_a_5xx(self, service: Service) -> None:
        seen: set[int] = set()
        examples: list[tuple[bytes, str]] = []

        @settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(bodies, st.sampled_from([GRAPHQL, JSON, "*/*", "text/event-stream"]))
        def collect(body: bytes, accept: str) -> None:
            examples.append((body, accept))

        collect()
        for body, accept in examples:
            answer = await service.post(body, accept)
            seen.add(answer.status_code)
            assert answer.status_code < 500, body
            if answer.headers["content-type"].startswith("application/"):
                told = orjson.loads(answer.content)
                assert "data" in told or told["errors"][0]["extensions"]["code"] == "BAD_REQUEST", body
        assert {200, 400} <= seen

    async def test_no_query_string_or_header_is_a_5xx(self, service: Service) -> None:
        examples: list[tuple[str, str, str]] = []
        printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)

        @settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(printable | documents.map(lambda text: "query=" + quote(text)), printable, printable)
        def collect(query: str, accept: str, authorization: str) -> None:
            examples.append((query.replace("#", "").replace(" ", "+"), accept.strip(), authorization.strip()))

        collect()
        for query, accept, authorization in examples:
            headers = {"accept": accept or "*/*"} | ({"authorization": authorization} if authorization else {})
            answer = await service.client.get(f"/graphql?{query}", headers=headers)
            assert answer.status_code < 500, (query, accept, authorization)
