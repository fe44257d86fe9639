"""What events of the past come to under a programme, rule by rule: by the pure domain, in memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.actors import SYSTEM
from domain.earning.events.derived import derived
from domain.earning.events.event import Event
from domain.earning.events.intake import take_in
from domain.earning.events.own import depth_of
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.budgets import budgets_of, left_of, used_of
from domain.earning.posting.effect import Effect, effects
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.posting import follow
from domain.ledger.settle import settle
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import tier_at

Totals = dict[str, Any]


@dataclass(slots=True)
class Year:
    """The events of members who joined with their first one, each counting at its own time, in their order.

    What Regulars makes of their entries (badges, challenges, tiers) follows at once.
    """

    program: Program
    heads: dict[str, Head] = field(default_factory=dict)
    joined: dict[str, date] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    events: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    end: datetime | None = None

    def live(self, events: Iterable[Event]) -> Totals:
        """All of it; what it came to."""
        for event in events:
            self.events += 1
            self.end = event.occurred_at
            self._record(event)
        return self.totals()

    def totals(self) -> Totals:
        """Lines, points and what caps left out, by rule; challenges and badges; budgets; tiers at the end."""
        rules = {
            rule: {"lines": self.lines[rule], "points": self.points[rule], "cut": self.cut[rule]}
            for rule in sorted(self.lines)
        }
        return {
            "events": self.events,
            "members": len(self.heads),
            "points": self.points.total(),
            "rules": rules,
            "reached": dict(sorted(self.reached.items())),
            "budgets": dict(sorted(self.used.items())),
            "tiers": self._tiers(),
        }

    def _tiers(self) -> dict[str, int]:
        at = self.end
        tiers = Counter(tier_at(self.program, head.after, at).code for head in self.heads.values() if at)
        return {tier.code: tiers[tier.code] for tier in self.program.tiers.levels}

    def _record(self, event: Event) -> None:
        day = event.occurred_at.astimezone(self.program.zone).date()
        person = Person(self.joined.setdefault(event.member, day))
        head = self.heads.setdefault(event.member, Head(event.member))
        at = max(event.occurred_at, head.effective_at or event.occurred_at)
        state = settle(head.after, at)
        budgets = budgets_of(self.program, event)
        room = left_of(budgets, {one.id: one.points - self.used.get(one.id, 0) for one in budgets})
        tier = tier_at(self.program, state, event.occurred_at)
        written = effects(Circumstances(self.program, event, state, person, tier, room), state, at)
        if isinstance(written, Refused):
            raise RuntimeError(written.message)
        for budget, points in used_of(
            self.program, event.occurred_at, [(one.currency, one.lines) for one in written]
        ).items():
            self.used[budget.id] = self.used.get(budget.id, 0) + points
        for effect in written:
            self._write(event, effect, at)

    def _write(self, event: Event, effect: Effect, at: datetime) -> None:
        head = self.heads[event.member]
        draft = _draft(event, effect, at)
        entries = follow(head, lambda _head, _at: draft, at=at, now=at)
        if not isinstance(entries, list):
            raise RuntimeError(f"the award of {event.claim_id} could not be written")
        self.heads[event.member] = Head.of(entries[-1])
        for line in effect.lines:
            self._count(line)
        before = entries[-2].after if len(entries) > 1 else head.after
        self._follow(event, entries[-1], Head(event.member, after=before))

    def _follow(self, event: Event, entry: Entry, before: Head) -> None:
        for counter, _, amount, _ in entry.changes.counts:
            if counter.startswith(("reached:", "badge:")):
                self.reached[counter] += amount
        depth = depth_of(event.attributes)
        for command in derived(entry, before.after, self.program, depth=depth):
            made = take_in(self.program, command, event.member, command.occurred_at, own=True)
            if isinstance(made, Refused):
                raise RuntimeError(made.message)
            self._record(made)

    def _count(self, line: AwardLine) -> None:
        self.lines[line.rule] += 1
        self.points[line.rule] += line.points
        self.cut[line.rule] += (line.wanted or line.points) - line.points


def _draft(event: Event, effect: Effect, at: datetime) -> Draft:
    key = f"event:{event.claim_id}#{effect.key_suffix}"
    return Draft(
        key,
        "",
        effect.currency,
        effect.kind,
        effect.changes,
        SYSTEM,
        event.occurred_at,
        at,
        reason=event.type,
        lines=effect.lines,
    )
