"""What `regulars verify` says of the ledger."""

from services.ledger.verify_ledger import Report


def tell(report: Report, *, most: int = 100) -> str:
    """The sums of each currency, then the violations, at most `most` of them, one line each."""
    lines = [f"{report.entries:,} entries of {report.members:,} members"]
    if report.behind:
        lines.append(f"  {report.behind:,} projections have yet to follow: the workers do that")
    for currency, sums in sorted(report.sums.items()):
        mark = "✓" if sums.agree else "✗"
        lines.append(
            f"{mark} {currency}: entries {sums.entries:,}, balances {sums.balances:,}, lots {sums.lots:,}"
        )
    for violation in report.violations[:most]:
        where = f"{violation.member} entry {violation.seq}" if violation.seq else violation.member
        lines.append(f"✗ {where}: {violation.law}")
    if len(report.violations) > most:
        lines.append(f"✗ and {len(report.violations) - most:,} more")
    lines.append("Every law holds." if report.sound else "Not every law holds.")
    return "\n".join(lines)
