"""What goes with a reward: its variants, other prices, limits, vouchers, and who hands it out."""

from collections.abc import Collection
from typing import NamedTuple

from domain.ledger.state import MAX_POINTS
from domain.program.flaws import (
    Flaw,
    Flaws,
    Path,
    a_code,
    a_text,
    a_window,
    all_known,
    an_amount,
    between,
    known,
    unique,
)
from domain.program.program import Program
from domain.program.rewards import Price, Reward, RewardKind, Variant, VoucherTerms
from domain.rewards.barcodes import payload_flaw
from domain.rewards.codes import pattern_flaw

MAX_DESCRIPTION = 4000
MAX_STOCK = 1_000_000_000
MAX_OF_A_KIND = 200
_PLAIN = VoucherTerms()


class Names(NamedTuple):
    """The codes that rewards may refer to, and the programme's money."""

    money: str
    currencies: Collection[str]
    tiers: Collection[str]
    segments: Collection[str]
    pools: Collection[str]
    partners: Collection[str]

    @staticmethod
    def of(program: Program) -> "Names":
        """Those of a programme."""
        return Names(
            program.money,
            *(
                dict.fromkeys(one.code for one in them)
                for them in (
                    program.currencies,
                    program.tiers.levels,
                    program.segments,
                    program.pools,
                    program.partners,
                )
            ),
        )


def check_terms(at: Path, reward: Reward, names: Names) -> Flaws:
    """Every flaw of them."""
    yield from _check_variants(at, reward)
    for index, price in enumerate(reward.prices):
        yield from _check_price((*at, "prices", index), price, names)
    for index, limit in enumerate(reward.limits):
        yield from between((*at, "limits", index, "most"), limit.most, 1, MAX_STOCK)
    yield from unique(
        ((*at, "limits", i), f"per {one.per.value} of {one.of.value}") for i, one in enumerate(reward.limits)
    )
    for name in ("variants", "prices", "limits"):
        if (count := len(getattr(reward, name))) > MAX_OF_A_KIND:
            yield Flaw((*at, name), f"must be at most {MAX_OF_A_KIND}, are {count}")
    yield from _check_voucher((*at, "voucher"), reward, names)
    yield from _check_value((*at, "value"), reward, names.money)
    yield from known((*at, "partner"), reward.partner, "partner", names.partners)


def _check_variants(at: Path, reward: Reward) -> Flaws:
    for index, variant in enumerate(reward.variants):
        yield from _check_variant((*at, "variants", index), variant)
    yield from unique(((*at, "variants", i, "code"), one.code) for i, one in enumerate(reward.variants))
    if reward.variants and reward.stock is not None:
        yield Flaw((*at, "stock"), "must be left out: each of its variants has its own")


def _check_variant(at: Path, variant: Variant) -> Flaws:
    yield from a_code((*at, "code"), variant.code)
    yield from a_text((*at, "name"), variant.name)
    for name, value in variant.attributes.items():
        yield from a_text((*at, "attributes", name), name)
        yield from a_text((*at, "attributes", name), value)
    yield from between((*at, "stock"), variant.stock, 0, MAX_STOCK)


def _check_price(at: Path, price: Price, names: Names) -> Flaws:
    yield from between((*at, "cost"), price.cost, 1, MAX_POINTS)
    yield from an_amount((*at, "copay"), price.copay, names.money)
    if price.name:
        yield from a_text((*at, "name"), price.name)
    yield from all_known((*at, "tiers"), price.tiers, "tier", names.tiers)
    yield from all_known((*at, "segments"), price.segments, "segment", names.segments)
    yield from a_window(at, price.starts, price.ends, ("starts", "ends"))


def _check_voucher(at: Path, reward: Reward, names: Names) -> Flaws:
    terms = reward.voucher
    if terms is None:
        return
    if not reward.gives_vouchers:
        yield Flaw(at, "says what vouchers look like, and there are none: say voucher_days, or a pool")
    yield from known((*at, "pool"), terms.pool, "pool", names.pools)
    yield from _check_pattern((*at, "pattern"), terms)
    for index, store in enumerate(terms.stores):
        yield from a_text((*at, "stores", index), store)
    yield from unique(((*at, "stores", index), store) for index, store in enumerate(terms.stores))
    flaw = payload_flaw(terms.barcode, terms.payload)
    if flaw:
        yield Flaw((*at, "payload"), flaw)


def _check_pattern(at: Path, terms: VoucherTerms) -> Flaws:
    if terms.pool is None:
        flaw = pattern_flaw(terms.pattern)
    else:
        flaw = None if terms.pattern == _PLAIN.pattern else "must be left out: the codes are those of the pool"
    if flaw:
        yield Flaw(at, flaw)


def _check_value(at: Path, reward: Reward, money: str) -> Flaws:
    yield from an_amount(at, reward.value, money)
    card = reward.kind is RewardKind.GIFT_CARD
    if reward.value is not None and not card:
        yield Flaw(at, f"is what a gift card holds: a reward of kind {reward.kind.value} has none")
    if reward.value is None and card and reward.gives_vouchers:
        yield Flaw(at, "must be there: it is what the gift card holds")
