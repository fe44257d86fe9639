"""What the programme offers beside points, as fields of the programme."""

import strawberry

from domain.program.program import Program
from resolvers.engagement.types import (
    Badge,
    Campaign,
    Challenge,
    badge_of,
    campaign_of,
    challenge_of,
)


@strawberry.type
class ProgramEngagement:
    """Fields of `Program`."""

    row: strawberry.Private[Program]

    @strawberry.field(description="Those of a segment, too: `Member.challenges` has what is for one member.")
    def challenges(self) -> list[Challenge]:
        """Every challenge."""
        return [challenge_of(self.row, challenge) for challenge in self.row.challenges]

    @strawberry.field
    def badges(self) -> list[Badge]:
        """Every badge."""
        return [badge_of(badge) for badge in self.row.badges]

    @strawberry.field
    def campaigns(self) -> list[Campaign]:
        """Every campaign."""
        return [campaign_of(campaign) for campaign in self.row.campaigns]
