"""`regulars run`."""


def run() -> None:
    """Everything in one: servers, demo data, API and workers, until Ctrl-C.

    Starts MongoDB and a Redis of its own under DATA_DIR, unless MONGODB_URI and REDIS_URL name yours, and loads
    the demo into an empty database. The data is kept for the next time.

    \b
    Examples:
      regulars run
      PORT=9000 DATA_DIR=.second regulars run
      MONGODB_URI=mongodb://localhost:27017/?replicaSet=rs0 REDIS_URL=redis://localhost regulars run
    """
    from runtime.all_in_one import run_all
    from runtime.cli.environment import quiet_logs, settings

    known = settings()
    quiet_logs(known)
    run_all(known)
