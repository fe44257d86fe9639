"""Why an event gave what it gave: for staff, services, and members for their own."""

from typing import Any

from domain.members.member import Member
from tests.resolvers.conftest import Desk
from tests.resolvers.earning.test_record_events import purchase, record
from tests.support.people import AGENT, SERVICE, as_member

EXPLAIN = """query($id: String!, $others: Boolean!) { explainEvent(source: "shop", id: $id, others: $others) {
    source eventId type occurredAt recordedAt programVersion tier { code } entries { sequence }
    rules { rule name fired points currency { code } because inputs { name value } wanted caps { code words }
            reason missing } } }"""
LINE = {
    "rule": "spend",
    "name": "A point for every dollar",
    "fired": True,
    "points": 20,
    "currency": {"code": "POINTS"},
    "because": "12.50 USD at 1 point for each 1.00; BAKERY 4.00 counts ×3: 20.50 → 20, rounded down",
    "inputs": [],
    "wanted": None,
    "caps": [],
    "reason": None,
    "missing": None,
}
HAPPY_HOUR = {
    "rule": "happy-hour",
    "name": "Happy hour, double points",
    "fired": False,
    "points": 0,
    "currency": {"code": "POINTS"},
    "because": None,
    "inputs": [],
    "wanted": None,
    "caps": [],
    "reason": "SCHEDULE",
}


async def explained(ask: Desk, identity: Any, id: str = "o1", *, others: bool = False) -> Any:
    return (await ask.data(identity, EXPLAIN, id=id, others=others))["explainEvent"]


class TestExplainEvent:
    async def test_what_fired_and_what_was_missing(self, ask: Desk, ada: Member) -> None:
        await record(ask, purchase())
        found = await explained(ask, as_member(ada))
        rules = {rule["rule"]: rule for rule in found.pop("rules")}
        assert found == {
            "source": "shop",
            "eventId": "o1",
            "type": "purchase",
            "occurredAt": "2026-06-14T08:00:00.000Z",
            "recordedAt": "2026-06-15T12:00:00.000Z",
            "programVersion": 1,
            "tier": {"code": "bronze"},
            "entries": [{"sequence": 1}],
        }
        assert rules["spend"] == LINE
        assert rules["happy-hour"] == HAPPY_HOUR | {"missing": rules["happy-hour"]["missing"]}
        assert rules["web-double"]["missing"] == 'needs event.channel == "web": event.channel is "till"'
        assert "visit" not in rules

    async def test_the_same_for_staff_and_services_and_from_the_entry(self, ask: Desk, ada: Member) -> None:
        await record(ask, purchase())
        mine = await explained(ask, as_member(ada))
        assert await explained(ask, AGENT) == mine
        assert await explained(ask, SERVICE) == mine
        document = "{ me { entries { edges { node { judgement { eventId rules { rule reason } } } } } } }"
        data = await ask.data(as_member(ada), document)
        (edge,) = data["me"]["entries"]["edges"]
        rules = [{"rule": rule["rule"], "reason": rule["reason"]} for rule in mine["rules"]]
        assert edge["node"]["judgement"] == {"eventId": "o1", "rules": rules}

    async def test_rules_for_other_events_when_they_are_asked_for(self, ask: Desk, ada: Member) -> None:
        await record(ask, purchase())
        rules = {rule["rule"]: rule for rule in (await explained(ask, AGENT, others=True))["rules"]}
        assert rules["visit"]["reason"] == "EVENT_TYPE"

    async def test_what_is_another_members_is_as_if_it_was_never_recorded(
        self, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await record(ask, purchase())
        assert await explained(ask, as_member(bob)) is None
        assert await explained(ask, as_member(ada), "o2") is None

    async def test_a_line_says_what_its_rule_looked_at_and_which_cap_left_less(
        self, ask: Desk, ada: Member
    ) -> None:
        line = {"sku": "x", "category": "GROCERY", "amount": "70.00"}
        # Monday, half past seven in the evening in New York: the happy hour doubles at most 50.
        event = purchase(occurredAt="2026-06-08T23:30:00Z", amount="70.00", lines=[line])
        await record(ask, event)
        document = """{ me { entries { edges { node { explanation {
            rule points wanted inputs { name value } caps { code words } } } } } } }"""
        (edge,) = (await ask.data(as_member(ada), document))["me"]["entries"]["edges"]
        assert edge["node"]["explanation"] == [
            {"rule": "spend", "points": 70, "wanted": None, "inputs": [], "caps": []},
            {
                "rule": "happy-hour",
                "points": 50,
                "wanted": 70,
                "inputs": [],
                "caps": [{"code": "rule:happy-hour/day", "words": "no more than 50 a day by this rule"}],
            },
        ]
