"""What the leaderboard of a year goes by."""

from domain.ledger.state import State


def year_of(state: State) -> tuple[str, int] | None:
    """The newest year in which anything counted, and how much did; None for a member of whom nothing did.

    A calendar year's count, the sum of its months, or that of the member's own year which began in it.
    """
    if not state.qualifying:
        return None
    year = max(state.qualifying)[:4]
    return year, sum(amount for key, amount in state.qualifying.items() if key[:4] == year)
