"""Mail or messages came back: whoever sends them tells us later than at sending."""

from domain.alerts.channel import Channel
from domain.alerts.preferences import Bounce
from domain.members.lookup import MemberLookup
from domain.refusals import Refused, invalid
from services.context import Context
from services.members.find_member import find_member

_MAX_REASON = 200


async def record_bounce(context: Context, *, email: str | None, phone: str | None, reason: str) -> bool | Refused:
    """Notes that an address reaches nobody: nothing more goes there until the member has another. Twice is once.

    Refuses anything but one of the two addresses, one that no member has, and a reason of over 200 characters.
    """
    if (email is None) == (phone is None):
        return invalid("Name an e-mail address or a phone number: one of the two.", "email")
    if not 1 <= len(reason.strip()) <= _MAX_REASON:
        return invalid(f"A reason of 1 to {_MAX_REASON} characters says what the answer was.", "reason")
    channel = Channel.EMAIL if email is not None else Channel.SMS
    lookup = MemberLookup(email=email, phone=phone)
    member = await find_member(context, lookup, "email" if email is not None else "phone")
    if isinstance(member, Refused):
        return member
    address = member.profile.email if channel is Channel.EMAIL else member.profile.phone
    if address is None:
        raise RuntimeError("a member was found by what they do not have")
    await context.preferences.bounced(member.id, channel, Bounce(address, context.clock(), reason.strip()))
    return True
