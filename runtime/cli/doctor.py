"""`regulars doctor`."""

import typer


def doctor() -> None:
    """Looks whether everything that Regulars needs can be reached, and how far behind the followers are.

    It signs in with the providers of the channels that are set up, and sends nothing to anybody. One line each,
    with what to do about it. Exit code 1 when something is wrong.

    \b
    Examples:
      regulars doctor
      MONGODB_URI=mongodb://db.example.com/?replicaSet=rs0 REDIS_URL=redis://cache.example.com regulars doctor
    """
    import asyncio

    from runtime.cli.environment import quiet_logs, settings
    from runtime.examine import examine
    from runtime.reach import reach

    known = settings()
    quiet_logs(known)
    with reach(known, start=False) as connected:
        findings = asyncio.run(examine(connected))
    for finding in findings:
        print(f"{'✓' if finding.well else '✗'} {finding.text}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
