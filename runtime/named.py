"""Which member a person at the terminal means."""

from domain.members.lookup import MemberLookup
from domain.members.member import Member
from resolvers.ids import key_of
from runtime.faults import CannotRun
from services.context import Context


async def named_member(context: Context, name: str) -> Member:
    """The member of that id (global or raw), external id, card number, e-mail or phone; the first that fits.

    Raises CannotRun when nobody has it.
    """
    lookups = [
        MemberLookup(id=key_of("Member", name) or name),
        MemberLookup(external_id=name),
        MemberLookup(card_number=name),
        MemberLookup(email=name),
        MemberLookup(phone=name),
    ]
    found = next(filter(None, await context.members.find_many(lookups)), None)
    if found is None:
        raise CannotRun(
            f"No member has the id, external id, card number, e-mail or phone {name!r}: look again at how it is "
            "spelled."
        )
    return found
