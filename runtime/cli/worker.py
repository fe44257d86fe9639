"""`regulars worker`."""


def worker() -> None:
    """Follows the ledger (projections, Redis, notifications) and sweeps, until SIGTERM or Ctrl-C.

    As many as you like may run; they share the work.

    \b
    Examples:
      regulars worker
      LOG_LEVEL=DEBUG regulars worker
    """
    from runtime.cli.environment import settings
    from runtime.logs import configure
    from runtime.reach import reach
    from runtime.work import work

    known = settings()
    configure(level=known.log_level, exception_texts=known.development)
    with reach(known, start=False) as connected:
        work(connected)
