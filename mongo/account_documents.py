"""The stored form of a projected account, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.ledger.canonical import state_from_plain, state_to_plain
from domain.ledger.settle import next_moment
from domain.ledger.state import EMPTY_STATE, State
from domain.ledger.totals import Raised, Totals, is_open, totals_by_currency
from domain.tiers.board import year_of
from domain.tiers.terms import Terms
from mongo.client import Document


@dataclass(frozen=True, slots=True)
class Projected:
    """A member's newest state as the follower has seen it, and the round in which it was counted (0: in none)."""

    member: str
    seq: int
    state: State
    round: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What of an account stands in the programme's totals."""

    seq: int = 0
    state: State = EMPTY_STATE
    raised: Raised = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, Totals]:
        """By currency."""
        return totals_by_currency(self.state, self.raised)


NOT_COUNTED = Counted()


def projected_of(row: Document) -> Projected:
    """The projection in a document."""
    return Projected(row["_id"], row["seq"], state_from_plain(row["after"]), row.get("round", 0))


def counted_of(row: Document) -> Counted:
    """What is counted of a document whose round is the one that counts."""
    return Counted(row["seq"], state_from_plain(row["after"]), row.get("raised", {}))


def change_of(counted: Counted, *, currency: str, round: int, terms: Terms | None = None) -> Document:
    """The update that makes a document say this. `currency` is the one that the lifetime board goes by.

    `terms` are those by which it is told when the tier ends; None leaves that to whoever next knows them.
    """
    state = counted.state
    year, value = year_of(state) or (None, None)
    moment = next_moment(state)
    document: dict[str, Any] = {
        "seq": counted.seq,
        "after": state_to_plain(state),
        "lifetime": state.account(currency).kept,
        "round": round,
        "raised": dict(counted.raised) or None,
        "nextDue": moment,
        "openDue": moment if is_open(state) else None,
        "year": year,
        "yearValue": value,
        "tierUntil": terms.ends(state) if terms else None,
        "tierBy": terms.name if terms else None,
    }
    change = {
        "$set": {name: value for name, value in document.items() if value is not None},
        "$unset": {name: "" for name, value in document.items() if value is None},
    }
    return {operator: names for operator, names in change.items() if names}


def raised_after(counted: Counted, more: Mapping[str, int]) -> Raised:
    """What staff have added by currency, with `more`; nothing where nothing was ever added."""
    total = {
        code: counted.raised.get(code, 0) + more.get(code, 0) for code in dict.fromkeys([*counted.raised, *more])
    }
    return {code: points for code, points in total.items() if points}
