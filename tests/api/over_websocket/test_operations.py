"""Operations over a WebSocket."""

from dataclasses import replace

from api.auth.development_key import DevelopmentKey
from api.options import Options
from tests.api.over_websocket.client import introduced
from tests.api.service import Service, running
from tests.support.eventually import eventually


async def test_a_subscription_runs_to_its_end(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "subscription S($n: Int!) { count(to: $n) }", variables={"n": 2})
        assert [await client.hear() for _ in range(3)] == [
            {"type": "next", "id": "1", "payload": {"data": {"count": 1}}},
            {"type": "next", "id": "1", "payload": {"data": {"count": 2}}},
            {"type": "complete", "id": "1"},
        ]


async def test_each_event_is_resolved_with_a_context_of_its_own(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "subscription { count(to: 3) }")
        while (await client.hear())["type"] != "complete":
            pass
    assert len(service.stage.contexts) == 1 + 3


async def test_queries_and_mutations_are_answered_once(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("q", "{ hello }")
        assert await client.hear() == {"type": "next", "id": "q", "payload": {"data": {"hello": "Hello, world"}}}
        assert await client.hear() == {"type": "complete", "id": "q"}
        await client.subscribe("q", 'mutation { write(text: "w") }')
        assert await client.hear() == {"type": "next", "id": "q", "payload": {"data": {"write": 1}}}
        assert await client.hear() == {"type": "complete", "id": "q"}
    assert service.stage.writes == ["w"]


async def test_operations_run_side_by_side(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("slow", "{ wait }")
        await client.subscribe("fast", "{ hello }")
        assert [(await client.hear())["id"] for _ in range(2)] == ["fast", "fast"]
        service.stage.go.set()
        assert [(await client.hear())["id"] for _ in range(2)] == ["slow", "slow"]


async def test_complete_stops_the_source_and_frees_the_id(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "subscription { forever }")
        assert (await client.hear())["type"] == "next"
        assert service.stage.live == 1
        await client.tell(type="complete", id="1")
        await client.subscribe("1", "{ hello }")
        assert (await client.hear())["payload"] == {"data": {"hello": "Hello, world"}}
        await eventually(lambda: service.stage.live == 0)


async def test_completing_what_does_not_run_does_nothing(service: Service) -> None:
    async with introduced(service) as client:
        await client.tell(type="complete", id="none")
        await client.tell(type="ping")
        assert await client.hear() == {"type": "pong"}


async def test_a_client_that_leaves_stops_its_sources(service: Service) -> None:
    async with introduced(service) as client:
        for number in range(3):
            await client.subscribe(str(number), "subscription { forever }")
            await client.hear()
        assert service.stage.live == 3
    await eventually(lambda: service.stage.live == 0)


async def test_a_document_that_cannot_run_is_an_error_and_the_socket_stays(service: Service) -> None:
    async with introduced(service) as client:
        for query in ("{", "{ nothing }", "subscription($n: Int!) { count(to: $n) }"):
            await client.subscribe("1", query)
            answer = await client.hear()
            assert (answer["type"], answer["id"]) == ("error", "1")
            assert answer["payload"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_a_refused_subscription_is_an_error(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "subscription { refused }")
        answer = await client.hear()
        assert (answer["type"], answer["payload"][0]["extensions"]) == ("error", {"code": "UNAUTHENTICATED"})


async def test_a_source_that_breaks_is_masked(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "subscription { breaks }")
        assert (await client.hear())["payload"] == {"data": {"breaks": 1}}
        answer = await client.hear()
        assert answer["type"] == "error"
        assert answer["payload"][0]["message"] == "Internal error"
        assert answer["payload"][0]["extensions"]["code"] == "INTERNAL"


async def test_field_errors_are_part_of_the_answer(service: Service) -> None:
    async with introduced(service) as client:
        await client.subscribe("1", "{ hello secret }")
        answer = await client.hear()
        assert answer["type"] == "next"
        assert answer["payload"]["data"] == {"hello": "Hello, world", "secret": None}
        assert answer["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_operations_of_one_socket_are_bounded(key: DevelopmentKey) -> None:
    async with running(key, replace(Options(), operations_per_socket=2)) as service, introduced(service) as client:
        for number in range(2):
            await client.subscribe(str(number), "subscription { forever }")
            await client.hear()
        await client.subscribe("2", "subscription { forever }")
        refused = await client.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]) == ("2", {"code": "RATE_LIMITED"})
        await client.tell(type="complete", id="0")
        await client.subscribe("2", "subscription { forever }")
        assert (await client.hear())["type"] == "next"
        assert service.stage.live <= 3
