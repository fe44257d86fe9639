"""Waiting for a condition, never for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


async def eventually(
    check: Callable[[], Result | Awaitable[Result]],
    timeout: float = 60,  # noqa: ASYNC109 it also ends a check that never awaits
) -> Result:
    """The first truthy answer of `check`; an AssertionError inside it counts as not yet.

    Raises the last AssertionError, or a TimeoutError, after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        failure: AssertionError | None = None
        try:
            answer = check()
            result: Result = await answer if inspect.isawaitable(answer) else answer
            if result:
                return result
        except AssertionError as unmet:
            failure = unmet
        if time.monotonic() > deadline:
            raise failure or TimeoutError(f"not true within {timeout:g} s")
        await asyncio.sleep(0.01)
