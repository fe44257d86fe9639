"""Why an event gave what it gave, and what one would give, for people and for programs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.earning.events.intake import RecordEvent
from domain.earning.explain import Finding, cap_words
from domain.program.program import Program
from domain.refusals import Refused
from domain.time import print_date_time
from runtime.faults import CannotRun
from runtime.named import named_member
from runtime.wiring import House
from services.earning.explain_event import Explained, explain_event
from services.earning.try_event import Trial, try_event
from services.importing.convert import to_event
from services.importing.mapping import load_mapping

_TRIAL = {"source": "trial", "id": "trial"}


@dataclass(frozen=True, slots=True)
class TrialEvent:
    """An event to try: what a file says of it, and the member (None: somebody who joins with it)."""

    row: Mapping[str, Any]
    member: str | None


def read_event(file: Path, member: str | None) -> TrialEvent:
    """The event in a JSON file, for the member, who is not named in it.

    Raises CannotRun for what is no such JSON object, OSError for no file.
    """
    try:
        row = json.loads(file.read_bytes(), parse_float=Decimal)
    except (ValueError, RecursionError) as fault:
        raise CannotRun(f"{file} is no JSON: {fault}") from fault
    if not isinstance(row, dict):
        raise CannotRun(f"{file} must hold one event as a JSON object, with the API's names.")
    if "member" in row:
        raise CannotRun(f"{file} must not name the member: leave `member` out of it, and say --member who it is.")
    return TrialEvent(row, member)


async def explain_it(house: House, source: str, id: str, *, others: bool) -> Explained:
    """Raises CannotRun for an event that was never recorded."""
    found = await explain_event(house.context, source, id, others=others)
    if found is None:
        raise CannotRun(f"No event {id!r} of the source {source!r} was ever recorded.")
    return found


async def try_it(house: House, asked: TrialEvent) -> Trial:
    """Raises CannotRun for what is no event, and for nobody."""
    member = (await named_member(house.context, asked.member)).id if asked.member else "newcomer"
    now = print_date_time(house.context.clock())
    row = {**_TRIAL, "occurredAt": now, **asked.row, "member": {"id": member}}
    command = to_event(load_mapping("events"), row)
    found = await _try(house, command, newcomer=asked.member is None)
    if isinstance(found, Refused):
        path = f" ({'.'.join(found.path)})" if found.path else ""
        raise CannotRun(f"{found.message}{path}")
    return found


async def _try(house: House, command: RecordEvent | Refused, *, newcomer: bool) -> Trial | Refused:
    if isinstance(command, Refused):
        return command
    return await try_event(house.context, command, newcomer=newcomer)


def explained_as_table(found: Explained) -> str:
    """What every rule made of it."""
    event, zone = found.event, found.program.zone
    happened = f"{event.occurred_at.astimezone(zone):%Y-%m-%d %H:%M}"
    judged = f"by version {found.program.version}, {found.tier.name}"
    title = f"{event.source}/{event.id}  {event.type}  {happened}  {judged}"
    entries = [f"{entry.member}/{entry.seq}" for entry in found.entries]
    ends = ["", f"Entries: {', '.join(entries) or 'none'}. Times are in {zone}."]
    return "\n".join([title, "", *_rules(found.findings), *ends])


def tried_as_table(found: Trial) -> str:
    """What would come of it."""
    given = ", ".join(f"{points:,} {code}" for code, points in found.points) or "nothing"
    lines = [f"It would give {given}.", "", *_rules(found.findings)]
    for way in found.progress:
        reached = ", reached" if way.after.reached > way.before.reached else ""
        change = f"{way.before.done:,} → {way.after.done:,} of {way.challenge.goal:,}{reached}"
        lines.append(f"{'':>10}  challenge:{way.challenge.code}  {way.challenge.name}: {change}")
    lines += [f"{'':>10}  badge:{badge}" for badge in found.judgement.badges]
    moved = found.before.name if found.before == found.after else f"{found.before.name} → {found.after.name}"
    return "\n".join([*lines, "", f"Tier: {moved}. Nothing was written."])


def explained_as_json(found: Explained) -> str:
    """One object, its fields named as in the API."""
    event = found.event
    return _json(
        {
            "source": event.source,
            "eventId": event.id,
            "type": event.type,
            "occurredAt": print_date_time(event.occurred_at),
            "recordedAt": print_date_time(found.claim.claimed_at),
            "programVersion": found.program.version,
            "tier": found.tier.code,
            "entries": [{"member": entry.member, "sequence": entry.seq} for entry in found.entries],
            "rules": [_rule(found.program, finding) for finding in found.findings],
        }
    )


def tried_as_json(found: Trial) -> str:
    """One object, its fields named as in the API."""
    return _json(
        {
            "programVersion": found.program.version or None,
            "points": [{"currency": code, "points": points} for code, points in found.points],
            "rules": [_rule(found.program, finding) for finding in found.findings],
            "challenges": [
                {
                    "challenge": way.challenge.code,
                    "goal": way.challenge.goal,
                    "before": way.before.done,
                    "after": way.after.done,
                    "reached": way.after.reached - way.before.reached,
                }
                for way in found.progress
            ],
            "badges": list(found.judgement.badges),
            "tierBefore": found.before.code,
            "tierAfter": found.after.code,
        }
    )


def _rules(findings: Iterable[Finding]) -> list[str]:
    """Two lines each: what it gave, and why."""
    lines: list[str] = []
    for one in findings:
        given = f"{one.points:+,}" if one.line else "–"
        lines.append(f"{given:>10}  {one.rule}  {one.name}")
        lines.append(f"{'':>10}    {_why(one)}")
    return lines


def _why(finding: Finding) -> str:
    if finding.line is not None:
        return finding.line.because
    return f"{finding.miss.reason}: {finding.miss.text}" if finding.miss else ""


def _rule(program: Program, finding: Finding) -> dict[str, Any]:
    line, miss = finding.line, finding.miss
    return {
        "rule": finding.rule,
        "name": finding.name,
        "fired": line is not None,
        "points": finding.points,
        "currency": finding.currency,
        "because": line.because if line else None,
        "inputs": [{"name": name, "value": value} for name, value in line.inputs] if line else [],
        "wanted": line.wanted if line else None,
        "caps": [{"code": cap, "words": cap_words(program, cap)} for cap in line.caps] if line else [],
        "reason": miss.reason.value if miss else None,
        "missing": miss.text if miss else None,
    }


def _json(plain: Any) -> str:
    return json.dumps(plain, indent=2, ensure_ascii=False)
