"""GraphQL over server-sent events, in distinct connections mode."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest

from api.auth.development_key import DevelopmentKey
from api.options import Options
from tests.api.service import EVENTS, JSON, Service, running
from tests.support.eventually import eventually

URQL = f"application/graphql-response+json, application/json, {EVENTS}, multipart/mixed"


def events(text: str) -> list[Any]:
    """The events of a stream: the answer of each `next`, the word "complete" for the end."""
    told: list[Any] = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":") and line)
        if lines:
            told.append(orjson.loads(lines["data"]) if lines["event"] == "next" else lines["event"])
    return told


@asynccontextmanager
async def stream(service: Service, query: str, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    headers = {"accept": EVENTS} | headers
    async with service.client.stream("POST", "/graphql", json={"query": query}, headers=headers) as answer:
        assert answer.headers["content-type"] == f"{EVENTS}; charset=utf-8"
        yield answer.aiter_lines()


async def until(lines: AsyncIterator[str], text: str) -> None:
    async for line in lines:
        if line == text:
            return
    raise AssertionError(f"the stream ended before {text!r}")


@pytest.mark.parametrize("accept", [EVENTS, URQL])
async def test_a_subscription_is_streamed_to_its_end(service: Service, accept: str) -> None:
    answer = await service.ask("subscription { count(to: 2) }", accept=accept)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert events(answer.text) == [{"data": {"count": 1}}, {"data": {"count": 2}}, "complete"]


async def test_a_subscription_by_get(service: Service) -> None:
    parameters = {"query": "subscription { count(to: 1) }"}
    answer = await service.client.get("/graphql", params=parameters, headers={"accept": EVENTS})
    assert events(answer.text) == [{"data": {"count": 1}}, "complete"]


async def test_a_query_is_streamed_only_to_who_prefers_that(service: Service) -> None:
    assert events((await service.ask("{ hello }", accept=EVENTS)).text) == [
        {"data": {"hello": "Hello, world"}},
        "complete",
    ]
    for accept in (URQL, f"{JSON}, {EVENTS}", f"{EVENTS};q=0.5, {JSON}"):
        answer = await service.ask("{ hello }", accept=accept)
        assert answer.json() == {"data": {"hello": "Hello, world"}}


async def test_a_mutation_by_get_is_refused_here_too(service: Service) -> None:
    parameters = {"query": "mutation { write }"}
    answer = await service.client.get("/graphql", params=parameters, headers={"accept": EVENTS})
    assert (answer.status_code, service.stage.writes) == (405, [])


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ nothing }",
        "subscription($n: Int!) { count(to: $n) }",
        "subscription { count @skip(if: true) }",
        "subscription($s: Boolean = true) { count @skip(if: $s) }",
        "subscription { count forever }",
    ],
)
async def test_a_document_that_cannot_run_is_told_in_the_stream(service: Service, query: str) -> None:
    told = events((await service.ask(query, accept=EVENTS)).text)
    assert [told[0]["errors"][0]["extensions"], told[1]] == [{"code": "BAD_REQUEST"}, "complete"]


async def test_a_refused_subscription_is_told_in_the_stream(service: Service) -> None:
    told = events((await service.ask("subscription { refused }", accept=EVENTS)).text)
    assert [told[0]["errors"][0]["extensions"], told[1]] == [{"code": "UNAUTHENTICATED"}, "complete"]


async def test_a_source_that_breaks_is_masked(service: Service) -> None:
    told = events((await service.ask("subscription { breaks }", accept=EVENTS)).text)
    assert (told[0], told[1]["errors"][0]["message"], told[2]) == (
        {"data": {"breaks": 1}},
        "Internal error",
        "complete",
    )


async def test_a_client_that_leaves_stops_the_source(service: Service) -> None:
    async with stream(service, "subscription { forever }") as lines:
        await until(lines, 'data: {"data":{"forever":1}}')
        assert service.stage.live == 1
    await eventually(lambda: service.stage.live == 0)


async def test_a_quiet_stream_is_kept_alive_with_comments(key: DevelopmentKey) -> None:
    async with (
        running(key, replace(Options(), stream_keep_alive=0.02)) as service,
        stream(service, "subscription { forever }") as lines,
    ):
        await until(lines, 'data: {"data":{"forever":1}}')
        await until(lines, ":")
        await until(lines, ":")


async def test_the_expiry_of_the_token_ends_the_stream(service: Service) -> None:
    headers = {"authorization": f"Bearer {service.token(ttl=-28)}"}
    answer = await service.ask("subscription { forever }", accept=EVENTS, headers=headers)
    told = events(answer.text)
    assert (told[0], told[1]["errors"][0]["extensions"], told[2]) == (
        {"data": {"forever": 1}},
        {"code": "UNAUTHENTICATED"},
        "complete",
    )
    await eventually(lambda: service.stage.live == 0)


async def test_a_server_that_stops_ends_the_stream_at_once_without_complete(key: DevelopmentKey) -> None:
    async with running(key) as service, stream(service, "subscription { forever }") as lines:
        await until(lines, 'data: {"data":{"forever":1}}')
        service.server.should_exit = True
        rest = await asyncio.wait_for(_rest(lines), 60)
        assert [line for line in rest if line] == []
        assert service.stage.live == 0


async def _rest(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]
