"""What a programme has of challenges, badges, streaks and campaigns, as clients see it."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.money import from_minor
from domain.program import engagement as domain
from domain.program.earning import Campaign as DomainCampaign
from domain.program.earning import Period
from domain.program.engagement import Counts
from domain.program.program import Program
from resolvers.scalars import Points


@strawberry.type
class ChallengeStep:
    """A part of the way, and what is given for it."""

    goal: Decimal
    points: Points


@strawberry.type(
    description="Something to reach: `goal` of what it counts (events, money, units or days) in each `per`. "
    "`repeats`: how often in each; null: as often as one likes."
)
class Challenge:
    """A challenge of the programme."""

    code: str
    name: str
    description: str
    counts: Counts
    goal: Decimal
    per: Period
    begins: datetime | None
    ends: datetime | None
    repeats: int | None
    steps: list[ChallengeStep]
    points: Points
    currency: str
    badge: str | None


@strawberry.type
class Badge:
    """A mark of honour, earned once."""

    code: str
    name: str
    description: str
    image_url: str | None


@strawberry.type(description="`grace`: how many periods in a row may be missed without breaking it.")
class Streak:
    """Days, weeks or months in a row."""

    code: str
    name: str
    per: Period
    grace: int


@strawberry.type(description="A box of time for earning rules; it runs from `begins` up to, and without, `ends`.")
class Campaign:
    """A campaign of the programme."""

    code: str
    name: str
    begins: datetime | None
    ends: datetime | None


def challenge_of(program: Program, row: domain.Challenge) -> Challenge:
    """A challenge; money in the programme's, not in minor units."""
    steps = [
        ChallengeStep(goal=counted(program, row, step.goal), points=Points(step.points)) for step in row.steps
    ]
    return Challenge(
        code=row.code,
        name=row.name,
        description=row.description,
        counts=row.counts,
        goal=counted(program, row, row.goal),
        per=row.per,
        begins=row.begins,
        ends=row.ends,
        repeats=row.repeats,
        steps=steps,
        points=Points(row.points),
        currency=program.currency_code(row.currency),
        badge=row.badge,
    )


def counted(program: Program, row: domain.Challenge, amount: int) -> Decimal:
    """An amount of what the challenge counts."""
    return from_minor(amount, program.money) if row.counts is Counts.AMOUNT else Decimal(amount)


def badge_of(row: domain.Badge) -> Badge:
    """A badge."""
    return Badge(code=row.code, name=row.name, description=row.description, image_url=row.image_url)


def streak_of(row: domain.Streak) -> Streak:
    """A streak."""
    return Streak(code=row.code, name=row.name, per=row.per, grace=row.grace)


def campaign_of(row: DomainCampaign) -> Campaign:
    """A campaign; nothing of its budget."""
    return Campaign(code=row.code, name=row.name, begins=row.begins, ends=row.ends)
