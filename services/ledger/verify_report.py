"""What an audit of the ledger found, in a form that parts of it can be kept and added up in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

from domain.ledger.state import Account

KEEP_VIOLATIONS = 1_000
"""How many violations a report holds; more are counted. A ledger broken all over must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A law that does not hold, and where: sequence 0 is the whole account, no member the whole ledger."""

    member: str
    seq: int
    law: str


@dataclass(slots=True)
class Sums:
    """Three ways to add up what is available of one currency; a sound ledger has one answer.

    `entries`: the points of all entries. `lots`: what the lots hold, less debt. `balances`: what the totals of all
    accounts leave: `came` in, less what `went` out and what is `waiting` or `held`.
    """

    entries: int = 0
    lots: int = 0
    came: int = 0
    went: int = 0
    waiting: int = 0
    held: int = 0

    @property
    def balances(self) -> int:
        """What must be available if points are conserved."""
        return self.came - self.went - self.waiting - self.held

    @property
    def agree(self) -> bool:
        """Whether the three are one number."""
        return self.entries == self.balances == self.lots

    def count(self, account: Account) -> None:
        """Adds what an account says of itself."""
        self.lots += account.available
        self.came += account.earned + account.reinstated + account.adjusted + account.received
        self.went += account.redeemed + account.expired + account.reversed + account.sent
        self.waiting += account.waiting
        self.held += account.held


@dataclass(slots=True)
class Report:
    """What was read and what was found. `behind`: accounts whose projection has yet to follow.

    `more`: violations beyond those that are listed. `unchecked`: what could not be looked at, in words.
    """

    entries: int = 0
    members: int = 0
    behind: int = 0
    sums: dict[str, Sums] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    more: int = 0
    unchecked: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every law holds."""
        return not self.violations and all(sums.agree for sums in self.sums.values())

    def refuse(self, member: str, seq: int, *laws: str) -> None:
        """Notes laws that do not hold somewhere."""
        self._note([Violation(member, seq, law) for law in laws])

    def of(self, currency: str) -> Sums:
        """The sums of a currency."""
        return self.sums.setdefault(currency, Sums())

    def add(self, part: "Report") -> None:
        """Takes in what was found of other members."""
        self.entries += part.entries
        self.members += part.members
        self.behind += part.behind
        for currency, sums in part.sums.items():
            both = zip(astuple(self.of(currency)), astuple(sums), strict=True)
            self.sums[currency] = Sums(*(mine + theirs for mine, theirs in both))
        self._note(part.violations)
        self.more += part.more
        self.unchecked += part.unchecked

    def _note(self, violations: Iterable[Violation]) -> None:
        for violation in violations:
            if len(self.violations) < KEEP_VIOLATIONS:
                self.violations.append(violation)
            else:
                self.more += 1


def report_to_plain(report: Report) -> dict[str, Any]:
    """A report as plain values."""
    return asdict(report)


def report_from_plain(plain: Mapping[str, Any]) -> Report:
    """The inverse of `report_to_plain`."""
    return Report(
        plain["entries"],
        plain["members"],
        plain["behind"],
        {currency: Sums(**sums) for currency, sums in plain["sums"].items()},
        [Violation(**violation) for violation in plain["violations"]],
        plain["more"],
        plain["unchecked"],
    )
