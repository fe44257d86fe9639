"""Text that people typed: one form to store, one folded form to compare by."""

import unicodedata

_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Letters that carry no separable accent in Unicode, but which people type without one.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def has_control(text: str) -> bool:
    """Whether the text holds control characters, line separators or halves of a surrogate pair."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in _CONTROL for character in text)


def tidy(text: str | None) -> str | None:
    """The text in NFC without space around it; None when nothing is left."""
    return (unicodedata.normalize("NFC", text).strip() or None) if text else None


def fold(text: str) -> str:
    """The form in which texts are equal whatever their case and accents; folding again changes nothing."""
    if text.isascii():
        return text.lower()
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_PLAIN)
