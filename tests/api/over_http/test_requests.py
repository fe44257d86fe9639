"""GraphQL over HTTP: well-formed requests, and the status codes of the draft by media type."""

import httpx
import pytest

from tests.api.service import GRAPHQL, JSON, Service


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


class TestPost:
    async def test_a_query_is_answered_in_the_newer_media_type(self, service: Service) -> None:
        answer = await service.ask("{ hello }")
        assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello, world"}})
        assert answer.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"

    async def test_a_client_that_accepts_anything_gets_plain_json(self, service: Service) -> None:
        answer = await service.ask("{ hello }", accept="*/*")
        assert answer.headers["content-type"] == f"{JSON}; charset=utf-8"

    async def test_variables_and_the_operation_name_are_used(self, service: Service) -> None:
        query = "query A($n: String!) { hello(name: $n) } query B { hello }"
        answer = await service.ask(query, operationName="A", variables={"n": "Ada"}, extensions={}, unknown=1)
        assert answer.json() == {"data": {"hello": "Hello, Ada"}}

    async def test_null_parameters_count_as_absent(self, service: Service) -> None:
        answer = await service.ask("{ hello }", operationName=None, variables=None, extensions=None)
        assert answer.json() == {"data": {"hello": "Hello, world"}}

    async def test_a_byte_order_mark_and_a_named_charset_are_fine(self, service: Service) -> None:
        body = b'\xef\xbb\xbf{"query": "{ hello }"}'
        answer = await service.post(body, content_type='Application/JSON; charset="UTF-8"')
        assert answer.status_code == 200

    async def test_a_mutation_happens_once(self, service: Service) -> None:
        answer = await service.ask('mutation { write(text: "a") }')
        assert answer.json() == {"data": {"write": 1}}
        assert service.stage.writes == ["a"]

    async def test_integers_past_64_bits_are_written(self, service: Service) -> None:
        assert (await service.ask("{ huge }")).json() == {"data": {"huge": 2**70}}


class TestGet:
    async def test_a_query_is_answered(self, service: Service) -> None:
        parameters = {"query": "query($n: String!) { hello(name: $n) }", "variables": '{"n": "Ada"}'}
        answer = await service.client.get(
            "/graphql", params=parameters | {"operationName": "", "extensions": "null"}
        )
        assert answer.json() == {"data": {"hello": "Hello, Ada"}}

    async def test_a_mutation_is_refused_and_does_not_happen(self, service: Service) -> None:
        answer = await service.client.get("/graphql", params={"query": "mutation { write }"})
        assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "POST", "BAD_REQUEST")
        assert service.stage.writes == []

    async def test_the_named_operation_decides(self, service: Service) -> None:
        query = {"query": "query A { hello } mutation B { write }"}
        assert (await service.client.get("/graphql", params=query | {"operationName": "A"})).status_code == 200
        assert (await service.client.get("/graphql", params=query | {"operationName": "B"})).status_code == 405

    @pytest.mark.parametrize(
        "url",
        [
            "/graphql",
            "/graphql?query=%ff",
            "/graphql?query={hello}&query={secret}",
            "/graphql?query={hello}&variables=",
            "/graphql?query={hello}&variables=[1]",
            "/graphql?query={hello}&variables={",
            "/graphql?query={hello}&extensions=5",
            "/graphql?" + "a=1&" * 60,
        ],
    )
    async def test_malformed_parameters_are_refused(self, service: Service, url: str) -> None:
        answer = await service.client.get(url)
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


class TestStatus:
    @pytest.mark.parametrize(
        ("query", "more"),
        [
            ("{", {}),
            ("", {}),
            ("{ nothing }", {}),
            ("query A { hello } query B { hello }", {}),
            ("query A { hello }", {"operationName": "B"}),
            ("query($n: String!) { hello(name: $n) }", {}),
            ("query($n: String!) { hello(name: $n) }", {"variables": {"n": 5}}),
            ("fragment f on Query { hello }", {}),
        ],
    )
    async def test_a_document_that_cannot_run_is_400_or_in_plain_json_200(
        self, service: Service, query: str, more: dict[str, object]
    ) -> None:
        newer = await service.ask(query, **more)
        assert (newer.status_code, code(newer), "data" in newer.json()) == (400, "BAD_REQUEST", False)
        plain = await service.ask(query, accept=JSON, **more)
        assert (plain.status_code, code(plain), "data" in plain.json()) == (200, "BAD_REQUEST", False)

    @pytest.mark.parametrize("accept", [GRAPHQL, JSON])
    async def test_partial_data_is_200(self, service: Service, accept: str) -> None:
        answer = await service.ask("{ hello secret }", accept=accept)
        assert (answer.status_code, code(answer)) == (200, "FORBIDDEN")
        assert answer.json()["data"] == {"hello": "Hello, world", "secret": None}
        assert answer.json()["errors"][0]["path"] == ["secret"]

    async def test_null_data_of_an_executed_operation_is_200(self, service: Service) -> None:
        answer = await service.ask("{ vital }")
        assert (answer.status_code, answer.json()["data"], code(answer)) == (200, None, "INTERNAL")

    async def test_a_subscription_needs_a_stream(self, service: Service) -> None:
        answer = await service.ask("subscription { count }")
        assert (answer.status_code, code(answer)) == (406, "BAD_REQUEST")

    async def test_an_accept_header_that_fits_nothing_is_406(self, service: Service) -> None:
        answer = await service.ask("{ hello }", accept="text/html")
        assert (answer.status_code, code(answer)) == (406, "BAD_REQUEST")

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    async def test_other_methods_are_405(self, service: Service, method: str) -> None:
        answer = await service.client.request(method, "/graphql")
        assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "GET, POST", "BAD_REQUEST")

    async def test_unknown_paths_are_404_in_the_same_shape(self, service: Service) -> None:
        answer = await service.client.get("/elsewhere")
        assert (answer.status_code, code(answer)) == (404, "BAD_REQUEST")
