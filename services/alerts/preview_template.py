"""Staff look at a text before members do."""

from dataclasses import dataclass

from domain.alerts.template import WordsOf
from domain.members.member import Member
from domain.refusals import Refused, not_found
from services.alerts.find_template import Place, find_template
from services.alerts.list_templates import view_of
from services.alerts.save_template import bad_words
from services.context import Context
from services.ledger.read_states import read_states


@dataclass(frozen=True, slots=True)
class PreviewTemplate:
    """The text as far as it is given; what is not is as it is in force.

    `member`: as whom it is shown; None: as somebody made up.
    """

    template: str
    locale: str
    title: str | None = None
    body: str | None = None
    member: str | None = None


async def preview_template(context: Context, command: PreviewTemplate) -> WordsOf | Refused:
    """The words with examples in the places of what a message brings, and with the member's own name and balance.

    Nothing is saved or sent. Refuses what `save_template` would, and NOT_FOUND for a member.
    """
    place = find_template(context, command.template, command.locale)
    if isinstance(place, Refused):
        return place
    member = await context.members.get(command.member) if command.member is not None else None
    if command.member is not None and member is None:
        return not_found("There is no such member.", "memberId")
    standing = await _in_force(context, place)
    title = standing.title if command.title is None else command.title
    body = standing.body if command.body is None else command.body
    locale = _locale(place, standing, command)
    problems = context.workshop.problems(place.template, locale, title, body)
    if problems:
        return bad_words(problems)
    program = await context.programs.current()
    balance = await _balance(context, member, program.default_currency.code) if member else None
    words = WordsOf(locale, title, body)
    return context.workshop.shown(place.template, words, program, member=member, balance=balance)


async def _in_force(context: Context, place: Place) -> WordsOf:
    history = await context.templates.history(place.template, place.locale)
    view = view_of(context, place, await context.programs.current(), history)
    return WordsOf(place.locale, view.own.title, view.own.body) if view.own else view.shipped


def _locale(place: Place, standing: WordsOf, command: PreviewTemplate) -> str:
    """The one asked for, but where only another language's words are there to be shown."""
    given = command.title is not None or command.body is not None
    alike = place.locale.partition("-")[0] == standing.locale.partition("-")[0]
    return place.locale if given or alike else standing.locale


async def _balance(context: Context, member: Member, currency: str) -> int:
    """What may be spent; what is owed counts below zero."""
    state = (await read_states(context, [member.id]))[member.id].state
    return state.account(currency).available
