"""A programme that has challenges, badges, streaks and referrals, and rules for what follows from entries."""

from typing import Any

from domain.program.earning import EarningRule, Period
from domain.program.engagement import Badge, Challenge, Counter, Referrals, Step, Streak
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from tests.support.programs import SPEND, a_program


def a_rule(event_type: str, points: int, **more: Any) -> EarningRule:
    """Flat points for an event of Regulars' own."""
    code = event_type.replace(".", "-")
    return EarningRule(code, code.title(), (event_type,), points, tier_multiplier=False, **more)


COFFEES = Challenge(
    "coffees",
    "Three coffees",
    ("purchase",),
    3,
    per=Period.WEEK,
    repeats=2,
    steps=(Step(2, 5),),
    points=30,
    badge="regular",
    reward="mug",
)
CHALLENGE, BADGE = a_rule("challenge.reached", 7), a_rule("badge.earned", 11)
JOINED, BIRTHDAY, ANNIVERSARY = (
    a_rule("member.joined", 10),
    a_rule("member.birthday", 50),
    a_rule("member.anniversary", 20),
)
RISE, FALL = a_rule("tier.reached", 100), a_rule("tier.lost", 1)
MADE, USED = a_rule("referral.made", 500), a_rule("referral.used", 250)
FRIENDS = Referrals(most=3, most_a_month=2, within_days=30, link="https://example.com/join?code={code}")


def engaging(**changes: Any) -> Program:
    """All of it; the reward of the challenge is a mug, of which there are two."""
    offered: dict[str, Any] = {
        "earning": (SPEND, CHALLENGE, BADGE, JOINED, BIRTHDAY, ANNIVERSARY, RISE, FALL, MADE, USED),
        "challenges": (COFFEES,),
        "badges": (Badge("regular", "Regular"),),
        "counters": (Counter("bought", ("purchase",)),),
        "streaks": (Streak("daily", "Daily", ("purchase",), grace=1),),
        "rewards": (Reward("mug", "A mug", RewardKind.GOODS, 100, stock=2, voucher_days=30),),
        "referrals": FRIENDS,
    }
    return a_program(**offered | changes)
