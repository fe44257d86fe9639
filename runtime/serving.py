"""The API process: the application over the services, and what it needs to say that it is ready."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from prometheus_client.core import Metric
from starlette.applications import Starlette

from api.app import create_app
from api.auth.authenticator import Authenticator
from api.auth.development_key import development_key
from api.auth.key_set import KeySet
from api.auth.key_source import key_source
from api.health import Check
from api.metrics import Metrics
from api.options import Options
from api.unsubscribe.page import UnsubscribePage
from domain.inbox.message import NotificationKind
from mongo.deployment import ping
from notifications.words.phrases import phrase
from resolvers.context import RequestContext, build_context
from resolvers.schema import schema
from runtime.figures import Figures
from runtime.logs import configure
from runtime.pool_levels import show_levels
from runtime.prepared import keep_prepared
from runtime.settings import Settings
from runtime.wiring import House, open_house
from services.alerts.unsubscribe import Subscribed, read_subscription_of, resubscribe, unsubscribe
from services.identity import Identity
from services.request import RequestInfo


def build_app(settings: Settings) -> Starlette:
    """The application; its stores are opened when the server starts and closed when it stops."""
    service = _Service(settings)
    return create_app(
        schema=schema,
        build_context=service.context_of,
        authenticator=authenticator(settings),
        options=Options(development=settings.development, allowed_origins=settings.allowed_origins),
        checks=[
            Check("mongodb", service.ask_mongodb),
            Check("programme", service.ask_programme),
            Check("redis", service.ask_redis, essential=False),
        ],
        lifespan=service.opened,
        metrics=service.metrics,
        pages=UnsubscribePage(service.subscription, service.unsubscribe, service.resubscribe, phrase).routes(),
        figures=service.read_figures,
    )


def app_from_environment() -> Starlette:
    """The factory that each worker of several calls in its own process."""
    import os

    settings = Settings.from_environment(os.environ)
    configure(level=settings.log_level, exception_texts=settings.development)
    return build_app(settings)


def authenticator(settings: Settings) -> Authenticator:
    """Verifies tokens with the keys of the settings; with the development key where none are named."""
    if settings.jwks:
        location = settings.jwks
    else:
        key = development_key(settings.data_dir, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
        location = str(key.jwks)
    return Authenticator(KeySet(key_source(location)), settings.jwt_issuer, settings.jwt_audience)


@dataclass(slots=True)
class _Service:
    """The house of one process while it serves."""

    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    house: House | None = None
    figures: Figures | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with open_house(self.settings) as house:
            self.house = house
            self.figures = Figures(house)
            house.context.failures.listen(self.metrics.rule_failed)
            beside = [
                asyncio.create_task(show_levels(house.context, self.metrics.pool_left)),
                asyncio.create_task(keep_prepared(house.context)),
            ]
            try:
                yield
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.wait(beside)

    async def context_of(self, identity: Identity, request: RequestInfo) -> RequestContext:
        return await build_context(self._open.context, identity, request)

    async def subscription(self, token: str, kind: NotificationKind | None) -> Subscribed | None:
        return await read_subscription_of(self._open.context, token, kind)

    async def unsubscribe(self, token: str, kind: NotificationKind | None) -> Subscribed | None:
        return await unsubscribe(self._open.context, token, kind)

    async def resubscribe(self, token: str, kind: NotificationKind | None) -> Subscribed | None:
        return await resubscribe(self._open.context, token, kind)

    async def ask_mongodb(self) -> None:
        await ping(self._open.database)

    async def ask_programme(self) -> None:
        await self._open.context.programs.current()

    async def ask_redis(self) -> None:
        if not self._open.cache.available:
            raise ConnectionError("Redis is away, MongoDB answers instead")

    async def read_figures(self) -> Sequence[Metric]:
        return await self.figures() if self.figures else ()

    @property
    def _open(self) -> House:
        if self.house is None:
            raise RuntimeError("asked before the server has started")
        return self.house
