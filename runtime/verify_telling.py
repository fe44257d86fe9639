"""What `regulars verify` says of the ledger: to people, and to machines."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from domain.time import print_date_time
from runtime.verifying import Outcome
from services.ledger.verify_report import Report, Sums, Violation
from services.ledger.verify_roots import RootsFound
from services.ledger.verify_run import Plan


def tell(outcome: Outcome, *, most: int) -> str:
    """The sums of each currency, the roots, then the violations, at most `most` of them, one line each."""
    return "\n".join([*_heading(outcome.plan), *_sums(outcome.report), *_roots(outcome), *_laws(outcome, most)])


def plain(outcome: Outcome, *, most: int) -> dict[str, Any]:
    """The same as plain JSON values."""
    report, plan, roots = outcome.report, outcome.plan, outcome.roots
    listed = report.violations[:most]
    return {
        "sound": report.sound,
        "entries": report.entries,
        "members": report.members,
        "behind": report.behind,
        "since": _moment(plan.since),
        "currencies": {code: _plain_sums(sums) for code, sums in sorted(report.sums.items())},
        "violations": [_violation(violation) for violation in listed],
        "unchecked": report.unchecked,
        "moreViolations": report.more + len(report.violations) - len(listed),
        "roots": {
            "count": len(roots.roots),
            "newest": roots.newest.date.isoformat() if roots.newest else None,
            "unchecked": roots.unchecked,
            "compared": roots.tips is not None,
        },
        "resumed": {"startedAt": _moment(plan.started_at), "ranges": plan.done} if plan.done else None,
        "ranges": len(plan.ranges),
        "processes": outcome.processes,
        "seconds": round(outcome.seconds, 3),
    }


def _plain_sums(sums: Sums) -> dict[str, Any]:
    return asdict(sums) | {"balances": sums.balances, "agree": sums.agree}


def _heading(plan: Plan) -> Iterator[str]:
    if plan.done:
        yield (
            f"Went on with the run of {plan.started_at:%Y-%m-%d %H:%M} UTC, which had done {plan.done:,} of "
            f"{len(plan.ranges):,} ranges; --fresh starts over."
        )
    if plan.since:
        yield f"Members with entries since {plan.since:%Y-%m-%d %H:%M} UTC; what stood before is taken as checked."


def _sums(report: Report) -> Iterator[str]:
    yield f"{report.entries:,} entries of {report.members:,} members"
    if report.behind:
        yield f"  {report.behind:,} projections have yet to follow: the workers do that"
    for currency, sums in sorted(report.sums.items()):
        mark = "✓" if sums.agree else "✗"
        yield f"{mark} {currency}: entries {sums.entries:,}, balances {sums.balances:,}, lots {sums.lots:,}"
        there = f"{sums.lots:,} available, {sums.waiting:,} waiting, {sums.held:,} held"
        yield f"  {sums.came:,} came in: {there}, {sums.went:,} went out"


def _roots(outcome: Outcome) -> Iterator[str]:
    roots = outcome.roots
    if roots.newest is None:
        yield "– no signed root: nothing outside of the database speaks for it (`regulars root`)"
        return
    if not roots.faults:
        yield f"✓ {_counted(roots)}, the newest of {roots.newest.date} over {roots.newest.members:,} members"
    for root in roots.roots:
        if root.anew is not None:
            yield f"– the root of {root.date} began anew: {root.anew}"
    if roots.unchecked:
        yield f"– {roots.unchecked:,} of them are signed by keys that are not known here: name them by --key"
    if roots.tips is None:
        yield "– what the newest was signed over is not beside it: the ledger was not compared with it"


def _counted(roots: RootsFound) -> str:
    return "1 signed root" if len(roots.roots) == 1 else f"{len(roots.roots):,} signed roots in a chain"


def _laws(outcome: Outcome, most: int) -> Iterator[str]:
    report = outcome.report
    for violation in report.violations[:most]:
        yield f"✗ {_where(violation)}{violation.law}"
    left = report.more + max(len(report.violations) - most, 0)
    if left:
        yield f"✗ and {left:,} more"
    yield from (f"– {what}" for what in report.unchecked)
    yield "Every law holds." if report.sound else "Not every law holds."


def _where(violation: Violation) -> str:
    if not violation.member:
        return ""
    return f"{violation.member} entry {violation.seq}: " if violation.seq else f"{violation.member}: "


def _violation(violation: Violation) -> dict[str, Any]:
    return {"member": violation.member or None, "seq": violation.seq or None, "law": violation.law}


def _moment(moment: datetime | None) -> str | None:
    return print_date_time(moment) if moment else None
