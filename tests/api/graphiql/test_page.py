"""GraphiQL: in development only, from our own files only."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import api.graphiql
from api.auth.development_key import DevelopmentKey
from api.options import Options
from tests.api.service import Service, running

STATIC = Path(api.graphiql.__file__).parent / "static"


@pytest.fixture
async def development(key: DevelopmentKey) -> AsyncIterator[Service]:
    async with running(key, Options(development=True)) as service:
        yield service


async def test_production_has_no_page(service: Service) -> None:
    for path in ("/graphiql", "/graphiql/static/graphiql.js"):
        assert (await service.client.get(path)).status_code == 404
    assert (await service.client.get("/graphql", headers={"accept": "text/html"})).status_code == 406


async def test_the_page_and_all_that_it_names_are_served(development: Service) -> None:
    page = await development.client.get("/graphiql")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named == [
        "data:,",
        "/graphiql/static/graphiql.css",
        "/graphiql/static/page.css",
        "/graphiql/static/graphiql.js",
    ]
    for path in named[1:]:
        assert (await development.client.get(path)).status_code == 200


async def test_a_browser_at_the_endpoint_is_sent_to_the_page(development: Service) -> None:
    answer = await development.client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/graphiql")
    asked = await development.client.get("/graphql?query={hello}", headers={"accept": "text/html,*/*;q=0.8"})
    assert asked.json() == {"data": {"hello": "Hello, world"}}


async def test_nothing_outside_the_folder_is_served(development: Service) -> None:
    for path in ("/graphiql/static/../routes.py", "/graphiql/static/%2e%2e/routes.py", "/graphiql/static/"):
        assert (await development.client.get(path)).status_code == 404


def test_the_page_stays_small_and_names_no_other_host_to_load_from() -> None:
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 3_000_000
    styles = (STATIC / "graphiql.css").read_text() + (STATIC / "page.css").read_text()
    assert re.findall(r"@import|url\(['\"]?https?:", styles) == []
    assert re.findall(r"(?:src|href)=['\"]?https?:", (STATIC / "index.html").read_text()) == []


def test_its_licences_come_with_it() -> None:
    licences = (STATIC / "LICENSES.txt").read_text()
    for package in ("graphiql 3.8.3 (MIT)", "react 18.3.1 (MIT)", "graphql-ws 5.16.2 (MIT)", "codemirror 5.65"):
        assert package in licences
