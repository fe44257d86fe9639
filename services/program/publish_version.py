"""Publish from the command line: the first version at once, later ones with two names and a simulation."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Publication, Version, content_hash
from domain.refusals import Code, Refused
from mongo.faults import Contention, Duplicate
from services.context import Context
from services.notes import refuse_note
from services.program.follow_catalog import list_rewards_of
from services.program.publish_program import publish_program
from services.program.refusals import MAX_NOTE
from services.program.refuse_change import refuse_change
from services.program.refuse_unsimulated import refuse_unsimulated
from services.program.request_publication import refuse_begins

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class PublishVersion:
    """A checked programme, from `begins` on (None: now). `unsimulated`: why no simulation is asked for."""

    program: Program
    by: str | None = None
    approved_by: str | None = None
    begins: datetime | None = None
    unsimulated: str | None = None


async def publish_version(context: Context, command: PublishVersion) -> Version | Refused:
    """The version. The first one, and the newest content again, need nobody and no simulation.

    Refuses FORBIDDEN without two different names, a time that lies behind, what may not follow the versions so
    far (`Flawed`), and NOT_AVAILABLE_NOW without a fresh simulation or a reason why there is none.
    """
    hash = content_hash(command.program)
    for _ in range(_ATTEMPTS):
        newest = await context.programs.newest()
        if newest is None or newest.hash == hash:
            return await _as_it_is(context, command)
        now = context.clock()
        refusal = (
            _refuse_names(command)
            or refuse_begins(command.begins, now)
            or refuse_note(command.unsimulated, most=MAX_NOTE)
        )
        refusal = refusal or await _refuse_content(context, command, hash, now)
        if refusal:
            return refusal
        try:
            number = await context.programs.append(command.program, _publication(command, now), after=newest)
        except Duplicate:
            continue  # another has published: what holds must be looked at again
        await context.programs.published(command.program, number)
        await list_rewards_of(context, number)
        return await _surely(context, number)
    raise Contention("others kept publishing programmes")


async def _as_it_is(context: Context, command: PublishVersion) -> Version | Refused:
    if command.begins is not None:
        message = "The first version holds from ever, and the newest content again is no new version."
        return Refused(Code.INVALID_INPUT, f"{message} Leave --from out.", ("from",))
    actor = _staff(command.by) if command.by else SYSTEM
    published = await publish_program(context, actor, command.program)
    return await _surely(context, published.version)


def _refuse_names(command: PublishVersion) -> Refused | None:
    names = [_folded(name) for name in (command.by, command.approved_by) if name and name.strip()]
    if len(set(names)) == 2:
        return None
    message = "A version is in force, so this one needs two different people: --by NAME and --approved-by OTHER."
    return Refused(Code.FORBIDDEN, message, ("by",))


async def _refuse_content(context: Context, command: PublishVersion, hash: str, now: datetime) -> Refused | None:
    refusal = await refuse_change(context, command.program)
    if refusal or command.unsimulated is not None:
        return refusal
    current = await context.programs.current(anew=True)
    return await refuse_unsimulated(context, hash, current.version, now)


def _publication(command: PublishVersion, now: datetime) -> Publication:
    return Publication(
        by=_staff(command.by or ""),
        at=now,
        begins=max(command.begins or now, now),
        approved_by=_staff(command.approved_by or ""),
        unsimulated=command.unsimulated,
    )


def _staff(name: str) -> Actor:
    return Actor(ActorKind.AGENT, name.strip())


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


async def _surely(context: Context, number: int) -> Version:
    version = await context.programs.version(number)
    if version is None:
        raise LookupError(f"version {number} was there a moment ago")
    return version
