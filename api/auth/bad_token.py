"""The one way in which authentication says no."""


class BadToken(Exception):
    """The token is refused; the text says why in words a client may read, and quotes nothing of the token."""
