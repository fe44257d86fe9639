"""What members are told of their goals, and under which keys."""

from dataclasses import replace

from domain.inbox.message import NotificationKind, Subject
from domain.rewards.goal import Goal
from notifications.plan_goal import plan_running_out, plan_within_reach
from tests.support.ledger import NOW
from tests.support.messages import in_words
from tests.support.programs import PROGRAM

GOAL = Goal("g", "ann", "mug", NOW)
MUG = PROGRAM.rewards[0]


class TestPlanWithinReach:
    def test_it_is_said_when_the_points_are_there_and_not_before(self) -> None:
        assert plan_within_reach(GOAL, MUG, PROGRAM, cost=1500, available=1499, now=NOW) is None
        message = plan_within_reach(GOAL, MUG, PROGRAM, cost=1500, available=1500, now=NOW)
        assert message is not None
        (message,) = in_words([message])
        assert (message.member, message.key) == ("ann", "goal:g:reach")
        assert message.kind is NotificationKind.REWARD_WITHIN_REACH
        assert message.title == "A mug is within reach"
        assert message.body == "You have the 1,500 Points for A mug that you were saving for."
        assert message.data == {
            "reason": "WITHIN_REACH",
            "news": "WITHIN_REACH",
            "cost": 1500,
            "balance": 1500,
            "reward": "mug",
        }
        assert message.subject == Subject("Reward", "mug")

    def test_it_is_never_said_again(self) -> None:
        reached = replace(GOAL, reached_at=NOW)
        assert plan_within_reach(reached, MUG, PROGRAM, cost=1500, available=9000, now=NOW) is None


class TestPlanRunningOut:
    def test_it_says_how_many_are_left(self) -> None:
        (message,) = in_words([plan_running_out(GOAL, left=2, now=NOW)])
        assert (message.key, message.kind) == ("goal:g:low", NotificationKind.REWARD_WITHIN_REACH)
        assert message.body == "Only 2 of A mug, which you are saving for, are left."
        assert message.data == {"reason": "RUNNING_OUT", "news": "RUNNING_OUT", "left": 2, "reward": "mug"}
