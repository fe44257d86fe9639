"""Staff let points live longer; above the limit a second person decides."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.support.approval import Approval
from domain.support.correction import Extension
from domain.time import day_start, to_ms
from services.context import Context
from services.identity import Identity
from services.program.refuse_currency import refuse_currency
from services.support.correct import Correct, correct

_LONGEST = timedelta(days=36_525)


@dataclass(frozen=True, slots=True)
class ExtendPoints:
    """The points that expire at `expires_at` can be spent up to the day `until`, and on it."""

    member: str
    expires_at: datetime
    until: date
    reason: str
    note: str
    key: str
    currency: str | None = None


async def extend_points(context: Context, identity: Identity, command: ExtendPoints) -> Entry | Approval | Refused:
    """Moves all points of one date to a later one; the limit is that of adjustments, by how many they are.

    Refuses as `correct` does, INVALID_INPUT where no points expire then or they do by inactivity, for a day
    that is not later and for one more than a hundred years from now, and LIMIT_REACHED past the bounds of an
    account.
    """
    program = await context.programs.current()
    refusal = refuse_currency(program, command.currency) or _refuse_day(command.until, context.clock())
    if refusal:
        return refusal
    currency = program.currency_code(command.currency)
    asked = (to_ms(command.expires_at), command.until.isoformat(), currency, command.reason, command.note)
    return await correct(
        context,
        identity,
        Correct(
            member=command.member,
            what=Extension(currency, command.expires_at, _end_of(command.until, program)),
            reason=command.reason,
            note=command.note,
            key=command.key,
            input=input_hash("extend", *asked),
        ),
    )


def _refuse_day(until: date, now: datetime) -> Refused | None:
    # A day just before the end of all calendars could not be shown in every zone.
    if until > (now + _LONGEST).date():
        return invalid("Points are extended by a hundred years at most.", "until")
    return None


def _end_of(day: date, program: Program) -> datetime:
    """The first instant after the day, in the programme's zone."""
    return day_start(day + timedelta(days=1), program.zone)
