"""What people write for colleagues beside a command."""

from domain.refusals import Refused, invalid

MAX_NOTE = 1_000


def refuse_note(note: str | None, *, most: int = MAX_NOTE) -> Refused | None:
    """INVALID_INPUT for a note that says nothing, or has more than `most` characters; None is not looked at."""
    if note is None or (note.strip() and len(note) <= most):
        return None
    return invalid(f"A note of 1 to {most} characters says why.", "note")
