"""What sales, pools, partners, guards, cancelling and paying with points must hold."""

from domain.ledger.state import MAX_POINTS
from domain.program.check_expression import a_condition, categories_of
from domain.program.check_rewards_terms import MAX_STOCK
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
from domain.program.rewards import PayWithPoints, Sale
from domain.rewards.webhooks import door_name
from domain.rules import Scope

MAX_DAYS = 3660
MAX_OF_A_KIND = 200


def check_rewards_offers(program: Program) -> Flaws:
    """Every flaw of what a programme says of rewards beside the rewards."""
    for name in ("sales", "pools", "partners", "guards"):
        yield from _check_named(program, name)
    for index, sale in enumerate(program.sales):
        yield from _check_sale(("sales", index), sale, program)
    for index, pool in enumerate(program.pools):
        yield from between(("pools", index, "low"), pool.low, 0, MAX_STOCK)
    for index, guard in enumerate(program.guards):
        yield from a_condition(("guards", index, "when"), guard.when, Scope.REDEMPTION, program)
        yield from between(("guards", index, "hours"), guard.hours, 1, program.holds.max_days * 24)
    yield from _check_doors(program)
    days = program.cancellation.members_within_days
    yield from between(("cancellation", "members_within_days"), days, 1, MAX_DAYS)
    if program.pay_with_points is not None:
        yield from _check_paying(("pay_with_points",), program.pay_with_points, program)


def _check_named(program: Program, name: str) -> Flaws:
    them = getattr(program, name)
    for index, one in enumerate(them):
        yield from a_code((name, index, "code"), one.code)
        yield from a_text((name, index, "name"), one.name)
    yield from unique(((name, index, "code"), one.code) for index, one in enumerate(them))
    if len(them) > MAX_OF_A_KIND:
        yield Flaw((name,), f"must be at most {MAX_OF_A_KIND}, are {len(them)}")


def _check_doors(program: Program) -> Flaws:
    """Each partner has settings of its own: what one is to hand out, and where to, is not told to another."""
    first: dict[str, str] = {}
    for index, partner in enumerate(program.partners):
        code, door = partner.code, door_name(partner.code)
        if first.setdefault(door, code) != code:
            reason = f"{code!r} has the same settings, REGULARS_PARTNER_{door}_URL, as {first[door]}"
            yield Flaw(("partners", index, "code"), reason)


def _check_sale(at: Path, sale: Sale, program: Program) -> Flaws:
    yield from between((*at, "percent_off"), sale.percent_off, 1, 99)
    yield from a_window(at, sale.starts, sale.ends, ("starts", "ends"))
    yield from known((*at, "calendar"), sale.calendar, "calendar", (one.code for one in program.calendars))
    for index, code in enumerate(sale.rewards):
        if program.reward(code) is None:
            yield Flaw((*at, "rewards", index), f"no reward {code!r}")
    yield from unique(((*at, "rewards", index), code) for index, code in enumerate(sale.rewards))
    yield from unique(((*at, "kinds", index), kind) for index, kind in enumerate(sale.kinds))
    yield from all_known((*at, "categories"), sale.categories, "category", tuple(categories_of(program)))
    yield from all_known((*at, "tiers"), sale.tiers, "tier", [tier.code for tier in program.tiers.levels])
    yield from all_known((*at, "segments"), sale.segments, "segment", [one.code for one in program.segments])


def _check_paying(at: Path, paying: PayWithPoints, program: Program) -> Flaws:
    yield from between((*at, "points"), paying.points, 1, MAX_POINTS)
    yield from an_amount((*at, "money"), paying.money, program.money)
    yield from known((*at, "currency"), paying.currency, "currency", (one.code for one in program.currencies))
    yield from between((*at, "least"), paying.least, 1, MAX_POINTS)
    yield from between((*at, "most_percent"), paying.most_percent, 1, 100)
