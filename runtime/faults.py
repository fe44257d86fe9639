"""What can keep a process from starting; each message says what to do next."""


class WrongRevision(Exception):
    """The database was made by another build than this one."""


class NotConnected(Exception):
    """An address that this process needs is not set, and nothing that could serve runs."""


class CannotRun(Exception):
    """Something else is in the way."""
