"""Refuse a currency that there is not."""

from domain.program.program import Program
from domain.refusals import Refused, invalid


def refuse_currency(program: Program, currency: str | None) -> Refused | None:
    """INVALID_INPUT for a currency that the programme does not have; None means the default one."""
    return None if program.currency(currency) else invalid("The programme has no such currency.", "currency")
