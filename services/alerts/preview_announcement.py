"""Staff look at an announcement before members do: as one reads it, and how many it would reach."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM
from domain.alerts.announcement import EVERYBODY, TEXT, Audience, own_texts, plan_words, values_for
from domain.alerts.check_announcement import refuse_audience
from domain.alerts.template import WordsOf
from domain.earning.facts.people import person_of
from domain.engagement.sight import at_a_glance
from domain.members.ids import ID_BYTES, member_id
from domain.members.member import Member, MemberStatus
from domain.members.search import MemberFilter
from domain.program.program import Program
from domain.refusals import Refused, invalid, not_found
from services.alerts.audience import audience_of
from services.alerts.create_announcement import check_texts
from services.context import Context
from services.ledger.read_states import read_states

SAMPLE = 1_000
"""Members who are looked at."""


@dataclass(frozen=True, slots=True)
class PreviewAnnouncement:
    """`member`: as whom it is shown; None: as somebody made up, in `locale` (None: the first text's)."""

    texts: tuple[WordsOf, ...]
    audience: Audience = EVERYBODY
    locale: str | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncementPreview:
    """The words. Of `sampled` active members, taken at random, it would reach `held`; of all about `estimate`."""

    title: str
    body: str
    sampled: int
    held: int
    estimate: int


async def preview_announcement(context: Context, command: PreviewAnnouncement) -> AnnouncementPreview | Refused:
    """Nothing is saved or sent. Refuses what `create_announcement` would, times aside, and NOT_FOUND for a member
    or a locale that none of the texts has."""
    program, now = await context.programs.current(), context.clock()
    texts = check_texts(context, command.texts, program)
    if isinstance(texts, Refused):
        return texts
    refusal = refuse_audience(command.audience, program)
    if refusal:
        return refusal
    words = await _shown(context, program, texts, command, now)
    if isinstance(words, Refused):
        return words
    sample = await context.members.sample(member_id(secrets.token_bytes(ID_BYTES)), SAMPLE)
    held = len(await audience_of(context, program, command.audience, sample, now))
    active = await context.members.count([], MemberFilter(status=MemberStatus.ACTIVE))
    estimate = round(active * held / len(sample)) if sample else 0
    return AnnouncementPreview(words.title, words.body, len(sample), held, estimate)


async def _shown(
    context: Context,
    program: Program,
    texts: tuple[WordsOf, ...],
    command: PreviewAnnouncement,
    now: datetime,
) -> WordsOf | Refused:
    if command.member is not None:
        member = await context.members.get(command.member)
        if member is None:
            return not_found("There is no such member.", "memberId")
        return await _as_read(context, program, texts, member, now)
    wanted = context.workshop.locale(command.locale) if command.locale is not None else texts[0].locale
    text = next((one for one in texts if one.locale == wanted), None)
    if text is None:
        return invalid("There is no text in that locale.", "locale")
    return context.workshop.shown(TEXT, text, program, member=None, balance=None)


async def _as_read(
    context: Context, program: Program, texts: tuple[WordsOf, ...], member: Member, now: datetime
) -> WordsOf:
    state = (await read_states(context, [member.id]))[member.id].state
    known = at_a_glance(program, state, person_of(member, program.zone), now)
    planned = plan_words("", member.id, values_for(known, program), now)
    said = context.say(planned, member=member, program=program, texts=own_texts(texts, SYSTEM, now))
    return WordsOf(member.profile.locale, said.title, said.body)
