"""The answers to an operation as a stream, whatever carries them: one to a query, many to a subscription."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from graphql import OperationType

from api.execution.engine import Body, Engine, Operation
from api.metrics import Metrics
from services.identity import Identity
from services.request import RequestInfo


async def answers_to(
    operation: Operation,
    identity: Identity,
    info: RequestInfo,
    *,
    engine: Engine,
    metrics: Metrics,
    transport: str,
) -> AsyncGenerator[Body, None]:
    """Runs the operation and counts it under `transport`. Closing the generator ends a subscription."""
    if operation.kind is not OperationType.SUBSCRIPTION:
        started = perf_counter()
        body = await engine.run(operation, identity, info)
        metrics.operation(transport, operation.kind.value, body, perf_counter() - started)
        yield body
        return
    with metrics.subscription(transport):
        async with aclosing(engine.stream(operation, identity, info)) as answers:
            async for body in answers:
                yield body
