"""What the tests of workers need: the house, and a hand to run followers with."""

from collections.abc import Callable

import pytest

from runtime.wiring import House
from services.context import Context
from tests.support.members import a_member
from tests.support.working import Desk


@pytest.fixture
def desk(house: House) -> Desk:
    """Leases, checkpoints and streams of this test's database."""
    return Desk(house)


@pytest.fixture
async def members(context: Context) -> Callable[[int], str]:
    """Five members; called with a number, the id of one."""
    await context.members.insert_many([a_member(number) for number in range(5)])
    return lambda number: a_member(number).id
