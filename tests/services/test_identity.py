"""Roles and who may act for whom."""

import pytest

from domain.actors import Role
from services.identity import ANONYMOUS, Identity


def bearer(role: Role) -> Identity:
    return Identity(subject="s1", roles=frozenset({role}), member_id="s1" if role is Role.MEMBER else None)


@pytest.mark.parametrize(
    ("held", "has"),
    [
        (Role.MEMBER, {Role.MEMBER}),
        (Role.SERVICE, {Role.SERVICE}),
        (Role.AGENT, {Role.AGENT}),
        (Role.SUPERVISOR, {Role.AGENT, Role.SUPERVISOR}),
        (Role.ADMIN, {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}),
    ],
)
def test_an_admin_is_a_supervisor_is_an_agent_and_nobody_else_is_another(held: Role, has: set[Role]) -> None:
    assert {role for role in Role if bearer(held).has(role)} == has
    assert bearer(held).staff is (Role.AGENT in has)


def test_nobody_has_no_role_and_may_not_act() -> None:
    assert (ANONYMOUS.anonymous, [role for role in Role if ANONYMOUS.has(role)]) == (True, [])
    with pytest.raises(LookupError):
        ANONYMOUS.actor()
