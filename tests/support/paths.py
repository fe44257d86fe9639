"""Histories of one member, of every kind of entry: a Hypothesis strategy over the ledger's own deciders."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

from domain.ledger import dates, decide, holds, reversals, transfers
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.posting import SETTLE, Decision, follow, settlements
from domain.ledger.reversals import Spent
from domain.ledger.state import Account, Changes, Idle
from domain.ledger.trail import Trail
from domain.refusals import Refused
from tests.support.ledger import NOW, SHOP

DAY = timedelta(days=1)
CURRENCIES = ("POINTS", "STARS")
BECAUSE = "because"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody wants, told by numbers; `which` picks among what there is."""

    deed: str
    currency: str
    points: int
    days: int
    which: int
    waited: int


@dataclass(slots=True)
class Path:
    """What happened to one member. Lots have no date of their own when `idle`."""

    idle: bool
    now: datetime = NOW
    head: Head = field(default_factory=lambda: Head("ada"))
    entries: list[Entry] = field(default_factory=list)

    def take(self, step: Step) -> list[Entry]:
        """Tries one step; the entries that came of it, none when it was refused."""
        self.now += step.waited * DAY / 4
        chain = follow(self.head, self._decision(step), at=None, now=self.now)
        if not isinstance(chain, list):
            return []
        self.entries += chain
        self.head = Head.of(chain[-1]) if chain else self.head
        return chain

    def date(self, days: int) -> datetime | None:
        """Midnight so many days on; None where points go by inactivity, or never expire."""
        return None if self.idle or days % 7 == 0 else self.now.replace(hour=0) + days * DAY

    def trail(self, head: Head, at: datetime) -> Trail:
        """The trail as it counts at `at`."""
        return Trail.of((*self.entries, *settlements(self.head, at, at)))

    def one_of(self, wanted: Callable[[Entry], bool], step: Step) -> Entry | None:
        """One of the entries that are wanted, of the step's currency."""
        found = [one for one in self.entries if one.currency == step.currency and wanted(one)]
        return found[step.which % len(found)] if found else None

    def _decision(self, step: Step) -> Callable[[Head, datetime], Decision]:
        def decision(head: Head, at: datetime) -> Decision:
            account = head.after.account(step.currency)
            idle = Idle(self.now.replace(hour=0) + (20 + step.days % 9) * DAY) if self.idle else None
            made = _DEEDS[step.deed](self, account, step, idle)
            if made is None or isinstance(made.changes, Refused):
                return SETTLE if step.which % 2 else None
            key = f"client:{len(self.entries)}:{head.seq}"
            return Draft(
                key=key,
                input="i",
                currency=step.currency,
                kind=made.kind,
                changes=made.changes,
                actor=SHOP,
                occurred_at=at,
                effective_at=at,
                lines=made.lines,
                reverses=made.reverses,
            )

        return decision


@dataclass(frozen=True, slots=True)
class Made:
    """What a deed comes to."""

    kind: EntryKind
    changes: Changes | Refused
    reverses: int | None = None
    lines: tuple[AwardLine, ...] = ()


Deed = Callable[[Path, Account, Step, Idle | None], Made | None]


def _earn(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    changes = decide.earn(account, step.points, expires_at=path.date(step.days), idle=idle)
    return Made(EntryKind.EARN, changes, lines=(AwardLine("base", 1, step.points, BECAUSE),))


def _pending(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    releases_at = path.now.replace(hour=6) + (1 + step.which) * DAY if step.which % 4 else None
    part = Pending(releases_at, path.date(step.days), step.points)
    changes = decide.earn_later(account, part, idle=idle)
    return Made(EntryKind.PENDING, changes, lines=(AwardLine("base", 1, step.points, BECAUSE),))


def _release(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    trail = path.trail(path.head, path.now)
    waiting = path.one_of(lambda one: bool(trail.left(one.seq).pending), step)
    if waiting is None:
        return None
    return Made(EntryKind.RELEASE, decide.release(account, *trail.left(waiting.seq).pending), waiting.seq)


def _redeem(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    return Made(EntryKind.REDEEM, decide.redeem(account, step.points, idle=idle))


def _adjust(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    points = step.points if step.which % 2 else -step.points
    return Made(EntryKind.ADJUST, decide.adjust(account, points, expires_at=path.date(step.days), idle=idle))


def _hold(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    return Made(EntryKind.HOLD, holds.hold(account, step.points, until=path.now + (1 + 2 * step.which) * DAY))


def _capture(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    if not account.holds:
        return None
    held = account.holds[step.which % len(account.holds)]
    points = step.points if step.points % 3 else None
    return Made(EntryKind.CAPTURE, holds.capture(account, held.seq, points, idle=idle), held.seq)


def _void(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    if not account.holds:
        return None
    held = account.holds[step.which % len(account.holds)]
    return Made(EntryKind.VOID, holds.void(account, held.seq), held.seq)


def _send(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    limits = transfers.SendLimits()
    day, next_day = path.now.date().isoformat(), path.now + DAY
    changes = transfers.send(account, step.points, limits, day=day, next_day=next_day, idle=idle)
    return Made(EntryKind.TRANSFER_OUT, changes)


def _receive(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    first, second = (Lot(path.date(days), -step.points) for days in (step.days, step.days + 3))
    sent = (first, second) if first.expires_at != second.expires_at else (first,)
    return Made(EntryKind.TRANSFER_IN, transfers.receive(account, sent, idle=idle))


def _extend(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    dated = [lot.expires_at for lot in account.lots if lot.expires_at]
    if not dated:
        return None
    date = dated[step.which % len(dated)]
    return Made(EntryKind.EXTEND, dates.extend(account, date, until=date + step.days * DAY))


def _reinstate(path: Path, account: Account, step: Step, idle: Idle | None) -> Made:
    changes = dates.reinstate(account, step.points, expires_at=path.date(step.days), idle=idle)
    return Made(EntryKind.REINSTATE, changes)


def _take_back(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    award, trail = path.one_of(reversals.is_award, step), path.trail(path.head, path.now)
    wanted = _wanted(award, trail, step)
    if award is None or wanted is None:
        return None
    policy = tuple(Spent)[(step.days + step.points) % 3]
    back = reversals.take_back(account, award, trail, wanted, policy=policy, version=1, because=BECAUSE)
    return Made(EntryKind.REVERSE, back.changes, award.seq, back.lines)


def _give_back(path: Path, account: Account, step: Step, idle: Idle | None) -> Made | None:
    debit, trail = path.one_of(reversals.is_debit, step), path.trail(path.head, path.now)
    wanted = _wanted(debit, trail, step)
    if debit is None or wanted is None:
        return None
    extended_to = extension(path.now, step.days) if step.days % 2 else None
    back = reversals.give_back(
        account, debit, trail, wanted, at=path.now, extended_to=extended_to, version=1, because=BECAUSE
    )
    if isinstance(back, Refused):
        return None
    return Made(EntryKind.REVERSE, back.changes, debit.seq, back.lines)


def extension(now: datetime, days: int) -> datetime:
    """The date of points that come back after theirs has passed."""
    return now.replace(hour=0) + days * DAY


def _wanted(entry: Entry | None, trail: Trail, step: Step) -> int | None:
    if entry is None:
        return None
    wanted = reversals.left_to_reverse(entry, trail, step.points if step.which % 3 else None)
    return wanted if isinstance(wanted, int) else None


_DEEDS: dict[str, Deed] = {
    "earn": _earn,
    "pending": _pending,
    "release": _release,
    "redeem": _redeem,
    "adjust": _adjust,
    "hold": _hold,
    "capture": _capture,
    "void": _void,
    "send": _send,
    "receive": _receive,
    "extend": _extend,
    "reinstate": _reinstate,
    "take_back": _take_back,
    "give_back": _give_back,
}
_OFTEN = ("earn", "pending", "redeem", "hold", "capture", "void", "take_back", "give_back")
DEEDS = (*_DEEDS, *_OFTEN)

steps = st.builds(
    Step,
    deed=st.sampled_from(DEEDS),
    currency=st.sampled_from((*CURRENCIES, "POINTS", "POINTS")),
    points=st.integers(1, 12),
    days=st.integers(1, 24),
    which=st.integers(0, 7),
    waited=st.integers(0, 24),
)
