"""What a replay adds up: points by rule and tier, what caps cut, what never came to be, and why."""

from collections import Counter
from dataclasses import dataclass, field

from domain.earning.judging.judgement import Judgement, Miss, MissReason
from domain.ledger.entry import AwardLine


@dataclass(slots=True)
class Tally:
    """Filled as entries are made. Points are signed: what is taken back is under its own rule, `reversal`.

    `rules` and `tiers` are by (currency, name); `misses`, by (rule, reason), count the events of which it was
    asked why, with the first explanation; `failures` the rules that could not be told, with the first reason.
    """

    rules: dict[tuple[str, str], int] = field(default_factory=dict)
    lines: Counter[tuple[str, str]] = field(default_factory=Counter)
    tiers: dict[tuple[str, str], int] = field(default_factory=dict)
    cuts: Counter[str] = field(default_factory=Counter)
    cut_points: Counter[str] = field(default_factory=Counter)
    misses: Counter[tuple[str, MissReason]] = field(default_factory=Counter)
    examples: dict[tuple[str, MissReason], str] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    failed_by: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    explained: int = 0

    def hear(self, judgement: Judgement, *, explained: bool) -> None:
        """Notes what was missing in one judgement."""
        self.judged += 1
        for miss in judgement.failures:
            self.failures[miss.rule] += 1
            self.failed_by.setdefault(miss.rule, miss.text)
        if explained:
            self.explained += 1
            for miss in judgement.misses:
                self._miss(miss)

    def add(self, currency: str, tier: str, lines: tuple[AwardLine, ...]) -> None:
        """Notes the lines of an entry, written while the member was in a tier."""
        for line in lines:
            key = (currency, line.rule)
            self.rules[key] = self.rules.get(key, 0) + line.points
            self.lines[key] += 1
            self.tiers[currency, tier] = self.tiers.get((currency, tier), 0) + line.points
            for cap in line.caps:
                self.cuts[cap] += 1
                self.cut_points[cap] += (line.wanted or line.points) - line.points

    def _miss(self, miss: Miss) -> None:
        key = (miss.rule, miss.reason)
        self.misses[key] += 1
        self.examples.setdefault(key, miss.text)
