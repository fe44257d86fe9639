"""What rewards must hold."""

from domain.ledger.state import MAX_POINTS
from domain.program.flaws import (
    Flaw,
    Flaws,
    Path,
    a_code,
    a_text,
    a_web_address,
    a_window,
    an_amount,
    between,
    known,
    unique,
)
from domain.program.program import Program
from domain.program.rewards import Reward

MAX_STOCK = 1_000_000_000
MAX_VOUCHER_DAYS = 3660
MAX_DESCRIPTION = 4000


def check_rewards(program: Program) -> Flaws:
    """Every flaw of the catalog."""
    currencies = [currency.code for currency in program.currencies]
    tiers = [tier.code for tier in program.tiers.levels]
    for index, reward in enumerate(program.rewards):
        at = ("rewards", index)
        yield from a_code((*at, "code"), reward.code)
        yield from _check_texts(at, reward)
        yield from between((*at, "cost"), reward.cost, 1, MAX_POINTS)
        yield from known((*at, "currency"), reward.currency, "currency", currencies)
        yield from an_amount((*at, "copay"), reward.copay, program.money)
        yield from a_window(
            at, reward.available_from, reward.available_until, ("available_from", "available_until")
        )
        yield from between((*at, "stock"), reward.stock, 0, MAX_STOCK)
        yield from known((*at, "min_tier"), reward.min_tier, "tier", tiers)
        yield from between((*at, "voucher_days"), reward.voucher_days, 1, MAX_VOUCHER_DAYS)
    yield from unique((("rewards", i, "code"), reward.code) for i, reward in enumerate(program.rewards))


def _check_texts(at: Path, reward: Reward) -> Flaws:
    yield from a_text((*at, "title"), reward.title)
    if len(reward.description) > MAX_DESCRIPTION:
        yield Flaw((*at, "description"), f"must have at most {MAX_DESCRIPTION} characters")
    yield from a_web_address((*at, "image_url"), reward.image_url)
    for index, category in enumerate(reward.categories):
        yield from a_text((*at, "categories", index), category)
    yield from unique(((*at, "categories", i), category) for i, category in enumerate(reward.categories))
