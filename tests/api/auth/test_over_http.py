"""What a token means to a request."""

import pytest

from domain.actors import Role
from tests.api.service import GRAPHQL, JSON, Service


async def test_a_good_token_reaches_the_resolvers(service: Service) -> None:
    headers = {"authorization": f"Bearer {service.token(Role.MEMBER, 'm7')}", "accept-language": "fr-CH, fr;q=0.9"}
    answer = await service.ask("{ subject }", headers=headers)
    assert answer.json() == {"data": {"subject": "m7"}}
    [(identity, info)] = service.stage.contexts
    assert (identity.member_id, info.accept_language) == ("m7", "fr-CH, fr;q=0.9")
    assert info.id == answer.headers["x-request-id"]


async def test_without_a_token_the_fields_refuse(service: Service) -> None:
    answer = await service.ask("{ hello subject }")
    assert (answer.status_code, answer.json()["data"]) == (200, {"hello": "Hello, world", "subject": None})
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "text/event-stream"])
async def test_a_bad_token_is_401_with_a_challenge(service: Service, accept: str) -> None:
    headers = {"authorization": f"Bearer {service.token(ttl=-31)}"}
    answer = await service.ask("mutation { write }", accept=accept, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json()["errors"] == [
        {"message": "The token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}
    ]
    assert service.stage.writes == []
