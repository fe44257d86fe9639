"""What every request passes through."""

import io
import logging

import httpx
import orjson
import pytest

from api.auth.development_key import DevelopmentKey
from api.options import Options
from runtime.logs import JsonFormatter
from tests.api.over_websocket.client import introduced
from tests.api.service import Service, running


class TestRequestId:
    async def test_a_sane_one_is_kept(self, service: Service) -> None:
        answer = await service.ask("{ hello }", headers={"x-request-id": "trace-01.A_b"})
        assert answer.headers["x-request-id"] == "trace-01.A_b"

    @pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", "<script>alert</script>"])
    async def test_another_is_replaced(self, service: Service, given: str) -> None:
        answer = await service.ask("{ hello }", headers={"x-request-id": given})
        assert answer.headers["x-request-id"] != given
        assert len(answer.headers["x-request-id"]) == 16

    async def test_refusals_have_one_too(self, service: Service) -> None:
        assert (await service.post(b"null")).headers["x-request-id"]


class TestLog:
    @pytest.fixture
    def lines(self) -> io.StringIO:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonFormatter())
        logger = logging.getLogger("regulars")
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        return stream

    async def test_a_line_says_how_it_went_and_nothing_that_was_sent(
        self, service: Service, lines: io.StringIO
    ) -> None:
        token = service.token(subject="m-secret")
        headers = {"authorization": f"Bearer {token}", "x-request-id": "request-0002"}
        query = 'query Ada($n: String!) { hello(name: $n) broken echo(value: "Ada") }'
        await service.ask(query, variables={"n": "Ada Lovelace"}, headers=headers)
        await service.client.get("/Ada/Lovelace?Ada=1")
        written = [orjson.loads(line) for line in lines.getvalue().splitlines()]
        fault, request, unknown = written
        assert (fault["message"], fault["field"], fault["exception"]["type"]) == (
            "internal fault",
            "broken",
            "builtins.RuntimeError",
        )
        assert {name: request[name] for name in ("method", "route", "status", "operation", "request_id")} == {
            "method": "POST",
            "route": "/graphql",
            "status": 200,
            "operation": "query",
            "request_id": "request-0002",
        }
        assert (unknown["route"], unknown["status"]) == ("other", 404)
        for private in ("Ada", "Lovelace", "4929", "m-secret", token):
            assert private not in lines.getvalue()


class TestHeaders:
    async def test_every_answer_is_guarded(self, service: Service) -> None:
        for path in ("/graphql", "/healthz", "/metrics", "/elsewhere"):
            headers = (await service.client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
            assert "server" not in headers

    async def test_answers_are_not_stored(self, service: Service) -> None:
        assert (await service.ask("{ hello }")).headers["cache-control"] == "no-store"


class TestCors:
    ASK = {"origin": "https://shop.test", "access-control-request-method": "POST"} | {
        "access-control-request-headers": "authorization,content-type"
    }

    async def test_no_origin_is_allowed_unless_named(self, service: Service) -> None:
        answer = await service.client.options("/graphql", headers=self.ASK)
        assert "access-control-allow-origin" not in answer.headers
        answer = await service.ask("{ hello }", headers={"origin": "https://shop.test"})
        assert "access-control-allow-origin" not in answer.headers

    async def test_a_named_one_is(self, key: DevelopmentKey) -> None:
        async with running(key, Options(allowed_origins=("https://shop.test",))) as service:
            answer = await service.client.options("/graphql", headers=self.ASK)
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (
                200,
                "https://shop.test",
            )
            assert "access-control-allow-credentials" not in answer.headers
            other = await service.client.options("/graphql", headers=self.ASK | {"origin": "https://other.test"})
            assert (other.status_code, "access-control-allow-origin" in other.headers) == (400, False)


class TestMetrics:
    async def test_operations_are_counted_by_kind_and_outcome(self, service: Service) -> None:
        await service.ask("{ hello }")
        await service.ask("{ hello secret }")
        await service.ask("{ nothing }")
        await service.ask("mutation { write }")
        await service.client.get("/elsewhere")
        async with introduced(service) as client:
            await client.subscribe("0", "{ nothing }")
            await client.hear()
            await client.subscribe("1", "subscription { forever }")
            await client.hear()
            page = (await service.client.get("/metrics")).text
        for line in (
            'regulars_graphql_operations_total{operation="query",outcome="ok",transport="http"} 1.0',
            'regulars_graphql_operations_total{operation="query",outcome="partial",transport="http"} 1.0',
            'regulars_graphql_operations_total{operation="none",outcome="BAD_REQUEST",transport="http"} 1.0',
            'regulars_graphql_operations_total{operation="none",outcome="BAD_REQUEST",transport="websocket"} 1.0',
            'regulars_graphql_operations_total{operation="mutation",outcome="ok",transport="http"} 1.0',
            'regulars_graphql_operation_seconds_count{operation="query",transport="http"} 2.0',
            'regulars_graphql_subscriptions{transport="websocket"} 1.0',
            "regulars_websockets 1.0",
            'regulars_http_responses_total{route="other",status="404"} 1.0',
        ):
            assert line in page.splitlines()

    async def test_labels_are_never_the_client_s(self, service: Service) -> None:
        await service.client.get("/made-up-path")
        await service.client.request("MADEUP", "/graphql")
        await service.ask("query MadeUpName { hello }", headers={"x-request-id": "made-up-id"})
        assert "ade" not in _names(await service.client.get("/metrics"))


def _names(page: httpx.Response) -> str:
    return "".join(line for line in page.text.splitlines() if not line.startswith("#") and "ade" in line)
