"""Root fields about leaderboards."""

import strawberry

from resolvers.boards.leaderboard import LeaderboardConnection, LeaderboardEdge, LeaderboardRow
from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.paging import page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import SignedIn
from services.boards.read_leaderboard import Board, Leaderboard, read_leaderboard

_DEEPEST = 10_000


@strawberry.type
class BoardQuery:
    """The leaderboards."""

    @strawberry.field(
        extensions=[SignedIn()],
        description="Boards: `lifetime` (points ever earned, less those taken back) and `year` (what qualified for"
        " tiers this year). Who has none is not listed.",
    )
    async def leaderboard(
        self, info: Info, board: str, first: int | None = 20, after: str | None = ABSENT
    ) -> LeaderboardConnection | None:
        """Raises BAD_REQUEST for an unknown board, and beyond its first 10,000 places."""
        found = next((one for one in Board if one.value == board), None)
        if found is None:
            raise bad_request(f"There is no board of that name; there are {', '.join(Board)}.")
        size, cursor = page_size(first), read_cursor(given(after), f"board:{board}", int)
        start = cursor[0] if cursor else 0
        if not 0 <= start <= _DEEPEST:
            raise bad_request(f"A board is shown to its place {_DEEPEST}.")
        me = info.context.identity.member_id
        page = await read_leaderboard(info.context.services, found, me=me, first=size, start=start)
        return _connection(page, board, cursor)


def _connection(page: Leaderboard, board: str, after: tuple[int] | None) -> LeaderboardConnection:
    edges = [
        LeaderboardEdge(cursor=write_cursor(f"board:{board}", row.rank), node=LeaderboardRow(row=row))
        for row in page.rows
    ]
    ends = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=after)
    mine = LeaderboardRow(row=page.mine) if page.mine else None
    return LeaderboardConnection(edges=edges, page_info=ends, me=mine)
