"""Money: ISO 4217 codes, and amounts as exact whole numbers of the currency's smallest unit."""

from decimal import Context, Decimal, Rounded

MAX_MINOR = 2**53 - 1
# Bounds before arithmetic: neither 1e999999 nor a page of zeros is ever written out.
_MINOR_NUMERALS = len(str(MAX_MINOR))
_EXACT = Context(prec=64, traps=[Rounded])

# The active codes of ISO 4217 for money (no metals, bonds, test or accounting units), 2026.
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
XPF YER ZAR ZMW ZWG
"""
_MONEY = frozenset(_CODES.split())
_DIGITS = {
    **dict.fromkeys(
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"], 0
    ),
    **dict.fromkeys(["XAF", "XOF", "XPF"], 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


def is_money(code: str) -> bool:
    """Whether `code` is a currency of money in use, in upper case."""
    return code in _MONEY


def digits(currency: str) -> int:
    """How many decimal digits the currency's smallest unit has: 2 for USD, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int | None:
    """The amount in the currency's smallest unit, exactly: 12.5 USD is 1250.

    None when it has more digits than the currency, is not finite, or is beyond ±(2^53 - 1).
    """
    if not amount.is_finite():
        return None
    if not amount:
        return 0
    if amount.adjusted() >= _MINOR_NUMERALS:
        return None
    try:
        scaled = _EXACT.scaleb(amount, digits(currency))
    except Rounded:
        return None
    whole = int(scaled)
    return whole if whole == scaled and abs(whole) <= MAX_MINOR else None


def print_minor(minor: int, currency: str) -> str:
    """What `from_minor` gives, written out: 1250 in USD is "12.50"."""
    places = digits(currency)
    if not places:
        return str(minor)
    whole, part = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{places}d}"


def from_minor(minor: int, currency: str) -> Decimal:
    """The inverse of `to_minor`, with all the currency's digits: 1250 in USD is 12.50."""
    return Decimal(minor).scaleb(-digits(currency))
