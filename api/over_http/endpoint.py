"""The GraphQL endpoint for plain HTTP and server-sent events."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from graphql import OperationType
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.auth.authenticator import Authenticator
from api.auth.bad_token import BadToken
from api.encoding import encode
from api.execution.answers import answer_to, answers_to
from api.execution.document import BadDocument
from api.execution.engine import Body, Engine, Operation, refusal_body
from api.execution.faults import error_body
from api.execution.parameters import Parameters
from api.metrics import Metrics
from api.options import Options
from api.over_http.accept import Media, preferences
from api.over_http.events import EventStream, seconds_left
from api.over_http.read import parameters_of_body, parameters_of_url
from api.over_http.refusal import HttpRefusal
from api.request_state import closing_of, state_of
from resolvers.errors import ErrorCode
from services.identity import Identity
from services.request import RequestInfo

_STATUS_OF_FAULTS: Final = {ErrorCode.INTERNAL.value: 500, ErrorCode.RETRYABLE.value: 503}
_CHALLENGE: Final = {"www-authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class GraphQLOverHttp:
    """An ASGI application that answers GET and POST. Every refusal is a GraphQL-shaped error."""

    engine: Engine
    authenticator: Authenticator
    options: Options
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        if self._wants_page(request):
            await RedirectResponse("/graphiql", status_code=302)(scope, receive, send)
            return
        accepted = preferences(request.headers.get("accept"))
        try:
            await self._serve(request, accepted, send)
        except HttpRefusal as refusal:
            body = error_body(refusal.code, refusal.message)
            media = next((media for media in accepted if media is not Media.EVENTS), Media.JSON)
            response = _response(body, media, refusal.status)
            response.headers.update(refusal.headers)
            await response(scope, receive, send)

    def _wants_page(self, request: Request) -> bool:
        return (
            self.options.development
            and request.method == "GET"
            and "text/html" in request.headers.get("accept", "")
            and "query" not in request.query_params
        )

    async def _serve(self, request: Request, accepted: tuple[Media, ...], send: Send) -> None:
        if request.method not in ("GET", "POST"):
            raise HttpRefusal(405, "Use POST, or GET for queries.", headers={"allow": "GET, POST"})
        if not accepted:
            raise HttpRefusal(406, f"Accept one of {', '.join(Media)}.")
        identity = await self._identify(request)
        parameters = await self._parameters(request)
        started = perf_counter()
        try:
            operation = self.engine.prepare(parameters)
        except BadDocument as refusal:
            body = refusal_body(refusal, state_of(request.scope).id)
            await self._refuse_document(request, accepted, body, send)
            self.metrics.operation("http", "none", body, perf_counter() - started)
            return
        state_of(request.scope).operation = operation.kind.value
        await self._answer(request, accepted, operation, identity, send)

    async def _identify(self, request: Request) -> Identity:
        try:
            return await self.authenticator.identify(request.headers.get("authorization"))
        except BadToken as refusal:
            raise HttpRefusal(401, str(refusal), code=ErrorCode.UNAUTHENTICATED, headers=_CHALLENGE) from None

    async def _parameters(self, request: Request) -> Parameters:
        if request.method == "GET":
            return parameters_of_url(request, self.options)
        return await parameters_of_body(request, self.options)

    async def _answer(
        self, request: Request, accepted: tuple[Media, ...], operation: Operation, identity: Identity, send: Send
    ) -> None:
        if request.method == "GET" and operation.kind is OperationType.MUTATION:
            raise HttpRefusal(405, "Send mutations by POST.", headers={"allow": "POST"})
        info = RequestInfo(state_of(request.scope).id, request.headers.get("accept-language", "")[:200])
        streams = operation.kind is OperationType.SUBSCRIPTION
        if streams and Media.EVENTS not in accepted:
            raise HttpRefusal(406, f"A subscription needs `Accept: {Media.EVENTS}`, or a WebSocket.")
        if streams or accepted[0] is Media.EVENTS:
            await self._stream(
                request,
                answers_to(
                    operation,
                    identity,
                    info,
                    engine=self.engine,
                    metrics=self.metrics,
                    transport="sse",
                ),
                send,
                lifetime=seconds_left(identity),
            )
            return
        body = await answer_to(
            operation, identity, info, engine=self.engine, metrics=self.metrics, transport="http"
        )
        await _response(body, accepted[0], _status(body, accepted[0]))(request.scope, request.receive, send)

    async def _refuse_document(
        self, request: Request, accepted: tuple[Media, ...], body: Body, send: Send
    ) -> None:
        """In the stream where the client wants one above all: graphql-sse reports refusals as `next` events."""
        if accepted[0] is Media.EVENTS:
            await self._stream(request, _only(body), send, lifetime=None)
            return
        await _response(body, accepted[0], _status(body, accepted[0]))(request.scope, request.receive, send)

    async def _stream(
        self, request: Request, answers: AsyncGenerator[Body, None], send: Send, *, lifetime: float | None
    ) -> None:
        stream = EventStream(
            request.receive,
            send,
            closing=closing_of(request.scope),
            keep_alive=self.options.stream_keep_alive,
        )
        await stream.serve(answers, lifetime=lifetime)


async def _only(body: Body) -> AsyncGenerator[Body, None]:
    yield body


def _status(body: Body, media: Media) -> int:
    """The draft's status codes: 200 once anything was executed; else by media type, 5xx only for faults."""
    if "data" in body:
        return 200
    code = body["errors"][0]["extensions"]["code"]
    refused = 200 if media is Media.JSON else 400
    return _STATUS_OF_FAULTS.get(code, refused)


def _response(body: Body, media: Media, status: int) -> Response:
    return Response(
        encode(body),
        status_code=status,
        headers={
            "content-type": f"{media.value}; charset=utf-8",
            "cache-control": "no-store",
            "vary": "accept, authorization",
        },
    )
