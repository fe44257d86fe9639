"""The law of budgets: what is used of one is what awards took of it, less what their reversals gave back."""

from domain.earning.returns.room_back import budgets_back
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from mongo.entry_documents import Unreadable
from services.context import Context
from services.earning.room_back import budgets_used


async def recount_budgets(context: Context) -> dict[str, int]:
    """How many points of each budget the whole ledger says are used, by id; those of which none are, are left out.

    It reads every entry once. Exact while no events are recorded and nothing is reversed meanwhile.
    """
    count = _Count(context)
    async for entry in context.ledger.all():
        if not isinstance(entry, Unreadable):
            await count.add(entry)
    return {id: points for id, points in count.used.items() if points}


class _Count:
    """A fold over the entries of the ledger, member by member."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._member: str | None = None
        self._awards: set[int] = set()
        self.used: dict[str, int] = {}

    async def add(self, entry: Entry) -> None:
        """Counts the next entry."""
        if entry.member != self._member:
            self._member, self._awards = entry.member, set()
        if entry.kind is EntryKind.REVERSE and entry.reverses in self._awards:
            for id, points in budgets_back(entry.changes).items():
                self.used[id] -= points
        elif entry.lines and entry.kind in (EntryKind.EARN, EntryKind.PENDING):
            program = await self._context.programs.at(entry.lines[0].version)
            used = budgets_used(program, entry)
            if used:
                self._awards.add(entry.seq)
            for budget, points in used.items():
                self.used[budget.id] = self.used.get(budget.id, 0) + points
