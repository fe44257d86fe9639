"""What a trace found, for people and for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.ledger.describe import describe
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.trace import UsedFor
from domain.ledger.trail import Use
from domain.program.program import Program
from domain.time import last_day_before, print_date_time
from runtime.faults import CannotRun
from runtime.wiring import House
from services.ledger.trace import read_trace

_UNMOVED = {
    EntryKind.RELEASE: "It freed points that had been given before: trace the award that gave them.",
    EntryKind.VOID: "It gave back what was held, as if it had never been held.",
    EntryKind.EXTEND: "It moved the date of points that had been given before: trace the entries that gave them.",
}
_FATES = ("unspent", "pending", "held", "spent", "expired", "reversed")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, which credits paid for it, where its own points went, and the entries that both name."""

    program: Program
    entry: Entry
    paid_by: tuple[Use, ...]
    used_for: UsedFor | None
    others: Mapping[int, Entry]


async def find(house: House, member: str, seq: int) -> Found:
    """Follows the member's whole history, however long. Raises CannotRun when there is no such entry."""
    context = house.context
    program = await context.programs.current()
    entry = (await context.ledger.get_many([(member, seq)])).get((member, seq))
    trace = await read_trace(context, member, most=None) if entry else None
    if entry is None or trace is None:
        raise CannotRun(f"Member {member} has no entry {seq}.")
    paid_by, used_for = trace.paid_by(seq), trace.used_for(seq)
    named = {use.credit for use in paid_by} | {part.seq for part in (used_for.parts if used_for else ())}
    others = await context.ledger.get_many((member, one) for one in named)
    return Found(program, entry, paid_by, used_for, {seq: other for (_, seq), other in others.items()})


def as_table(found: Found) -> str:
    """Both directions, a line an entry."""
    entry, zone = found.entry, found.program.zone
    lines = [
        f"{entry.member}/{entry.seq}  {entry.kind.value}  {entry.points:+,} {entry.currency}  "
        f"{describe(entry, found.program)}"
    ]
    if found.paid_by:
        lines += ["", "paid by", _HEADING]
        lines += [_line(found, use.credit, use.points, _until(use, found)) for use in found.paid_by]
    if found.used_for:
        fates = ", ".join(f"{name} {points:,}" for name, points in _fates(found.used_for).items() if points)
        lines += ["", f"{found.used_for.given:,} given: {fates}"]
        lines += [_HEADING] if found.used_for.parts else []
        lines += [_line(found, part.seq, part.points) for part in found.used_for.parts]
    if not found.paid_by and not found.used_for:
        lines += ["", _UNMOVED.get(entry.kind, "It took no points of any credit and gave none.")]
    lines += ["", f"Times are in {zone}."]
    return "\n".join(lines)


def as_json(found: Found) -> str:
    """One object, its fields named as in the API."""
    used = found.used_for
    plain = {
        "member": found.entry.member,
        **_plain(found.entry, found.program),
        "points": found.entry.points,
        "paidBy": [
            {"entry": _named(found, use.credit), "points": use.points, "expiresAt": _moment(use.expires_at)}
            for use in found.paid_by
        ],
        "usedFor": used
        and {
            "given": used.given,
            **_fates(used),
            "entries": [{"entry": _named(found, part.seq), "points": part.points} for part in used.parts],
        },
    }
    return json.dumps(plain, indent=2, ensure_ascii=False)


_HEADING = f"  {'points':>12}  {'seq':>6}  {'kind':<12}  {'when':<16}  what"


def _line(found: Found, seq: int, points: int, more: str = "") -> str:
    entry = found.others.get(seq)
    if entry is None:
        return f"  {points:>12,}  {'due':>6}  what time has done, and no entry says yet"
    when = f"{entry.effective_at.astimezone(found.program.zone):%Y-%m-%d %H:%M}"
    words = describe(entry, found.program)
    return f"  {points:>12,}  {seq:>6}  {entry.kind.value:<12}  {when}  {words}{more}"


def _until(use: Use, found: Found) -> str:
    if use.expires_at is None:
        return ""
    return f", until {last_day_before(use.expires_at, found.program.zone)}"


def _named(found: Found, seq: int) -> dict[str, Any] | None:
    entry = found.others.get(seq)
    return _plain(entry, found.program) if entry else None


def _plain(entry: Entry, program: Program) -> dict[str, Any]:
    return {
        "sequence": entry.seq,
        "kind": entry.kind.value,
        "currency": entry.currency,
        "description": describe(entry, program),
        "effectiveAt": print_date_time(entry.effective_at),
    }


def _fates(used: UsedFor) -> dict[str, int]:
    return {name: getattr(used, name) for name in _FATES}


def _moment(moment: datetime | None) -> str | None:
    return print_date_time(moment) if moment else None
