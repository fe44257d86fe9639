"""Ask a second person to publish a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.program.versions import MAX_AHEAD, Draft, Request
from domain.refusals import Code, Refused, invalid
from domain.time import to_ms, whole_ms
from services.context import Context
from services.keys import client_key, key_conflict
from services.program.refusals import no_such_draft, refuse_unless_open
from services.program.refuse_change import refuse_change
from services.program.refuse_unsimulated import refuse_unsimulated

_LATE = timedelta(minutes=5)
"""How long ago `begins` may be: it was now when someone began to type."""


@dataclass(frozen=True, slots=True)
class RequestPublication:
    """Publish the draft, from `begins` on; None: from when it is approved."""

    draft: str
    key: str
    begins: datetime | None = None


async def request_publication(context: Context, actor: Actor, command: RequestPublication) -> Draft | Refused:
    """The draft, which waits from now on; the same key and input again answer the same.

    Refuses NOT_FOUND, a draft that waits already or is published, a time that lies behind or years ahead, what
    says the same as the newest version, what may not follow the versions so far (`Flawed`), what has not been
    simulated freshly against the version in force (NOT_AVAILABLE_NOW), and IDEMPOTENCY_CONFLICT.
    """
    key = client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    draft = await context.drafts.get(command.draft)
    if draft is None:
        return no_such_draft()
    now = context.clock()
    request = Request(actor, now, _begins(command), key, _input(command))
    if draft.request and draft.request.key == key:
        return _again(draft, request)
    refusal = (
        refuse_unless_open(draft)
        or refuse_begins(command.begins, now)
        or await _refuse_content(context, draft, now)
    )
    if refusal:
        return refusal
    if not await context.drafts.request(draft.id, draft.revision, request):
        return await _lost(context, draft, request)
    return await _surely(context, draft.id)


def refuse_begins(begins: datetime | None, now: datetime) -> Refused | None:
    """INVALID_INPUT for a time that lies behind, or more than two years ahead."""
    if begins is None:
        return None
    if begins.tzinfo is None or begins < now - _LATE:
        return invalid("A version can begin now or later: leave `from` out for at once.", "from")
    if begins > now + MAX_AHEAD:
        return invalid("A version can begin at most two years ahead.", "from")
    return None


async def _refuse_content(context: Context, draft: Draft, now: datetime) -> Refused | None:
    newest = await context.programs.newest()
    if newest and newest.hash == draft.hash:
        return invalid(f"Nothing would change: version {newest.number} says exactly this.", "draftId")
    current = await context.programs.current(anew=True)
    return await refuse_change(context, draft.program) or await refuse_unsimulated(
        context, draft.hash, current.version, now
    )


async def _lost(context: Context, draft: Draft, request: Request) -> Draft | Refused:
    """The answer to whoever lost a race: the same for the same key and input, else why."""
    found = await _surely(context, draft.id)
    if found.request and found.request.key == request.key:
        return _again(found, request)
    message = f"The draft was saved anew meanwhile, as revision {found.revision}: look at it again."
    return refuse_unless_open(found) or Refused(Code.STALE_REVISION, message, ("draftId",))


def _again(draft: Draft, request: Request) -> Draft | Refused:
    stands = draft.request
    same = stands is not None and (stands.input, stands.by) == (request.input, request.by)
    return draft if same else key_conflict()


async def _surely(context: Context, id: str) -> Draft:
    return (await context.drafts.get_many([id]))[id]


def _begins(command: RequestPublication) -> datetime | None:
    return whole_ms(command.begins) if command.begins and command.begins.tzinfo else command.begins


def _input(command: RequestPublication) -> str:
    begins = _begins(command)
    moment = to_ms(begins) if begins and begins.tzinfo else str(begins)
    return input_hash("publish-programme", command.draft, moment)
