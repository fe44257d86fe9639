"""Save a draft of the programme: only one without flaws is kept."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from typing import Any

from domain.actors import Actor
from domain.program.program import Program
from domain.program.versions import Draft, content_hash
from domain.refusals import Code, Refused
from mongo.faults import Contention
from services.context import Context
from services.notes import refuse_note
from services.program.load_program import parse_program
from services.program.refusals import MAX_NOTE, flawed, no_such_draft, refuse_unless_open

FILE = "programme.yaml"
"""What problems of a text without a file are told of."""
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """The programme's text, and why. `draft` None: a new one; `expected_revision`: what its author last saw."""

    yaml: str
    note: str
    draft: str | None = None
    expected_revision: int | None = None


async def save_draft(context: Context, actor: Actor, command: SaveDraft) -> Draft | Refused:
    """The draft with its next revision.

    Refuses a bad note, NOT_FOUND, one that waits or is published, STALE_REVISION, and with every problem of it
    (`Flawed`) a programme that may not follow the versions so far.
    """
    refusal = refuse_note(command.note, most=MAX_NOTE)
    if refusal:
        return refusal
    if command.draft is not None:
        found = await _open(context, command.draft, command)
        if isinstance(found, Refused):
            return found
    earlier = await context.programs.all()
    # Hundreds of expressions may be compiled: others are served meanwhile.
    program = await asyncio.to_thread(parse_program, _bytes(command.yaml), FILE, follows=earlier)
    if isinstance(program, list):
        return flawed(program, "yaml")
    if command.draft is None:
        return await _add(context, actor, command, program)
    return await _save(context, actor, command, command.draft, program)


async def _add(context: Context, actor: Actor, command: SaveDraft, program: Program) -> Draft:
    draft = _draft(context, actor, command, program)
    await context.drafts.add(draft)
    return draft


async def _save(context: Context, actor: Actor, command: SaveDraft, id: str, program: Program) -> Draft | Refused:
    for _ in range(_ATTEMPTS):
        before = await _open(context, id, command)
        if isinstance(before, Refused):
            return before
        draft = replace(_draft(context, actor, command, program), **_of(before))
        if await context.drafts.save(draft):
            return draft
    raise Contention("others kept saving this draft")


async def _open(context: Context, id: str, command: SaveDraft) -> Draft | Refused:
    draft = await context.drafts.get(id)
    if draft is None:
        return no_such_draft()
    refusal = refuse_unless_open(draft)
    if refusal:
        return refusal
    if command.expected_revision not in (None, draft.revision):
        message = f"The draft has revision {draft.revision} by now: read it again, and put your changes to it."
        return Refused(Code.STALE_REVISION, message, ("expectedRevision",))
    return draft


def _draft(context: Context, actor: Actor, command: SaveDraft, program: Program) -> Draft:
    now = context.clock()
    return Draft(
        id=secrets.token_hex(10),
        revision=1,
        hash=content_hash(program),
        program=program,
        note=command.note,
        author=actor,
        created_at=now,
        saved_at=now,
    )


def _of(before: Draft) -> dict[str, Any]:
    """What the next revision keeps of the draft."""
    return {"id": before.id, "revision": before.revision + 1, "created_at": before.created_at}


def _bytes(yaml: str) -> bytes:
    # Halves of surrogate pairs are no UTF-8: they are left for the reader to refuse with their line.
    return yaml.encode("utf-8", "surrogatepass")
