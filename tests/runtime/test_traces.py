"""What a trace says of entries that only move what others gave."""

from dataclasses import replace

import pytest

from domain.ledger.kinds import EntryKind
from runtime.traces import Found, as_table
from services.context import Context
from tests.support.people import buy, enrol
from tests.support.programs import a_program


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (EntryKind.RELEASE, "It freed points that had been given before: trace the award that gave them."),
        (EntryKind.VOID, "It gave back what was held, as if it had never been held."),
        (
            EntryKind.EXTEND,
            "It moved the date of points that had been given before: trace the entries that gave them.",
        ),
        (EntryKind.REVERSE, "It took no points of any credit and gave none."),
    ],
)
async def test_an_entry_that_gave_and_took_nothing_says_where_to_look(
    context: Context, kind: EntryKind, words: str
) -> None:
    (ada,) = await enrol(context, "Ada")
    await buy(context, ada, "20.00", id="o1")
    entry = (await context.ledger.get_many([(ada.id, 1)]))[(ada.id, 1)]
    found = Found(a_program(), replace(entry, kind=kind), (), None, {})
    assert as_table(found).splitlines()[2] == words
