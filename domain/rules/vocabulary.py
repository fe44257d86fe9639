"""The names that expressions of a scope know, with their types, as the engine wants them declared."""

import dataclasses
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_type_hints

from cel_expr_python import cel
from cel_expr_python.ext.ext_math import ExtMath
from cel_expr_python.ext.ext_strings import ExtStrings

from domain.rules.facts import (
    DateFacts,
    EventFacts,
    LineFacts,
    MemberFacts,
    RedemptionFacts,
    ReferralFacts,
    Scope,
)
from domain.rules.shapes import class_of, pool_of

PACKAGE = "regulars"
# The message of each variable that has fields, and the facts that it is made from.
FACTS: Mapping[str, tuple[str, type]] = {
    "line": ("Line", LineFacts),
    "event": ("Event", EventFacts),
    "member": ("Member", MemberFacts),
    "date": ("Date", DateFacts),
    "referral": ("Referral", ReferralFacts),
    "redemption": ("Redemption", RedemptionFacts),
}
_KINDS = {
    str: "text",
    str | None: "text",
    int: "int",
    bool: "truth",
    tuple[str, ...]: "repeated text",
    tuple[LineFacts, ...]: "repeated Line",
}
# For the checker only: a sum becomes a loop before it runs (domain/rules/folds.py).
_SUM = cel.FunctionDecl(
    "sum",
    [cel.Overload("list_sum", return_type=cel.Type.INT, parameters=[cel.Type.List(cel.Type.INT)], is_member=True)],
)
_WRITABLE = re.compile(r"(?:counters|streaks)\.[A-Za-z_][A-Za-z0-9_]*")
_ALWAYS = ("member", "date", "profile")
_KNOWN = {
    Scope.MEMBER: _ALWAYS,
    Scope.EVENT: (*_ALWAYS, "event", "attributes"),
    Scope.LINE: (*_ALWAYS, "event", "attributes", "line"),
    Scope.REFERRAL: (*_ALWAYS, "event", "attributes", "referral"),
    Scope.REDEMPTION: (*_ALWAYS, "redemption"),
}


def fields_of(facts: type) -> Mapping[str, str]:
    """The fields of a message for these facts, numbered in their order: the language is what the facts hold."""
    hints = get_type_hints(facts)
    fields = {}
    for number, field in enumerate(dataclasses.fields(facts), start=1):
        *repeated, kind = _KINDS[hints[field.name]].split()
        fields[field.name] = " ".join([*repeated, str(number), kind])
    return fields


POOL = pool_of(PACKAGE, {message: fields_of(facts) for message, facts in FACTS.values()})
MESSAGES: Mapping[str, Any] = {
    name: class_of(POOL, f"{PACKAGE}.{message}") for name, (message, _) in FACTS.items()
}


class Vocabulary:
    """What expressions of one scope of one programme may name. Shared by them, and told apart by identity."""

    def __init__(self, scope: Scope, counted: tuple[str, ...]) -> None:
        self.names = (*_KNOWN[scope], *counted)
        # What no event has touched yet stands at zero.
        self.zeros = dict.fromkeys(counted, 0)
        variables = {name: _type_of(name) for name in self.names}
        self.env = cel.NewEnv(POOL, variables=variables, extensions=[ExtMath(), ExtStrings()], functions=[_SUM])


@lru_cache(maxsize=256)
def vocabulary(scope: Scope, counters: tuple[str, ...], streaks: tuple[str, ...]) -> Vocabulary:
    """The vocabulary of a scope, with the counters and streaks that a programme has."""
    counted = (*(f"counters.{code}" for code in counters), *(f"streaks.{code}" for code in streaks))
    # A code that nobody can write stands for nothing; the check of the programme says what is wrong with it.
    counted = tuple(name for name in counted if _WRITABLE.fullmatch(name))
    return Vocabulary(scope, counted)


def _type_of(name: str) -> cel.Type:
    if name in FACTS:
        return cel.Type(f"{PACKAGE}.{FACTS[name][0]}")
    if name in ("attributes", "profile"):
        return cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return cel.Type.INT
