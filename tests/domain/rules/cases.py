"""Facts of a basket of two lines, and the largest facts that there can be; expressions that must compile."""

from dataclasses import replace
from typing import Any

from domain.rules import (
    DateFacts,
    EventFacts,
    Expression,
    Facts,
    Failed,
    Gives,
    LineFacts,
    MemberFacts,
    ReferralFacts,
    Scope,
    Unfit,
    compile_expression,
)
from domain.rules.sizes import MAX_LINES, MAX_NAMES, MAX_TEXT

ESPRESSO = LineFacts("espresso", "coffee", "acme", 2, 700)
BAGEL = LineFacts("bagel", "food", None, 1, 3500)
EVENT = EventFacts("purchase", "pos", "app", None, 4200, 3, (ESPRESSO, BAGEL))
MEMBER = MemberFacts("gold", 2, 400, 33, False, False, "en", "CH", False, ("vip",), ("early",))
DATE = DateFacts(2026, 11, 26, 4, 21, 5, 48, ("thanksgiving",))
REFERRAL = ReferralFacts(3, True, False, 1)
COUNTERS = ("coffee", "tea")


def facts(**changed: Any) -> Facts:
    given: dict[str, Any] = {
        "event": EVENT,
        "member": MEMBER,
        "date": DATE,
        "counters": {"coffee": 4},
        "streaks": {"daily": 6},
        "attributes": {"gift": True, "table": 12, "rating": 4.5, "tags": ["a", "b"], "note": "INVALID"},
        "profile": {"diet": "vegan"},
    }
    return Facts(**{**given, **changed})


def largest() -> Facts:
    """As much of everything as an event can bring; texts differ in their last sign only."""
    text = "é" * (MAX_TEXT - 1)
    line = LineFacts(f"{text}a", f"{text}b", f"{text}c", 1, 1)
    names = tuple("s" * 37 + f"{number:03}" for number in range(MAX_NAMES))
    return facts(
        event=EventFacts(f"{text}a", f"{text}b", f"{text}c", f"{text}d", 1, 1, (line,) * MAX_LINES),
        member=replace(MEMBER, segments=names, perks=names),
        date=replace(DATE, calendars=names),
        attributes={"text": "a" * 4_000, "end": "a" * 2_000 + "b"},
        profile={"list": [1] * 4_000},
    ).with_line(line)


def compiled(text: str, scope: Scope = Scope.EVENT, gives: Gives = Gives.TRUTH) -> Expression:
    expression = compile_expression(text, scope=scope, gives=gives, counters=COUNTERS, streaks=("daily",))
    assert isinstance(expression, Expression), expression
    return expression


def unfit(text: str, scope: Scope = Scope.EVENT, gives: Gives = Gives.TRUTH) -> Unfit:
    expression = compile_expression(text, scope=scope, gives=gives, counters=COUNTERS, streaks=("daily",))
    assert isinstance(expression, Unfit), expression
    return expression


def value(text: str, gives: Gives = Gives.TRUTH, **changed: Any) -> bool | int | Failed:
    return compiled(text, gives=gives).evaluate(facts(**changed))
