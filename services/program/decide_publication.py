"""A second person publishes a draft or sends it back; on a yes the version comes with the decision."""

from dataclasses import dataclass

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.program.versions import Draft, Publication, Ruling, Version
from domain.refusals import Code, Refused
from mongo.faults import Contention
from mongo.transactions import Abort, Session
from services.context import Context
from services.keys import client_key, key_conflict
from services.notes import refuse_note
from services.program.follow_catalog import list_rewards_of
from services.program.refusals import MAX_NOTE, no_such_draft
from services.program.refuse_change import refuse_change
from services.program.refuse_unsimulated import refuse_unsimulated

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class DecidePublication:
    """Approve or reject the publication that a draft waits for."""

    draft: str
    approve: bool
    key: str
    note: str | None = None


async def decide_publication(context: Context, actor: Actor, command: DecidePublication) -> Draft | Refused:
    """The decided draft; its `version` is what a yes has published. The same key and input again answer the same.

    Refuses bad input, NOT_FOUND, NOT_AVAILABLE_NOW when nobody has asked, ALREADY_DECIDED, FORBIDDEN to whoever
    asked or saved the draft last, IDEMPOTENCY_CONFLICT, and on a yes (it waits on then) what may not follow the
    versions so far, or has no fresh simulation against the version in force any more.
    """
    key = refuse_note(command.note, most=MAX_NOTE) or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    ruling = Ruling(actor, context.clock(), command.approve, command.note, key, _input(command))
    for _ in range(_ATTEMPTS):
        draft = await context.drafts.get(command.draft)
        if draft is None:
            return no_such_draft()
        refusal = _refuse(draft, ruling)
        if refusal or draft.ruling:
            return refusal or draft
        done = await (_publish(context, draft, ruling) if ruling.approve else _reject(context, draft, ruling))
        if isinstance(done, Refused):
            return done
        if done:
            return (await context.drafts.get_many([draft.id]))[draft.id]
    raise Contention("others kept deciding, or publishing programmes")


def _refuse(draft: Draft, ruling: Ruling) -> Refused | None:
    if draft.ruling and draft.ruling.key == ruling.key:
        same = (draft.ruling.input, draft.ruling.by) == (ruling.input, ruling.by)
        return None if same else key_conflict()
    if draft.ruling:
        word = "published" if draft.ruling.approve else "sent back"
        return Refused(Code.ALREADY_DECIDED, f"This draft was {word} already.", ("draftId",))
    if draft.request is None:
        return Refused(Code.NOT_AVAILABLE_NOW, "Nobody has asked to publish this draft.", ("draftId",))
    if ruling.by in (draft.request.by, draft.author):
        message = "Another person than the one who asked, or who saved the draft last, must decide."
        return Refused(Code.FORBIDDEN, message, ("draftId",))
    return None


async def _reject(context: Context, draft: Draft, ruling: Ruling) -> bool:
    return await context.drafts.rule(draft, ruling, None)


async def _publish(context: Context, draft: Draft, ruling: Ruling) -> bool | Refused:
    """False when others decided or published meanwhile: then what holds must be looked at again."""
    newest = await context.programs.newest()
    current = await context.programs.current(anew=True)
    refusal = await refuse_change(context, draft.program) or await refuse_unsimulated(
        context, draft.hash, current.version, ruling.at
    )
    if refusal:
        return refusal
    number = await _commit(context, draft, ruling, newest)
    if number is None:
        return False
    await context.programs.published(draft.program, number)
    await list_rewards_of(context, number)
    return True


async def _commit(context: Context, draft: Draft, ruling: Ruling, newest: Version | None) -> int | None:
    """The version's number, or None and nothing written when others were faster."""
    publication = _publication(draft, ruling)

    async def work(session: Session) -> int | None:
        found = await context.programs.newest(session)
        if found != newest:
            raise Abort(None)
        number = await context.programs.append(draft.program, publication, after=newest, session=session)
        if not await context.drafts.rule(draft, ruling, number, session):
            raise Abort(None)
        return number

    return await context.transactions.run(work)


def _publication(draft: Draft, ruling: Ruling) -> Publication:
    if draft.request is None:
        raise ValueError("only what was asked for is published")
    begins = max(draft.request.begins or ruling.at, ruling.at)
    return Publication(draft.request.by, ruling.at, begins, ruling.by, draft.id, draft.note)


def _input(command: DecidePublication) -> str:
    return input_hash("decide-programme", command.draft, command.approve, command.note)
