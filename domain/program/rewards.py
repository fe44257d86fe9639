"""What a programme offers for points: rewards with prices, limits and vouchers; sales; paying with points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.program.earning import CapOf, Period


class RewardKind(StrEnum):
    """The API's kinds of reward."""

    GOODS = "GOODS"
    COUPON = "COUPON"
    DISCOUNT = "DISCOUNT"
    CASH = "CASH"
    SERVICE = "SERVICE"
    GIFT_CARD = "GIFT_CARD"
    DONATION = "DONATION"


class Barcode(StrEnum):
    """How a till's scanner reads a voucher's code."""

    QR = "QR"
    CODE_128 = "CODE_128"
    PDF_417 = "PDF_417"
    AZTEC = "AZTEC"


@dataclass(frozen=True, slots=True)
class RewardTexts:
    """A reward's words in another language; what is None is said in the programme's own."""

    title: str | None = None
    description: str | None = None
    terms: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One size, colour or the like of a reward. `stock` is what there is at first; None: unlimited."""

    code: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A price of a reward for members of any of these tiers or segments; for everyone, when it names none.

    It holds from `starts` until `ends`, exclusive. Of all prices for them a member pays the fewest points.
    """

    cost: int
    copay: Decimal | None = None
    name: str = ""
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class RewardLimit:
    """How many of a reward may be had in a period of the programme's calendar: by each member, or by everyone."""

    most: int
    per: Period = Period.EVER
    of: CapOf = CapOf.MEMBER


@dataclass(frozen=True, slots=True)
class VoucherTerms:
    """What a reward's vouchers look like, and where they hold.

    `pattern`: each X is a letter or digit, the last of them a check; the rest stands as it is. `pool`: codes of a
    partner instead, by the code of their pool. `stores`: where it can be used; anywhere when there are none.
    `payload` is what its barcode holds, with {code} in it.
    """

    pattern: str = "XXXX-XXXX-XXXX"
    pool: str | None = None
    stores: tuple[str, ...] = ()
    barcode: Barcode = Barcode.QR
    payload: str = "{code}"


@dataclass(frozen=True, slots=True)
class Reward:
    """One reward of the catalog. `stock` is what there is at first; None: unlimited. Variants have their own.

    `min_tier`: the lowest tier that may have it. `when`: an expression that must hold of the member; `why` is said
    to whom it does not hold for. `voucher_days`: how long its vouchers hold; None: it has none, unless `voucher`
    names a pool. `value`: what a gift card holds. `partner`: who hands it out.
    """

    code: str
    title: str
    kind: RewardKind
    cost: int
    description: str = ""
    image_url: str | None = None
    categories: tuple[str, ...] = ()
    currency: str | None = None
    copay: Decimal | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None
    stock: int | None = None
    min_tier: str | None = None
    voucher_days: int | None = None
    terms: str = ""
    images: tuple[str, ...] = ()
    translations: Mapping[str, RewardTexts] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    prices: tuple[Price, ...] = ()
    limits: tuple[RewardLimit, ...] = ()
    when: str | None = None
    why: str | None = None
    voucher: VoucherTerms | None = None
    value: Decimal | None = None
    partner: str | None = None

    @property
    def gives_vouchers(self) -> bool:
        """Whether whoever has it gets a code to show."""
        return self.voucher_days is not None or (self.voucher is not None and self.voucher.pool is not None)

    @property
    def pool(self) -> str | None:
        """The pool whose codes it gives, by its code; None: it gives none of a partner's."""
        return self.voucher.pool if self.voucher else None

    @property
    def needs_address(self) -> bool:
        """Whether a partner sends it."""
        return self.kind is RewardKind.GOODS and self.partner is not None

    def variant(self, code: str | None) -> Variant | None:
        """The variant of that code, if it has one."""
        return next((variant for variant in self.variants if variant.code == code), None)


@dataclass(frozen=True, slots=True)
class Sale:
    """Days on which points are worth more: so many per cent off the points of rewards, up to a whole one.

    For rewards of any of `rewards`, `categories` or `kinds` (all, when none is named), for members of any of
    `tiers` or `segments` (all, when none is named), from `starts` until `ends`, exclusive, on days of `calendar`.
    """

    code: str
    name: str
    percent_off: int
    starts: datetime | None = None
    ends: datetime | None = None
    calendar: str | None = None
    rewards: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[RewardKind, ...] = ()
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """Codes of a partner's. With fewer than `low` of them left, whoever runs the programme is told."""

    code: str
    name: str
    low: int = 100


@dataclass(frozen=True, slots=True)
class Partner:
    """Who hands rewards out. Where to reach them, and the secret, are settings and no part of the programme."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Guard:
    """When a redemption waits for staff: `when` holds of it. Undecided after so many hours, it is cancelled."""

    code: str
    name: str
    when: str
    hours: int = 72


@dataclass(frozen=True, slots=True)
class Cancellation:
    """For how many days members may cancel by themselves what was not handed out or used; None: they may not."""

    members_within_days: int | None = 14


@dataclass(frozen=True, slots=True)
class PayWithPoints:
    """Paying for a basket: `points` are worth `money`. At most so many per cent of one, no fewer than `least`."""

    points: int
    money: Decimal
    currency: str | None = None
    least: int = 1
    most_percent: int = 100
