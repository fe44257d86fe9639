"""Asking the schema as anyone, over the whole house, and reading the answer as a client would."""

from functools import partial
from typing import Any

import pytest

from api.execution.document import BadDocument
from api.execution.documents import Documents
from api.execution.engine import Engine, refusal_body
from api.execution.parameters import Parameters
from api.options import Limits
from domain.members.member import Member
from resolvers.context import build_context
from resolvers.ids import global_id
from resolvers.schema import schema
from services.context import Context
from services.identity import Identity
from services.request import RequestInfo
from tests.support.people import enrol

Body = dict[str, Any]
DOCUMENTS = Documents(schema, Limits(), most=1_000, most_bytes=4_000_000)
REQUEST = RequestInfo("test")


class Desk:
    """Takes questions. Answers are GraphQL responses, as every transport sends them."""

    def __init__(self, context: Context) -> None:
        self.engine = Engine(schema, DOCUMENTS, partial(build_context, context))

    async def __call__(self, identity: Identity, query: str, **variables: Any) -> Body:
        """The whole response."""
        try:
            operation = self.engine.prepare(Parameters(query, None, variables))
        except BadDocument as refusal:
            return refusal_body(refusal, REQUEST.id)
        return await self.engine.run(operation, identity, REQUEST)

    async def data(self, identity: Identity, query: str, **variables: Any) -> Any:
        """The data of a response without errors."""
        body = await self(identity, query, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def refusals(self, identity: Identity, query: str, **variables: Any) -> list[tuple[str, str]]:
        """The top-level errors as (code, path)."""
        body = await self(identity, query, **variables)
        return [(error["extensions"]["code"], dotted(error.get("path"))) for error in body.get("errors", ())]


def dotted(path: list[str | int] | None) -> str:
    """A path as one text, such as `me.entries`; empty for the request as a whole."""
    return ".".join(map(str, path or ()))


def member_id(member: Member) -> str:
    """The member's global id."""
    return global_id("Member", member.id)


@pytest.fixture
def ask(context: Context) -> Desk:
    """The desk over the house."""
    return Desk(context)


@pytest.fixture
async def ada(context: Context) -> Member:
    """A member."""
    return (await enrol(context, "Ada"))[0]


@pytest.fixture
async def bob(context: Context) -> Member:
    """Another member."""
    return (await enrol(context, "Bob"))[0]
