"""JSON as it leaves the process."""

import json
from typing import Any

import orjson


def encode(plain: Any) -> bytes:
    """UTF-8 JSON. What orjson will not write (lone surrogates, integers past 64 bits) the slower encoder does."""
    try:
        return orjson.dumps(plain)
    except TypeError:
        return json.dumps(plain, separators=(",", ":"), default=str).encode()
