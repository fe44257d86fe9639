"""What referrals must hold."""

import re

from domain.program.check_counting import some_events
from domain.program.check_expression import a_condition
from domain.program.flaws import Flaw, Flaws, between
from domain.program.program import Program
from domain.rules import Scope

MAX_WITHIN_DAYS = 3660
MAX_FRIENDS = 1_000_000
MAX_LINK = 500
_LINK = re.compile(r"https://[^\s/{}]+/[^\s{}]*\{code\}[^\s{}]*|https://[^\s/{}]+\?[^\s{}]*\{code\}[^\s{}]*")


def check_referrals(program: Program) -> Flaws:
    """Every flaw of referrals; a programme may have none."""
    referrals = program.referrals
    if referrals is None:
        return
    yield from some_events(("referrals", "on"), referrals.on)
    yield from a_condition(("referrals", "when"), referrals.when, Scope.REFERRAL, program)
    yield from between(("referrals", "within_days"), referrals.within_days, 1, MAX_WITHIN_DAYS)
    yield from between(("referrals", "most"), referrals.most, 1, MAX_FRIENDS)
    most = MAX_FRIENDS if referrals.most is None else max(1, referrals.most)
    yield from between(("referrals", "most_a_month"), referrals.most_a_month, 1, most)
    link = referrals.link
    if link is not None and (len(link) > MAX_LINK or not _LINK.fullmatch(link)):
        reason = "must begin with https:// and have {code} where the member's code belongs, once, such as"
        yield Flaw(("referrals", "link"), f"{reason} https://example.org/join/{{code}}, is {link!r}")
