"""How members are named: an id, a card number and a referral code, made from random bytes given."""

import re

# Crockford's base 32 (crockford.com/base32.html): no I, L, O or U, which people misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_NOISE = re.compile(r"[\s-]")
_REFERRAL = re.compile(f"[{ALPHABET}]{{8}}")
ID_BYTES = 13
CARD_BYTES = 10
REFERRAL_BYTES = 5


def member_id(random: bytes) -> str:
    """20 lower-case base-32 characters from at least 13 random bytes."""
    return base32(random, length=20).lower()


def card_number(random: bytes) -> str:
    """16 digits, the last one Luhn's, from at least 10 random bytes.

    They begin with 9, which no payment card does (ISO/IEC 7812), so that neither is mistaken for the other.
    """
    _demand(random, CARD_BYTES)
    digits = f"9{int.from_bytes(random, 'big') % 10**14:014d}"
    return digits + luhn_digit(digits)


def referral_code(random: bytes) -> str:
    """8 base-32 characters from at least 5 random bytes."""
    return base32(random, length=8)


def read_referral_code(text: str) -> str | None:
    """The referral code that someone typed: any case, spaces and dashes, look-alikes; None if it is none."""
    code = _NOISE.sub("", text).upper().translate(_MISREAD)
    return code if _REFERRAL.fullmatch(code) else None


def read_card_number(text: str) -> str | None:
    """The card number that someone typed, with or without spaces and dashes; None if it cannot be one."""
    digits = _NOISE.sub("", text)
    if not re.fullmatch(r"[0-9]{16}", digits) or luhn_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def luhn_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812-1 annex B: it shows any one wrong digit and most swaps of two."""
    doubled = (int(digit) * 2 for digit in digits[-1::-2])
    total = sum(value - 9 if value > 9 else value for value in doubled)
    total += sum(int(digit) for digit in digits[-2::-2])
    return str(-total % 10)


def base32(random: bytes, *, length: int) -> str:
    """The first `length` characters of the bytes in base 32, five bits each. Raises ValueError for too few."""
    _demand(random, (length * 5 + 7) // 8)
    number = int.from_bytes(random, "big") >> (len(random) * 8 - length * 5)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))


def _demand(random: bytes, count: int) -> None:
    if len(random) < count:
        raise ValueError(f"{count} random bytes are needed")
