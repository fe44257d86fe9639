"""Expressions: conditions and amounts in Common Expression Language, typed, explained and bounded in cost."""

from domain.rules.codes import misnamed
from domain.rules.expression import Expression, compile_expression
from domain.rules.facts import (
    DateFacts,
    EventFacts,
    Gives,
    LineFacts,
    MemberFacts,
    RedemptionFacts,
    ReferralFacts,
    Scope,
)
from domain.rules.failed import Failed
from domain.rules.gathered import Facts
from domain.rules.unfit import Unfit

__all__ = [
    "DateFacts",
    "EventFacts",
    "Expression",
    "Facts",
    "Failed",
    "Gives",
    "LineFacts",
    "MemberFacts",
    "RedemptionFacts",
    "ReferralFacts",
    "Scope",
    "Unfit",
    "compile_expression",
    "misnamed",
]
