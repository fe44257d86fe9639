"""Who may have brought whom.

Law: nobody joined before the member who brought them; a claim that comes later needs the referrer to have joined
strictly before. What enrolments alone say has no ring, since whoever is named stands already; so a ring would need
a claim in it, and going round it one would have to have joined before themself.
"""

from datetime import datetime

from domain.members.fields import email_key
from domain.members.member import Member, Profile
from domain.refusals import Refused, invalid

_PATH = "referralCode"


def refuse_referrer(
    referrer: Member, friend: Profile, joined_at: datetime, *, path: str = _PATH, strictly: bool = False
) -> Refused | None:
    """The refusal of a referrer who is the friend themself by e-mail or phone, or has joined only after them.

    `strictly`: who joined at the same moment did not bring them either.
    """
    if is_same_person(referrer.profile, friend):
        return invalid("Nobody can bring themself: this referral code is the same person's.", path)
    if joined_at < referrer.joined_at or (strictly and joined_at == referrer.joined_at):
        return invalid("The member of this referral code joined no earlier: they brought nobody here.", path)
    return None


def is_same_person(one: Profile, other: Profile) -> bool:
    """Whether both can be reached in one place: the same phone, or the same mailbox, whatever follows a `+`."""
    if one.phone is not None and one.phone == other.phone:
        return True
    return one.email is not None and other.email is not None and _mailbox(one.email) == _mailbox(other.email)


def _mailbox(address: str) -> str:
    local, _, host = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}@{host}"
