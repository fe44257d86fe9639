"""Judging an event upon the head that its first entry follows."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.budgets import Budget, used_of
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Miss
from domain.earning.posting.effect import Part, parts
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.posting import Decide
from domain.ledger.state import State
from domain.refusals import Refused
from domain.tiers.standing import tier_at
from services.earning.earning import Earning, entry_key, stem_of
from services.ledger.poster import Posting

_NONE: frozenset[Budget] = frozenset()


@dataclass(slots=True)
class Judging:
    """What was found of an event by the last head that it was judged upon, with what was left of budgets then.

    What its parts are does not depend on what the first of them writes, so that all are of one judgement.
    """

    earning: Earning
    room: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    uses: Mapping[Budget, int] = field(default_factory=dict)
    failures: tuple[Miss, ...] = ()

    @property
    def key(self) -> str:
        """The key of the first entry."""
        return self.key_of(self.parts[0])

    def key_of(self, part: Part) -> str:
        """The key of the entry that a part becomes."""
        return entry_key(self.earning.event, part.suffix)

    def judge_upon(self, state: State) -> None:
        """Judges the event by a settled state, which nothing of it has touched."""
        program, event, about = self.earning.program, self.earning.event, self.earning.about
        tier = tier_at(program, state, event.occurred_at)
        found = Circumstances(program, event, state, about.person, tier, self.room, about.referrer)
        judgement = judge(found, explain=False)
        self.parts, self.failures = parts(found, judgement), judgement.failures
        # Where no budget is open, none can be used.
        is_open = any(self.room.values())
        self.uses = used_of(program, event.occurred_at, _lines(self.parts)) if is_open else {}

    def first(self, key: str, within: Set[Budget] = _NONE) -> Decide:
        """Judges, and decides upon the first entry; nothing when its key is another, or it uses other budgets."""

        def decide(head: Head, at: datetime) -> Draft | Refused | None:
            self.judge_upon(head.after)
            if not self.parts or self.key != key or not self.uses.keys() <= within:
                return None
            return self.earning.draft(self.parts[0], head, at)

        return decide

    def posting(self, key: str) -> Posting:
        """The first entry as a posting, for an event that uses no budget."""
        earning = self.earning
        return Posting(
            earning.event.member,
            key,
            earning.input,
            self.first(key),
            at=earning.at,
            fresh=earning.fresh,
            stem=stem_of(earning.event),
        )

    def after_first(self, first: Entry) -> list[Posting]:
        """All parts but that of the first entry as postings."""
        return self.rest(self.parts[1:])

    def rest(self, parts: Iterable[Part]) -> list[Posting]:
        """Parts whose judgement stands already as postings."""
        return [self._later(part) for part in parts]

    def _later(self, part: Part) -> Posting:
        earning = self.earning

        def decide(head: Head, at: datetime) -> Draft | Refused:
            return earning.draft(part, head, at)

        key, fresh = self.key_of(part), earning.fresh
        return Posting(earning.event.member, key, earning.input, decide, at=earning.at, fresh=fresh)


def _lines(parts: Iterable[Part]) -> Iterable[tuple[str, tuple[AwardLine, ...]]]:
    return ((part.currency, part.lines) for part in parts)
