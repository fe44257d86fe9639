"""What rewards must hold."""

import re

from domain.ledger.state import MAX_POINTS
from domain.program.flaws import Flaw, Flaws, Path, a_code, a_text, an_amount, between, known, unique
from domain.program.program import Program, Reward

MAX_STOCK = 1_000_000_000
MAX_VOUCHER_DAYS = 3660
MAX_DESCRIPTION = 4000
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


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
        yield from _check_window(at, reward)
        yield from between((*at, "stock"), reward.stock, 0, MAX_STOCK)
        yield from known((*at, "min_tier"), reward.min_tier, "tier", tiers)
        yield from between((*at, "voucher_days"), reward.voucher_days, 1, MAX_VOUCHER_DAYS)
    yield from unique((("rewards", i, "code"), reward.code) for i, reward in enumerate(program.rewards))


def _check_texts(at: Path, reward: Reward) -> Flaws:
    yield from a_text((*at, "title"), reward.title)
    if len(reward.description) > MAX_DESCRIPTION:
        yield Flaw((*at, "description"), f"must have at most {MAX_DESCRIPTION} characters")
    if reward.image_url is not None and not _WEB_ADDRESS.fullmatch(reward.image_url):
        yield Flaw((*at, "image_url"), f"must be a web address, is {reward.image_url!r}")
    for index, category in enumerate(reward.categories):
        yield from a_text((*at, "categories", index), category)
    yield from unique(((*at, "categories", i), category) for i, category in enumerate(reward.categories))


def _check_window(at: Path, reward: Reward) -> Flaws:
    window = {"available_from": reward.available_from, "available_until": reward.available_until}
    naive = [name for name, moment in window.items() if moment and moment.tzinfo is None]
    for name in naive:
        yield Flaw((*at, name), "must have an offset, such as 2027-01-31T00:00:00Z")
    start, end = window.values()
    if not naive and start and end and start >= end:
        yield Flaw((*at, "available_until"), f"must be after available_from, {start.isoformat()}")
