"""A catalog of many thousands of rewards is a version like any other, exactly."""

from domain.actors import SYSTEM
from domain.program.rewards import Reward, RewardKind
from mongo.client import Database
from mongo.packed import content_of, program_in
from mongo.programs import Programs
from tests.support.house import NOON
from tests.support.programs import a_program

MANY = tuple(
    Reward(f"R{number}", f"Mug number {number}", RewardKind.GOODS, number + 1, "茶 " * 100, stock=number)
    for number in range(20_000)
)


class TestPacked:
    async def test_a_version_of_twenty_thousand_rewards_reads_back_whole(self, database: Database) -> None:
        published = await Programs(database).publish(a_program(rewards=MANY, version=0), now=NOON, actor=SYSTEM)
        assert await Programs(database).at(1) == published
        assert published.rewards == MANY

    def test_a_small_one_stays_readable(self) -> None:
        content = content_of(a_program())
        assert isinstance(content, dict)
        assert program_in(content, 7) == a_program()
