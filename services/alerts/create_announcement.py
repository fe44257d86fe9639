"""Staff announce something, once for a key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Actor
from domain.alerts.announcement import EVERYBODY, TEXT, Announcement, Audience
from domain.alerts.check_announcement import refuse_audience, refuse_texts, refuse_times
from domain.alerts.template import WordsOf
from domain.ledger.canonical import input_hash
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.time import to_ms, whole_ms
from services.context import Context
from services.keys import client_key, key_conflict


@dataclass(frozen=True, slots=True)
class CreateAnnouncement:
    """`texts`, one a locale; `send_at` None: now; `ends_at` None: it is told however late."""

    texts: tuple[WordsOf, ...]
    key: str
    audience: Audience = EVERYBODY
    send_at: datetime | None = None
    ends_at: datetime | None = None


async def create_announcement(
    context: Context, actor: Actor, command: CreateAnnouncement
) -> Announcement | Refused:
    """The announcement, which a worker sends at its time, or as it stands for the same key and input.

    Refuses INVALID_INPUT for texts and times that `domain.alerts.check_announcement` does not take, for a locale
    that nobody knows and for what a text may not use; NOT_FOUND for a segment or a tier; IDEMPOTENCY_CONFLICT.
    """
    key = client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    input = _input(actor, command)
    standing = await context.announcements.by_key(key)
    if standing:
        return standing if standing.input == input else key_conflict()
    program, now = await context.programs.current(), context.clock()
    send_at = whole_ms(command.send_at) if command.send_at else now
    ends_at = whole_ms(command.ends_at) if command.ends_at else None
    texts = check_texts(context, command.texts, program)
    if isinstance(texts, Refused):
        return texts
    refusal = refuse_audience(command.audience, program) or refuse_times(send_at, ends_at, now)
    if refusal:
        return refusal
    announcement = Announcement(
        id=secrets.token_hex(10),
        texts=texts,
        audience=command.audience,
        send_at=send_at,
        ends_at=ends_at,
        made_by=actor,
        made_at=now,
        key=key,
        input=input,
    )
    stands = await context.announcements.add(announcement)
    return stands if stands.input == input else key_conflict()


def check_texts(context: Context, texts: Sequence[WordsOf], program: Program) -> tuple[WordsOf, ...] | Refused:
    """The texts with their locales as they are written; or what is wrong with the first that cannot be sent."""
    known = []
    for place, text in enumerate(texts):
        locale = context.workshop.locale(text.locale) if len(text.locale) <= 35 else None
        if locale is None:
            return invalid("Nobody knows this locale: en, es-MX or zh-Hant are.", "texts", str(place), "locale")
        known.append(replace(text, locale=locale))
    refusal = refuse_texts(known, program)
    if refusal:
        return refusal
    for place, text in enumerate(known):
        for problem in context.workshop.problems(TEXT, text.locale, text.title, text.body):
            where = f", line {problem.line}" if problem.line else ""
            message = f"The {problem.field} in {text.locale}{where}: {problem.message}"
            return invalid(message, "texts", str(place), problem.field)
    return tuple(known)


def _input(actor: Actor, command: CreateAnnouncement) -> str:
    texts = [[one.locale, one.title, one.body] for one in command.texts]
    moments = [None if moment is None else to_ms(moment) for moment in (command.send_at, command.ends_at)]
    return input_hash("announce", actor.id, texts, command.audience.segment, command.audience.tier, *moments)
