"""Enrol one member."""

from domain.actors import Actor
from domain.members.enrol import Enrol
from domain.refusals import Refused
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members


async def enrol_member(context: Context, actor: Actor, command: Enrol) -> Enrolled | Refused:
    """Makes the member of an external id once, however often and however many at once ask.

    The same external id again answers the member that stands, unchanged, whatever else the command says.
    Refuses what `check_enrol` refuses, an e-mail or phone of another member, an unknown referral code,
    and members who would enrol others.
    """
    return (await enrol_members(context, actor, [command]))[0]
