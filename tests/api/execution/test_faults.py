"""What an error says to the client, and what it leaves in the log."""

import logging

import pytest

from api.execution.faults import RETRY_MESSAGE
from resolvers.errors import forbidden
from services.faults import Retryable
from tests.api.service import GRAPHQL, JSON, Service


@pytest.mark.parametrize("field", ["broken", "plainError", "wrongType"])
async def test_a_programming_error_is_masked_and_logged_with_its_request(
    service: Service, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await service.ask(f"{{ hello {field} }}", headers={"x-request-id": "request-0001"})
    assert answer.json() == {
        "data": {"hello": "Hello, world", field: None},
        "errors": [
            {
                "message": "Internal error",
                "locations": [{"line": 1, "column": 9}],
                "path": [field],
                "extensions": {"code": "INTERNAL", "requestId": "request-0001"},
            }
        ],
    }
    [record] = [record for record in caplog.records if record.getMessage() == "internal fault"]
    assert (record.levelno, vars(record)["request_id"], vars(record)["field"]) == (
        logging.ERROR,
        "request-0001",
        field,
    )
    assert record.exc_info


async def test_an_outage_of_a_store_asks_for_a_retry(service: Service) -> None:
    [error] = (await service.ask("{ outage }")).json()["errors"]
    assert (error["message"], error["extensions"]) == (RETRY_MESSAGE, {"code": "RETRYABLE"})


async def test_a_refusal_passes_with_its_code(service: Service) -> None:
    [error] = (await service.ask("{ subject }")).json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "Sign in first: send a bearer token.",
        "UNAUTHENTICATED",
    )


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(RuntimeError("Ada"), 500, "INTERNAL"), (Retryable("Ada"), 503, "RETRYABLE")],
)
async def test_a_fault_before_the_first_field_has_a_5xx_and_no_data(
    service: Service, fault: Exception, status: int, code: str, accept: str
) -> None:
    service.stage.fault = fault
    answer = await service.ask("{ hello }", accept=accept)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert ("data" in answer.json(), "Ada" in answer.text) == (False, False)


async def test_a_refusal_before_the_first_field_is_a_bad_request(service: Service) -> None:
    service.stage.fault = forbidden()
    answer = await service.ask("{ hello }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "FORBIDDEN")


async def test_a_bad_argument_is_the_sender_s_fault(service: Service) -> None:
    answer = await service.ask("query($v: String) { hello(name: $v) }", variables={"v": None})
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_what_is_wrong_is_not_sent_back_at_length(service: Service) -> None:
    answer = await service.ask(f"{{ {'x' * 50_000} }}")
    [error] = answer.json()["errors"]
    assert (error["extensions"], len(error["message"])) == ({"code": "BAD_REQUEST"}, 501)
