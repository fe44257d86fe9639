"""A schema of the tests' own, with a field for each thing a transport has to carry."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON

from resolvers.errors import forbidden, unauthenticated
from services.faults import Retryable
from services.identity import Identity
from services.request import RequestInfo


class Stage:
    """What a test can see of, and do to, the resolvers: contexts made, writes done, live subscriptions."""

    def __init__(self) -> None:
        self.contexts: list[tuple[Identity, RequestInfo]] = []
        self.writes: list[str] = []
        self.live = 0
        self.go = asyncio.Event()
        self.fault: Exception | None = None

    def build_context(self, identity: Identity, info: RequestInfo) -> dict[str, Any]:
        if self.fault is not None:
            raise self.fault
        self.contexts.append((identity, info))
        return {"identity": identity, "info": info, "stage": self}


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def child(self) -> "Item":
        return Item(name=self.name)


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}"

    @strawberry.field
    def subject(self, info: strawberry.Info) -> str | None:
        if info.context["identity"].anonymous:
            raise unauthenticated()
        subject: str = info.context["identity"].subject
        return subject

    @strawberry.field
    def secret(self) -> str | None:
        raise forbidden()

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("the card of Ada Lovelace is 4929")

    @strawberry.field
    def vital(self) -> str:
        raise RuntimeError("the card of Ada Lovelace is 4929")

    @strawberry.field
    def plain_error(self) -> str | None:
        raise GraphQLError("the card of Ada Lovelace is 4929")

    @strawberry.field
    def wrong_type(self) -> int | None:
        return "4929 Ada"  # type: ignore[return-value]

    @strawberry.field
    def outage(self) -> str | None:
        raise Retryable("mongod at 10.0.0.7 is away")

    @strawberry.field
    def huge(self) -> JSON:
        return 2**70  # type: ignore[return-value]

    @strawberry.field
    def echo(self, value: JSON) -> JSON:
        return value

    @strawberry.field
    def item(self) -> Item:
        return Item(name="a")

    @strawberry.field
    async def wait(self, info: strawberry.Info) -> bool:
        await info.context["stage"].go.wait()
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, info: strawberry.Info, text: str = "x") -> int:
        info.context["stage"].writes.append(text)
        return len(info.context["stage"].writes)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def forever(self, info: strawberry.Info) -> AsyncGenerator[int, None]:
        stage: Stage = info.context["stage"]
        stage.live += 1
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            stage.live -= 1

    @strawberry.subscription
    async def refused(self) -> AsyncGenerator[int, None]:
        raise unauthenticated()
        yield 1

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("the card of Ada Lovelace is 4929")


schema = strawberry.Schema(Query, Mutation, Subscription)
