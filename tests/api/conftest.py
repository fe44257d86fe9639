"""One running API a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.auth.development_key import DevelopmentKey, development_key
from tests.api.service import Service, running


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentKey:
    folder: Path = tmp_path_factory.mktemp("keys")
    return development_key(folder, issuer="https://issuer.test", audience="regulars")


@pytest.fixture
async def service(key: DevelopmentKey) -> AsyncIterator[Service]:
    async with running(key) as service:
        yield service
