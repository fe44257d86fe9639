"""The report of a simulation as tables that people read."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from domain.simulation.report import CurrencyChange, PointsChange, Report
from domain.time import print_date_time

_WIDTH = 110


def tell(report: Report) -> str:
    """All of it as text. Members are told by their ids."""
    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, color_system=None)
    console.print(_head(report))
    for currency in report.currencies:
        console.print(_currency(currency))
    _table(console, "Points by rule", ("rule", "in", "before", "after", "difference"), _rules(report))
    _table(console, "By tier", ("tier", "in", "before", "after", "difference"), _points(report.tiers))
    _table(console, "By segment", ("segment", "in", "before", "after", "difference"), _points(report.segments))
    _table(
        console,
        "Who moves from tier to tier",
        ("before", "after", "members"),
        ((move.before, move.after, f"{move.members:,}") for move in report.moves),
    )
    columns = ("member", "before", "after", "difference")
    for title, members in (("Gain most", report.gainers), ("Lose most", report.losers)):
        _table(console, title, columns, ((one.member, *_both(one.before, one.after)) for one in members))
    _table(
        console,
        "Rules that never give anything",
        ("rule", "why", "times", "for example"),
        ((one.rule, why.reason, f"{why.times:,}", why.example) for one in report.silent for why in one.reasons),
    )
    _table(
        console,
        "Caps that cut",
        ("cap", "times before", "after", "points before", "after"),
        (
            (
                cut.cap,
                *(f"{n:,}" for n in (cut.times_before, cut.times_after, cut.points_before, cut.points_after)),
            )
            for cut in report.caps
        ),
    )
    _table(
        console,
        "Caps of everyone",
        ("cap and period", "points", "used before", "after"),
        (
            (use.budget, *(f"{n:,}" for n in (use.points, use.used_before, use.used_after)))
            for use in report.budgets
        ),
    )
    _table(
        console,
        "Rules that failed",
        ("rule", "times", "why"),
        ((one.rule, f"{one.times:,}", one.reason) for one in report.failures),
    )
    return out.getvalue().rstrip()


def _head(report: Report) -> str:
    begin = print_date_time(report.begin) if report.begin else "the beginning"
    people = "all members" if report.sample_percent >= 100 else f"{report.sample_percent} % of the members"
    lines = [
        f"Against version {report.against}, which was replayed over the same events: {report.events:,} of "
        f"{report.members:,} members.",
        f"From {begin} to {print_date_time(report.until)}, {people}. "
        f"{report.gaining:,} gain, {report.losing:,} lose.",
    ]
    if report.refused or report.refused_before:
        lines.append(f"Not taken: {report.refused_before:,} events before, {report.refused:,} after.")
    return "\n".join(lines)


def _currency(change: CurrencyChange) -> str:
    before, after = change.before, change.after
    lines = [
        f"\n{change.currency}: given {_arrow(before.given, after.given)}; "
        f"taken back {_arrow(before.taken, after.taken)}; expired {_arrow(before.expired, after.expired)}",
        f"  standing {_arrow(before.standing, after.standing)}"
        + _money(change.liability_before, change.liability_after),
    ]
    if change.outstanding is not None and change.outstanding_then is not None:
        lines.append(
            f"  outstanding today {change.outstanding:,}; it would be {change.outstanding_then:,}, "
            "had members spent the same"
        )
    return "\n".join(lines)


def _money(before: Decimal | None, after: Decimal | None) -> str:
    if before is None and after is None:
        return ""
    return f", worth {before or 0:,.2f} → {after or 0:,.2f}"


def _arrow(before: int, after: int) -> str:
    return f"{before:,} → {after:,}"


def _rules(report: Report) -> Iterable[Sequence[str]]:
    return ((one.rule, one.currency, *_both(one.before, one.after)) for one in report.rules)


def _points(changes: Iterable[PointsChange]) -> Iterable[Sequence[str]]:
    return ((one.name or "(none)", one.currency, *_both(one.before, one.after)) for one in changes)


def _both(before: int, after: int) -> tuple[str, str, str]:
    return f"{before:,}", f"{after:,}", f"{after - before:+,}"


def _table(console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with its title; nothing at all without rows."""
    found = list(rows)
    if not found:
        return
    table = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        numbers = all(row[place].lstrip("+-").replace(",", "").isdigit() for row in found)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in found:
        table.add_row(*row)
    console.print(f"\n{title}", markup=False)
    console.print(table, markup=False)
