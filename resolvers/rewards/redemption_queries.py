"""Root fields about redemptions, for staff."""

import strawberry

from domain.rewards.redemption import RedemptionStatus
from domain.time import to_ms
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import STAFF, Having
from resolvers.rewards.redemption import Redemption, RedemptionConnection, RedemptionEdge
from services.rewards.find_redemptions import FindRedemptions, find_redemptions


@strawberry.type
class RedemptionQuery:
    """What members have had."""

    @strawberry.field(
        extensions=[Having(STAFF)],
        description="Staff: of everyone, newest first; reward and partner narrow it to what is to be handed out.",
    )
    async def redemptions(
        self,
        info: Info,
        *,
        status: RedemptionStatus | None = ABSENT,
        reward_id: strawberry.ID | None = ABSENT,
        partner: str | None = ABSENT,
        first: int | None = 20,
        after: str | None = ABSENT,
    ) -> RedemptionConnection | None:
        """`partner` is the code of one of the programme's; of an unknown one, as of an unknown reward, there are
        none."""
        size, cursor = page_size(first), read_cursor(given(after), "redemptions", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        reward = given(reward_id)
        wanted = FindRedemptions(
            status=given(status),
            reward=None if reward is None else key_of("Reward", reward) or "",
            partner=given(partner),
        )
        rows, has_next = await find_redemptions(info.context.services, wanted, first=size, after=position)
        edges = [
            RedemptionEdge(
                cursor=write_cursor("redemptions", to_ms(row.created_at), row.id), node=Redemption(row=row)
            )
            for row in rows
        ]
        ends = page_info([edge.cursor for edge in edges], has_next=has_next, after=position)
        return RedemptionConnection(edges=edges, page_info=ends)
