"""The routes of the GraphiQL page."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

_STATIC: Final = Path(__file__).parent / "static"
# The editor sets inline styles as it lays out its lines; scripts come from this origin alone.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def page(_request: Request) -> Response:
    """The page itself; its script talks to `/graphql` on the same origin, with the token of its headers editor."""
    return FileResponse(
        _STATIC / "index.html", headers={"content-security-policy": _POLICY, "cache-control": "no-cache"}
    )


def graphiql_routes() -> list[BaseRoute]:
    """`/graphiql` and the files it loads."""
    return [
        Route("/graphiql", page, methods=["GET"]),
        Mount("/graphiql/static", StaticFiles(directory=_STATIC)),
    ]
