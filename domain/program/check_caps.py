"""What caps must hold, whoever has them."""

from collections.abc import Callable, Hashable

from domain.ledger.state import MAX_POINTS
from domain.program.earning import Cap, CapOf, CapPeriod
from domain.program.flaws import Flaw, Flaws, Path, between, known
from domain.program.program import Program


def check_caps(program: Program) -> Flaws:
    """Every flaw of the caps of rules, of campaigns and of the programme as a whole."""
    for index, rule in enumerate(program.earning):
        at = ("earning", index, "caps")
        yield from _check(at, rule.caps, program, _per_and_of)
        yield from _of_the_rules_currency(at, rule.caps, rule.currency, program)

    def currency_too(cap: Cap) -> Hashable:
        return (program.currency_code(cap.currency) if program.currencies else cap.currency, *_per_and_of(cap))

    for index, campaign in enumerate(program.campaigns):
        yield from _check(("campaigns", index, "caps"), campaign.caps, program, currency_too)
    yield from _check(("caps",), program.caps, program, currency_too)


def _per_and_of(cap: Cap) -> tuple[str, str]:
    return cap.per.value, cap.of.value


def _check(at: Path, caps: tuple[Cap, ...], program: Program, key: Callable[[Cap], Hashable]) -> Flaws:
    """One cap a `key`: it is what the room that is left is kept under."""
    for index, cap in enumerate(caps):
        yield from between((*at, index, "points"), cap.points, 1, MAX_POINTS)
        yield from known((*at, index, "currency"), cap.currency, "currency", (c.code for c in program.currencies))
        if cap.per is CapPeriod.EVENT and cap.of is CapOf.EVERYONE:
            yield Flaw((*at, index, "of"), "must be member: one event is one member's")
    first: dict[Hashable, int] = {}
    for index, cap in enumerate(caps):
        if first.setdefault(key(cap), index) != index:
            words = f"{cap.per.value} of {'each member' if cap.of is CapOf.MEMBER else 'everyone'}"
            yield Flaw((*at, index), f"is a second cap per {words}: the first is [{first[key(cap)]}]")


def _of_the_rules_currency(at: Path, caps: tuple[Cap, ...], currency: str | None, program: Program) -> Flaws:
    if not program.currencies:
        return
    own = program.currency_code(currency)
    for index, cap in enumerate(caps):
        if cap.currency is not None and cap.currency != own:
            yield Flaw((*at, index, "currency"), f"must be {own}, which the rule gives, is {cap.currency}")
