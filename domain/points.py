"""Points in words."""


def points_in_words(points: int) -> str:
    """Such as "1 point", "25 points"."""
    return "1 point" if points == 1 else f"{points} points"
