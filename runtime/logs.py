"""Structured logs: one JSON object a line, with the id of the request that caused it. No personal data.

An exception's own text may quote what a person sent, so production logs its type and where it came from,
and only development its text.
"""

import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request being served; every line logged on its behalf carries it."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. `extra={...}` of the logging call becomes fields of their own."""

    def __init__(self, *, exception_texts: bool = False) -> None:
        super().__init__()
        self._exception_texts = exception_texts

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self._exception(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()

    def _message(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        # What goes with an exception may quote it below the first line, as asyncio does for a lost task.
        return text.partition("\n")[0] if record.exc_info and not self._exception_texts else text

    def _exception(self, info: Any) -> dict[str, Any]:
        kind, error, trace = info
        told: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", "at": _frames(trace)}
        cause = error.__cause__ or error.__context__
        if cause is not None:
            told["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
        if self._exception_texts:
            told["text"] = str(error)
        return told


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-20:]]


def configure(*, level: str = "INFO", exception_texts: bool = False, stream: TextIO | None = None) -> None:
    """Send every logger's lines to `stream` (standard error by default) as JSON, from `level` up."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(exception_texts=exception_texts))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The API writes its own line a request; drivers and clients are chatty, and quote what they send.
    for noisy in ("httpx", "httpcore", "hpack", "h2", "aiosmtplib", "pymongo", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
