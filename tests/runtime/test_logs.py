import json
import logging
import sys
from types import TracebackType
from typing import Any

import pytest

from runtime.logs import JsonFormatter, request_id

Info = tuple[type[BaseException], BaseException, TracebackType | None]


def line_of(message: str, *, exception_texts: bool = False, info: Any = None, **extra: Any) -> dict[str, Any]:
    record = logging.makeLogRecord(
        {"name": "regulars", "levelno": 40, "levelname": "ERROR", "msg": message, "exc_info": info} | extra
    )
    line: dict[str, Any] = json.loads(JsonFormatter(exception_texts=exception_texts).format(record))
    return line


@pytest.fixture
def info() -> Info:
    try:
        try:
            raise KeyError("ann@example.com")
        except KeyError as cause:
            raise ValueError("bob@example.com") from cause
    except ValueError:
        kind, error, trace = sys.exc_info()
        assert kind
        assert error
        return kind, error, trace


class TestJsonFormatter:
    def test_a_record_is_one_line_with_its_fields(self) -> None:
        line = line_of("an entry was skipped\nby all", member="m", seq=3)
        assert line.pop("time").endswith("+00:00")
        assert line == {
            "level": "error",
            "logger": "regulars",
            "message": "an entry was skipped\nby all",
            "member": "m",
            "seq": 3,
        }

    def test_carries_the_request_that_caused_it(self) -> None:
        token = request_id.set("r-1")
        try:
            assert line_of("so")["request_id"] == "r-1"
        finally:
            request_id.reset(token)

    def test_production_says_of_an_exception_its_type_and_place_only(self, info: Info) -> None:
        # As asyncio words it for a task that nobody waited for.
        line = line_of("Task exception was never retrieved\nfuture: <Task exception=bob@example.com>", info=info)
        assert line["message"] == "Task exception was never retrieved"
        assert (line["exception"]["type"], line["exception"]["cause"]) == (
            "builtins.ValueError",
            "builtins.KeyError",
        )
        assert line["exception"]["at"][0].endswith(" info")
        assert "example.com" not in json.dumps(line)

    def test_development_says_its_text(self, info: Info) -> None:
        line = line_of("failed\nbelow", info=info, exception_texts=True)
        assert (line["message"], line["exception"]["text"]) == ("failed\nbelow", "bob@example.com")
