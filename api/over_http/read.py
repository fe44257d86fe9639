"""Reads the GraphQL parameters of an HTTP request, however broken it is."""

import asyncio
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect, Request

from api.execution.parameters import BadParameters, Parameters, read_parameters
from api.options import Options
from api.over_http.refusal import HttpRefusal

_BOM: Final = b"\xef\xbb\xbf"
_HANG_UP: Final = {"connection": "close"}
# A body somewhat too large is read to its end and dropped: closing on a client that still writes loses the answer.
_PATIENCE: Final = 4
_PARAMETERS: Final = ("query", "operationName", "variables", "extensions")


def check_content_type(request: Request) -> None:
    """Only UTF-8 JSON, uncompressed. Refuses everything else with 415."""
    kind, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charset = next((part.partition("=")[2] for part in parameters if part.startswith("charset=")), "utf-8")
    if kind != "application/json" or charset.strip('"') not in ("utf-8", "utf8"):
        raise HttpRefusal(415, "Send the request as `Content-Type: application/json` in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(415, "Send the body uncompressed.", headers={"accept-encoding": "identity"})


async def parameters_of_body(request: Request, options: Options) -> Parameters:
    """The parameters in a POST body. Refuses with 400, 408 when it comes too slowly, 413 when it is too large."""
    check_content_type(request)
    body = await _read(request, options)
    try:
        plain = orjson.loads(body.removeprefix(_BOM))
    except ValueError:
        raise HttpRefusal(400, "The body is not JSON in UTF-8.") from None
    return _read_parameters(plain, options)


def parameters_of_url(request: Request, options: Options) -> Parameters:
    """The parameters in a GET's query string. Refuses with 400."""
    try:
        text = request.scope["query_string"].decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise HttpRefusal(400, "The query string is not URL-encoded UTF-8.") from None
    given = [(name, value) for name, value in pairs if name in _PARAMETERS]
    plain: dict[str, Any] = dict(given)
    if len(given) != len(plain):
        raise HttpRefusal(400, "A parameter of the query string is given twice.")
    for name in ("variables", "extensions"):
        if name in plain:
            plain[name] = _json(name, plain[name])
    return _read_parameters(plain, options)


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        raise HttpRefusal(400, f"`{name}` must be JSON.") from None


def _read_parameters(plain: Any, options: Options) -> Parameters:
    try:
        return read_parameters(plain, variables_depth=options.limits.variables_depth)
    except BadParameters as refusal:
        raise HttpRefusal(400, str(refusal)) from None


async def _read(request: Request, options: Options) -> bytes:
    """The body. A length announced past all patience is refused unread; what comes is counted in any case."""
    largest = options.largest_body
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > largest * _PATIENCE:
        raise _too_large(largest, hang_up=True)
    body, size = bytearray(), 0
    try:
        async with asyncio.timeout(options.body_timeout):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= largest:
                    body += chunk
                elif size > largest * _PATIENCE:
                    raise _too_large(largest, hang_up=True)
    except TimeoutError:
        raise HttpRefusal(408, "The body came too slowly.", headers=_HANG_UP) from None
    except ClientDisconnect:
        raise HttpRefusal(400, "The body ended early.") from None
    if size > largest:
        raise _too_large(largest, hang_up=False)
    return bytes(body)


def _too_large(largest: int, *, hang_up: bool) -> HttpRefusal:
    return HttpRefusal(413, f"The body is larger than {largest} bytes.", headers=_HANG_UP if hang_up else {})
