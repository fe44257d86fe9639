"""Executes documents with graphql-core over the Strawberry schema, and answers in GraphQL's response format."""

import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import ExecutionResult, OperationType
from graphql.execution import (
    Executor,
    create_source_event_stream,
    execute,
    execute_subscription_event,
    map_source_to_response_event,
)
from strawberry.execution import optimized_is_awaitable

from api.execution.document import BadDocument, Document
from api.execution.documents import Documents
from api.execution.faults import fault_body, tell
from api.execution.parameters import Parameters
from services.identity import Identity
from services.request import RequestInfo

ContextBuilder = Callable[[Identity, RequestInfo], Any]
"""Makes the resolvers' context, fresh for each request and for each event of a subscription; may be async."""

Body = dict[str, Any]
"""A GraphQL response: `data`, `errors`, or both."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document, ready to run."""

    document: Document
    kind: OperationType
    request: Parameters


@dataclass(frozen=True, slots=True)
class Engine:
    """Prepares and runs operations. Carries no state of a request, so one serves the whole process.

    The schema's fields run as they are, with their own extensions and permissions; extensions of the schema as
    a whole (`Schema(extensions=...)`) do not run: what they would do is done here.
    """

    schema: strawberry.Schema
    documents: Documents
    build_context: ContextBuilder

    def prepare(self, request: Parameters) -> Operation:
        """The operation that a request names. Raises BadDocument."""
        document = self.documents.get(request.query)
        return Operation(document, document.kind(request.operation_name), request)

    async def run(self, operation: Operation, identity: Identity, info: RequestInfo) -> Body:
        """Answers a query or mutation. Never raises: a fault is in the answer, masked.

        The answer has no `data` when the request failed before any field was reached.
        """
        try:
            result = execute(
                self.schema._schema,
                operation.document.node,
                context_value=await self._context(identity, info),
                variable_values=operation.request.variables,
                operation_name=operation.request.operation_name,
                executor_class=self.schema.execution_context_class,
                is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
            )
            settled = await result if inspect.isawaitable(result) else result
        except Exception as fault:
            return fault_body(fault, info.id)
        return response_body(settled, info.id)

    async def stream(
        self, operation: Operation, identity: Identity, info: RequestInfo
    ) -> AsyncGenerator[Body, None]:
        """Answers a subscription, event after event, each resolved with a context of its own.

        Ends after an answer without `data`, which says why. Closing the generator closes the source.
        """
        try:
            executor = self._executor(operation, await self._context(identity, info))
            source = create_source_event_stream(executor)
            events = await source if inspect.isawaitable(source) else source
            if isinstance(events, ExecutionResult):
                yield {"errors": [tell(error, info.id) for error in events.errors or ()]}
                return

            async def resolve(event: Executor[Any]) -> ExecutionResult:
                # Loaders cache for one answer; a subscription that kept them would repeat its first one.
                event.context_value = await self._context(identity, info)
                result = execute_subscription_event(event)
                return await result if inspect.isawaitable(result) else result

            async with aclosing(map_source_to_response_event(executor, events, resolve)) as answers:
                async for answer in answers:
                    yield response_body(answer, info.id)
        except BadDocument as refusal:
            yield refusal_body(refusal, info.id)
        except Exception as fault:
            yield fault_body(fault, info.id)

    def _executor(self, operation: Operation, context: Any) -> Executor[Any]:
        built = self.schema.execution_context_class.build(
            self.schema._schema,
            operation.document.node,
            context_value=context,
            raw_variable_values=operation.request.variables,
            operation_name=operation.request.operation_name,
        )
        if isinstance(built, list):
            raise BadDocument(*built)
        return built

    async def _context(self, identity: Identity, info: RequestInfo) -> Any:
        context = self.build_context(identity, info)
        return await context if inspect.isawaitable(context) else context


def response_body(result: ExecutionResult, request_id: str) -> Body:
    """The response of an execution. `data` is left out when no field was reached: the request was at fault."""
    errors = [tell(error, request_id) for error in result.errors or ()]
    if result.data is None and all(error.path is None for error in result.errors or ()):
        return {"errors": errors}
    return {"data": result.data} | ({"errors": errors} if errors else {})


def refusal_body(refusal: BadDocument, request_id: str) -> Body:
    """The response for a document that cannot be executed."""
    return {"errors": [tell(error, request_id) for error in refusal.errors]}
