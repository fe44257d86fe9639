import pytest

from runtime.faults import NotConnected
from runtime.settings import Settings
from runtime.wiring import open_stores

MONGODB = "mongodb://127.0.0.1:1/"
REDIS = "redis://127.0.0.1:1/0"


async def refusal_of(mongodb_uri: str | None, redis_url: str | None) -> str:
    with pytest.raises(NotConnected) as refused:
        async with open_stores(Settings(mongodb_uri=mongodb_uri, redis_url=redis_url)):
            raise AssertionError("opened")
    return str(refused.value)


class TestOpenStores:
    @pytest.mark.parametrize(
        ("mongodb_uri", "redis_url", "named"),
        [(None, REDIS, "MONGODB_URI"), (MONGODB, None, "REDIS_URL"), (None, None, "MONGODB_URI")],
    )
    async def test_an_address_that_is_missing_is_named(
        self, mongodb_uri: str | None, redis_url: str | None, named: str
    ) -> None:
        assert (await refusal_of(mongodb_uri, redis_url)).startswith(f"{named} is not set: ")

    @pytest.mark.parametrize(
        ("mongodb_uri", "redis_url", "named"),
        [
            ("mongodb://ann:se:cret@host/", REDIS, "MONGODB_URI"),
            ("mongodb://ann:secret@host:port/", REDIS, "MONGODB_URI"),
            ("mongodb://ann:se/cret@host/", REDIS, "MONGODB_URI"),
            (MONGODB, "redis://:secret@host:port/0", "REDIS_URL"),
        ],
    )
    async def test_an_address_that_is_none_is_named_and_not_shown(
        self, mongodb_uri: str, redis_url: str, named: str
    ) -> None:
        refusal = await refusal_of(mongodb_uri, redis_url)
        assert refusal.startswith(f"{named} is no address that can be used: ")
        assert "cret" not in refusal
