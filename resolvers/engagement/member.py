"""How far a member is, as fields of the member: challenges, badges, streaks, friends."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from domain.actors import Role
from domain.earning.facts.people import person_of
from domain.engagement import challenges as domain
from domain.engagement.badges import badges_of
from domain.engagement.challenges import ChallengeStatus, challenges_of
from domain.engagement.friends import friends_left, friends_of
from domain.engagement.streaks import streaks_of
from domain.members.member import Member
from resolvers.context import Info, RequestContext
from resolvers.engagement.types import (
    Badge,
    Challenge,
    ChallengeStep,
    Streak,
    badge_of,
    challenge_of,
    counted,
    streak_of,
)
from resolvers.permissions import STAFF, OwnerOr
from resolvers.rewards.redemption import Redemption
from resolvers.scalars import Points


@strawberry.type(
    description="One challenge, in its period under way. `timesReached`: in this period. `steps`: those come to. "
    "`ends` is exclusive; `daysLeft` counts today."
)
class ChallengeProgress:
    """How far a member is with a challenge."""

    challenge: Challenge
    status: ChallengeStatus
    done: Decimal
    times_reached: int
    steps: list[ChallengeStep]
    ends: datetime | None
    days_left: int | None
    member_id: strawberry.Private[str]

    @strawberry.field(description="The vouchers it gave.")
    async def redemptions(self, info: Info) -> list[Redemption]:
        """Oldest first."""
        found = (await info.context.loaders.challenge_rewards.load(self.member_id)).get(self.challenge.code)
        return [Redemption(row=row) for row in found.given] if found else []

    @strawberry.field(description="Why a reward could not be given, such as that it was sold out.")
    async def missed_rewards(self, info: Info) -> list[str]:
        """A sentence for each."""
        found = (await info.context.loaders.challenge_rewards.load(self.member_id)).get(self.challenge.code)
        return list(found.missed) if found else []


@strawberry.type(description="`earnedOn`: a day of the programme's zone; null: yet to be earned.")
class BadgeStanding:
    """A badge, and whether the member has it."""

    badge: Badge
    earned_on: date | None


@strawberry.type(
    description="`length` 0: broken, or never begun. `doneNow`: the period under way has had its event. "
    "`actBefore`: it breaks unless it goes on before then. `graceLeft`: periods in a row that may be missed."
)
class StreakStanding:
    """How long a streak is, and until when one must act."""

    streak: Streak
    length: int
    alive: bool
    done_now: bool
    act_before: datetime | None
    grace_left: int


@strawberry.type(
    description="`joined`: friends enrolled with the code; `made`: those who counted. `limit`: how many may "
    "count in all; `left`: how many more this month; null: any number."
)
class Referral:
    """What became of a member's referral code."""

    code: str
    link: str | None
    joined: int
    made: int
    limit: int | None
    left: int | None


@strawberry.type
class MemberEngagement:
    """Fields of `Member`."""

    row: strawberry.Private[Member]

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)],
        description="Those under way; with activeOnly: false those to come, too, and what was begun and is over.",
    )
    async def challenges(self, info: Info, active_only: bool = True) -> list[ChallengeProgress] | None:
        """In the programme's order."""
        context = info.context
        program, view = context.program, await context.loaders.states.load(self.row.id)
        person = person_of(self.row, program.zone)
        found = challenges_of(program, view.state, person, view.at, active_only=active_only)
        return [_progress(context, self.row.id, one) for one in found]

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    async def badges(self, info: Info) -> list[BadgeStanding] | None:
        """Those earned and those to earn, in the programme's order."""
        view = await info.context.loaders.states.load(self.row.id)
        return [
            BadgeStanding(badge=badge_of(one.badge), earned_on=one.earned_on)
            for one in badges_of(info.context.program, view.state)
        ]

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    async def streaks(self, info: Info) -> list[StreakStanding] | None:
        """In the programme's order."""
        view = await info.context.loaders.states.load(self.row.id)
        return [
            StreakStanding(
                streak=streak_of(one.streak),
                length=one.length,
                alive=one.length > 0,
                done_now=one.done_now,
                act_before=one.act_before,
                grace_left=one.grace_left,
            )
            for one in streaks_of(info.context.program, view.state, view.at)
        ]

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)], description="Null where the programme has no referrals."
    )
    async def referral(self, info: Info) -> Referral | None:
        """The code, and what became of it."""
        loaders, program = info.context.loaders, info.context.program
        rules = program.referrals
        if rules is None:
            return None
        view = await loaders.states.load(self.row.id)
        made, code = friends_of(program, view.state, view.at), self.row.referral_code
        return Referral(
            code=code,
            link=rules.link.replace("{code}", code) if rules.link else None,
            joined=await loaders.referred.load(self.row.id) or 0,
            made=made.ever,
            limit=rules.most,
            left=friends_left(rules, made),
        )


def _progress(context: RequestContext, member: str, found: domain.ChallengeProgress) -> ChallengeProgress:
    program, row = context.program, found.challenge
    steps = [
        ChallengeStep(goal=counted(program, row, step.goal), points=Points(step.points)) for step in found.steps
    ]
    return ChallengeProgress(
        challenge=challenge_of(program, row),
        status=found.status,
        done=counted(program, row, found.done),
        times_reached=found.times,
        steps=steps,
        ends=found.ends,
        days_left=found.days_left,
        member_id=member,
    )
