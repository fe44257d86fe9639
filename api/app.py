"""The ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import strawberry
from prometheus_client.core import Metric
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from api.auth.authenticator import Authenticator
from api.encoding import encode
from api.execution.documents import Documents
from api.execution.engine import ContextBuilder, Engine
from api.execution.faults import error_body
from api.graphiql.routes import graphiql_routes
from api.health import Check, Health
from api.metrics import Metrics
from api.middleware.access_log import AccessLog
from api.middleware.request_ids import RequestIds
from api.middleware.safety_net import SafetyNet
from api.middleware.security_headers import SecurityHeaders
from api.options import Options
from api.over_http.endpoint import GraphQLOverHttp
from api.over_websocket.endpoint import GraphQLOverWebSocket
from resolvers.errors import ErrorCode

Lifespan = Callable[[], AbstractAsyncContextManager[object]]
"""Opens what the process needs when it starts (clients, followers) and closes it when it stops."""

Figures = Callable[[], Awaitable[Sequence[Metric]]]
"""What the page of metrics shows beside what this process has counted. It raises nothing."""

_DEFAULTS = Options()


async def no_figures() -> Sequence[Metric]:
    """None."""
    return ()


def create_app(
    *,
    schema: strawberry.Schema,
    build_context: ContextBuilder,
    authenticator: Authenticator,
    options: Options = _DEFAULTS,
    checks: Sequence[Check] = (),
    lifespan: Lifespan = nullcontext,
    metrics: Metrics | None = None,
    pages: Sequence[BaseRoute] = (),
    figures: Figures = no_figures,
) -> Starlette:
    """The API over a schema: `/graphql` (HTTP, server-sent events, WebSocket), health, metrics.

    `build_context(identity, request_info)` makes the resolvers' context; the identity is `ANONYMOUS` without a
    token. In development `/graphiql` is served too. `metrics`: where others count, too; else the API's alone.
    `pages`: what is served beside. `figures`: what `/metrics` shows beside what is counted here.
    """
    metrics = metrics or Metrics()
    documents = Documents(
        schema, options.limits, most=options.cached_documents, most_bytes=options.cached_document_bytes
    )
    engine = Engine(schema, documents, build_context)
    health = Health(checks, options.readiness_timeout)
    over_websocket = GraphQLOverWebSocket(engine, authenticator, options, metrics)
    routes: list[BaseRoute] = [
        Route("/graphql", GraphQLOverHttp(engine, authenticator, options, metrics)),
        WebSocketRoute("/graphql", over_websocket),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", _metrics_page(metrics, figures)),
        *pages,
    ]
    return Starlette(
        routes=routes + (graphiql_routes() if options.development else []),
        middleware=_middleware(options, metrics),
        exception_handlers={HTTPException: _not_here},
        lifespan=_lifespan(lifespan),
    )


def _middleware(options: Options, metrics: Metrics) -> list[Middleware]:
    stack = [
        Middleware(RequestIds),
        Middleware(AccessLog, metrics=metrics),
        Middleware(SecurityHeaders, development=options.development),
    ]
    if options.allowed_origins:
        stack.append(
            Middleware(
                CORSMiddleware,
                allow_origins=options.allowed_origins,
                allow_methods=("GET", "POST"),
                allow_headers=("authorization", "content-type", "accept-language", "x-request-id"),
                expose_headers=("x-request-id",),
                max_age=3600,
            )
        )
    return [*stack, Middleware(SafetyNet)]


def _lifespan(opened: Lifespan) -> Callable[[Starlette], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with opened():
            # The server sets it before it waits for connections to end: see api/server.py.
            yield {"closing": asyncio.Event()}

    return lifespan


def _metrics_page(metrics: Metrics, figures: Figures) -> Callable[[Request], Awaitable[Response]]:
    async def page(_request: Request) -> Response:
        return Response(metrics.page(await figures()), media_type="text/plain; version=0.0.4; charset=utf-8")

    return page


async def _not_here(_request: Request, refusal: Exception) -> Response:
    """Unknown paths and methods, in the same shape as every other error."""
    status, headers = 404, {}
    if isinstance(refusal, HTTPException):
        status, headers = refusal.status_code, dict(refusal.headers or {})
    message = "There is nothing here; the API is at /graphql." if status == 404 else "This is not possible here."
    body = encode(error_body(ErrorCode.BAD_REQUEST, message))
    return Response(body, status, headers, "application/json")
