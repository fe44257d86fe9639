"""`regulars token`."""

from typing import Annotated

import typer

from domain.actors import Role


def token(
    role: Annotated[Role, typer.Argument(help="What the bearer may do.")],
    member: Annotated[
        str | None, typer.Option(help="Which member: id or external id; the first demo member if left out.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Who the bearer is, for other roles: two agents, say. ROLE-dev if left out.")
    ] = None,
    ttl: Annotated[str, typer.Option(help="How long it is good for: 30m, 12h, 7d.")] = "12h",
) -> None:
    """Prints a bearer token, alone on the last line. Only where the development key is in use.

    \b
    Examples:
      regulars token member
      regulars token member --member demo-0002 --ttl 7d
      regulars token agent --subject agent-kim
      curl -H "Authorization: Bearer $(regulars token admin | tail -1)" ...
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.tokens import member_id, mint, parse_ttl, subject_of

    try:
        lifetime = parse_ttl(ttl)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--ttl") from fault
    if member is not None and role is not Role.MEMBER:
        raise typer.BadParameter("goes with the role member; others take --subject", param_hint="--member")
    if subject is not None and role is Role.MEMBER:
        raise typer.BadParameter(
            "goes with the other roles; a member is named by --member", param_hint="--subject"
        )
    known = settings()
    quiet_logs(known)
    bearer = member_id(known, member) if role is Role.MEMBER else subject or subject_of(role)
    print(mint(known, role, bearer, ttl=lifetime))
