"""What rewards must hold."""

from domain.ledger.state import MAX_POINTS
from domain.program.check_expression import a_condition
from domain.program.check_rewards_terms import MAX_DESCRIPTION, MAX_STOCK, Names, check_terms
from domain.program.flaws import (
    Flaw,
    Flaws,
    Path,
    a_code,
    a_locale,
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
from domain.rules import Scope

__all__ = ["MAX_DESCRIPTION", "check_rewards"]
MAX_VOUCHER_DAYS = 3660
MAX_IMAGES = 20


def check_rewards(program: Program) -> Flaws:
    """Every flaw of the catalog."""
    names = Names.of(program)
    for index, reward in enumerate(program.rewards):
        at = ("rewards", index)
        yield from a_code((*at, "code"), reward.code)
        yield from _check_texts(at, reward)
        yield from _check_translations((*at, "translations"), reward, program.locale)
        yield from between((*at, "cost"), reward.cost, 1, MAX_POINTS)
        yield from known((*at, "currency"), reward.currency, "currency", names.currencies)
        yield from an_amount((*at, "copay"), reward.copay, program.money)
        yield from a_window(
            at, reward.available_from, reward.available_until, ("available_from", "available_until")
        )
        yield from between((*at, "stock"), reward.stock, 0, MAX_STOCK)
        yield from known((*at, "min_tier"), reward.min_tier, "tier", names.tiers)
        yield from between((*at, "voucher_days"), reward.voucher_days, 1, MAX_VOUCHER_DAYS)
        yield from _check_condition(at, reward, program)
        yield from check_terms(at, reward, names)
    yield from unique((("rewards", i, "code"), reward.code) for i, reward in enumerate(program.rewards))


def _check_texts(at: Path, reward: Reward) -> Flaws:
    yield from a_text((*at, "title"), reward.title)
    for name in ("description", "terms"):
        yield from _no_longer((*at, name), getattr(reward, name))
    yield from a_web_address((*at, "image_url"), reward.image_url)
    for index, address in enumerate(reward.images):
        yield from a_web_address((*at, "images", index), address)
    if len(reward.images) > MAX_IMAGES:
        yield Flaw((*at, "images"), f"must be at most {MAX_IMAGES}, are {len(reward.images)}")
    for index, category in enumerate(reward.categories):
        yield from a_text((*at, "categories", index), category)
    yield from unique(((*at, "categories", i), category) for i, category in enumerate(reward.categories))


def _check_translations(at: Path, reward: Reward, own: str) -> Flaws:
    for locale, texts in reward.translations.items():
        here = (*at, locale)
        yield from a_locale(here, locale)
        if locale == own:
            yield Flaw(here, "must be left out: the reward's own texts are in it")
        if texts.title is not None:
            yield from a_text((*here, "title"), texts.title)
        yield from _no_longer((*here, "description"), texts.description or "")
        yield from _no_longer((*here, "terms"), texts.terms or "")


def _no_longer(at: Path, text: str) -> Flaws:
    if len(text) > MAX_DESCRIPTION:
        yield Flaw(at, f"must have at most {MAX_DESCRIPTION} characters")


def _check_condition(at: Path, reward: Reward, program: Program) -> Flaws:
    yield from a_condition((*at, "when"), reward.when, Scope.MEMBER, program)
    if reward.why is not None:
        yield from a_text((*at, "why"), reward.why)
        if reward.when is None:
            yield Flaw((*at, "why"), "goes only with when")
