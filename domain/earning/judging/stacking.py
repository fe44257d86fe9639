"""How rules that fire for one event stand together: beside each other, the best of a group, or alone."""

from collections.abc import Callable, Iterable

from domain.earning.judging.caps import Cut, Room
from domain.earning.judging.forms import Given
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed
from domain.earning.planning.planned import PlannedRule

Says = Callable[[PlannedRule, Missed], None]


class Alone:
    """Which rule gives alone from its place on: the `first` one in each currency."""

    def __init__(self) -> None:
        self.first: dict[str, PlannedRule] = {}

    def excluded(self, planned: PlannedRule) -> Missed | None:
        """Why a rule gives nothing beside one before it; None when it may give."""
        first = self.first.get(planned.currency)
        if first is None or planned.place < first.place:
            return None
        return Missed(MissReason.EXCLUDED, lambda _: f"{first.rule.code} gives alone")

    def gave(self, planned: PlannedRule) -> None:
        """A rule that is exclusive would give something, and so does it alone."""
        self.first.setdefault(planned.currency, planned)


def cut_of(given: Given, others: Iterable[Given], room: Room) -> Cut:
    """What a rule's own caps and its campaign's leave of what it would give, after the `others` before it.

    Those of a group are not among these: whether they count is not known yet. Nor are the programme's caps
    asked, which leave all rules of a group the same.
    """
    planned = given.planned
    if not planned.bounds:
        return Cut(given.points)
    if planned.campaign is None:
        # Under caps that are its own alone nothing of the others counts.
        return room.look(planned.bounds, given.points)
    before = (one for one in others if one.planned.place < planned.place and not one.planned.is_best)
    return room.after((one.planned.limits, one.points) for one in before).cut(planned.bounds, given.points)


def best_of_groups(found: list[Given], room: Room, says: Says) -> list[Given]:
    """Those that count, in their order: of each group and currency the one that gives most.

    What each gives is what its own caps and its campaign's leave: when an offer is spent it is over, and the next
    best counts. Of several that give the same it is the one of higher priority, and then by code: so the order in
    which they stand in the programme decides nothing.
    """
    groups: dict[tuple[str, str | None], list[Given]] = {}
    for one in found:
        if one.planned.is_best:
            groups.setdefault((one.planned.currency, one.planned.rule.group), []).append(one)
    if not groups:
        return found
    best = {_best(group, found, room, says) for group in groups.values()}
    return [one for one in found if not one.planned.is_best or one.planned.place in best]


def _best(group: list[Given], found: list[Given], room: Room, says: Says) -> int | None:
    """The place of the one of a group that counts; None when all are spent."""
    if len(group) == 1 and not group[0].planned.bounds:
        return group[0].planned.place
    cuts = [(cut_of(one, found, room), one.planned) for one in group]
    cut, winner = min(cuts, key=_rank)
    for other, planned in cuts:
        if other.points <= 0:
            says(planned, other.missed)
        elif planned is not winner:
            says(planned, _beaten(winner, cut.points, other.points))
    return winner.place if cut.points > 0 else None


def _beaten(winner: PlannedRule, points: int, own: int) -> Missed:
    return Missed(MissReason.BEST_OF_GROUP, lambda _: f"{winner.rule.code} gives {points}, this one {own}")


def _rank(found: tuple[Cut, PlannedRule]) -> tuple[int, int, str]:
    cut, planned = found
    return -cut.points, -planned.rule.priority, planned.rule.code
