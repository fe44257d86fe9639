"""How callers name a member."""

import strawberry

from domain.members import lookup as domain
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ids import key_of


@strawberry.input(one_of=True)
class MemberLookup:
    """Exactly one of these."""

    id: strawberry.ID | None = ABSENT
    external_id: str | None = ABSENT
    email: str | None = ABSENT
    phone: str | None = ABSENT
    card_number: str | None = ABSENT


def lookup_of(input: MemberLookup) -> domain.MemberLookup:
    """The lookup with the raw id; an id that was never a member's names nobody.

    Raises BAD_REQUEST unless exactly one is given.
    """
    id = given(input.id)
    names = (id, input.external_id, input.email, input.phone, input.card_number)
    if sum(given(name) is not None for name in names) != 1:
        raise bad_request("A lookup names exactly one of id, externalId, email, phone and cardNumber.")
    return domain.MemberLookup(
        id=None if id is None else key_of("Member", id) or "",
        external_id=given(input.external_id),
        email=given(input.email),
        phone=given(input.phone),
        card_number=given(input.card_number),
    )
