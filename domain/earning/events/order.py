"""The order that a delivery or a refund is about."""

from collections.abc import Mapping
from typing import Any

from domain.earning.posting.waiting import releases
from domain.program.program import Program
from domain.refusals import Refused, invalid

ORDER = ("attributes", "order")


def names_an_order(program: Program, event_type: str) -> bool:
    """Whether events of this type are about an order that was recorded before."""
    return event_type in program.refunded_on or releases(program, event_type)


def order_of(attributes: Mapping[str, Any]) -> str | None:
    """The id of the order, which is the id of an event of the same source; None when none is named."""
    order = attributes.get("order")
    return order if isinstance(order, str) and order else None


def refuse_without_order(program: Program, event_type: str, attributes: Mapping[str, Any]) -> Refused | None:
    """INVALID_INPUT for an event that must name its order and does not."""
    if not names_an_order(program, event_type) or order_of(attributes) is not None:
        return None
    return invalid(f"A {event_type} needs `order` in its attributes: the id of the event it is about.", *ORDER)
