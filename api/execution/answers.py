"""The answers to an operation, counted, whatever carries them: one to a query, many to a subscription."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from graphql import OperationType

from api.execution.engine import Body, Engine, Operation
from api.metrics import Metrics
from services.identity import Identity
from services.request import RequestInfo


async def answer_to(
    operation: Operation,
    identity: Identity,
    info: RequestInfo,
    *,
    engine: Engine,
    metrics: Metrics,
    transport: str,
) -> Body:
    """The one answer to a query or mutation, counted under `transport`."""
    started = perf_counter()
    body = await engine.run(operation, identity, info)
    metrics.operation(transport, operation.kind.value, body, perf_counter() - started)
    return body


async def answers_to(
    operation: Operation,
    identity: Identity,
    info: RequestInfo,
    *,
    engine: Engine,
    metrics: Metrics,
    transport: str,
) -> AsyncGenerator[Body, None]:
    """The same as a stream, of any operation. Closing the generator ends a subscription."""
    if operation.kind is not OperationType.SUBSCRIPTION:
        yield await answer_to(operation, identity, info, engine=engine, metrics=metrics, transport=transport)
        return
    with metrics.subscription(transport):
        async with aclosing(engine.stream(operation, identity, info)) as answers:
            async for body in answers:
                yield body
