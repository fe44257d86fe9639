"""Whose statement a person at the terminal means, of what and of when."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.members.member import Member
from resolvers.ids import global_id
from runtime.faults import CannotRun
from runtime.statements import Wish, read_paper
from runtime.wiring import House
from services.context import Context
from tests.support.people import enrol

FIRST, SECOND, FAR = date(2024, 1, 1), date(2024, 2, 1), date(2999, 2, 1)


@pytest.fixture
async def ada(context: Context) -> Member:
    (ada,) = await enrol(context, "Ada")
    return ada


class TestReadPaper:
    @pytest.mark.parametrize(
        "name",
        [
            lambda ada: ada.id,
            lambda ada: global_id("Member", ada.id),
            lambda ada: "crm-ada",
            lambda ada: ada.card_number,
            lambda ada: "Ada@example.com",
        ],
    )
    async def test_a_member_is_named_as_people_name_them(
        self, house: House, ada: Member, name: Callable[[Member], str]
    ) -> None:
        paper = await read_paper(house, Wish(name(ada), FIRST, SECOND, None))
        assert (paper.statement.member, paper.statement.currency) == (ada.id, "POINTS")

    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            (Wish("nobody", FIRST, SECOND, None), "id, external id, card number, e-mail or phone 'nobody'"),
            (Wish("crm-ada", FIRST, SECOND, "MILES"), "The programme has no currency MILES: it has POINTS."),
            (Wish("crm-ada", SECOND, SECOND, None), "--from must lie before --to."),
            (Wish("crm-ada", FIRST, FAR, None), "A statement is of a period that is over"),
            (Wish("crm-ada", FAR, None, None), "A statement is of a period that is over, and --from lies ahead."),
        ],
    )
    async def test_what_cannot_be_is_refused(self, house: House, ada: Member, wish: Wish, message: str) -> None:
        with pytest.raises(CannotRun, match=message):
            await read_paper(house, wish)
