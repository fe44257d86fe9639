"""What `regulars run` says when it is ready: where to go, and a token for each role."""

from datetime import timedelta

from domain.actors import Role
from domain.members.lookup import MemberLookup
from runtime.settings import Settings
from runtime.tokens import DEMO_MEMBER, mint, subject_of
from runtime.wiring import open_stores

TTL = timedelta(hours=24)


async def welcome(settings: Settings) -> str:
    """The text, ending with the line that says it is ready."""
    address = f"http://{settings.host}:{settings.port}"
    lines = ["", f"GraphQL   {address}/graphql"]
    if settings.development:
        lines.append(f"GraphiQL  {address}/graphiql")
    lines.append(f"Logs      {settings.data_dir / 'api.log'}, {settings.data_dir / 'worker.log'}")
    if settings.jwks is None:
        lines += ["", "Tokens for the next 24 hours; more with `regulars token ROLE`:", ""]
        lines += await _tokens(settings)
    return "\n".join([*lines, "", f"Ready: {address}/graphql"])


async def _tokens(settings: Settings) -> list[str]:
    lines: list[str] = []
    for role in Role:
        subject = await _demo_member(settings) if role is Role.MEMBER else subject_of(role)
        if subject is not None:
            lines += [f"{role.value}", f"  {mint(settings, role, subject, ttl=TTL)}"]
    return lines


async def _demo_member(settings: Settings) -> str | None:
    from mongo.members import Members

    async with open_stores(settings) as (database, _):
        member = await Members(database).find(MemberLookup(external_id=DEMO_MEMBER))
        return member.id if member else None
