"""What an event would give: for oneself, for a member that is named, for somebody new, by a draft."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.people import ADMIN, AGENT, SERVICE, as_member
from tests.support.unchanged import unchanged

TRY = """query($input: TryEventInput!) { tryEvent(input: $input) {
    programVersion points { currency { code } points } rules { rule fired points reason }
    challenges { challenge name goal before after reached } badges tierBefore { code } tierAfter { code } } }"""
PRODUCE = {"sku": "apples", "category": "PRODUCE", "quantity": 6, "amount": "12.00"}


def basket(**changes: Any) -> dict[str, Any]:
    return {"type": "purchase", "lines": [PRODUCE], "occurredAt": "2026-06-14T08:00:00Z"} | changes


async def tried(ask: Desk, identity: Any, **changes: Any) -> Any:
    return (await ask.data(identity, TRY, input=basket(**changes)))["tryEvent"]


class TestTryEvent:
    async def test_a_member_sees_what_a_basket_would_give_and_nothing_is_written(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        async with unchanged(database):
            found = await tried(ask, as_member(ada))
        rules = {rule.pop("rule"): rule for rule in found.pop("rules")}
        assert found == {
            "programVersion": 1,
            # Twice 12 for the apples, and 20 for the challenge.
            "points": [{"currency": {"code": "POINTS"}, "points": 44}],
            "challenges": [
                {
                    "challenge": "five-a-week",
                    "name": "Five a week",
                    "goal": 5,
                    "before": 0,
                    "after": 5,
                    "reached": 1,
                },
                {
                    "challenge": "fresh-year",
                    "name": "300 dollars of fresh food this year",
                    "goal": 30_000,
                    "before": 0,
                    "after": 1200,
                    "reached": 0,
                },
            ],
            "badges": [],
            "tierBefore": {"code": "bronze"},
            "tierAfter": {"code": "bronze"},
        }
        assert rules["spend"] == {"fired": True, "points": 24, "reason": None}
        assert rules["happy-hour"] == {"fired": False, "points": 0, "reason": "SCHEDULE"}

    async def test_staff_and_services_name_a_member_or_nobody(self, ask: Desk, ada: Member) -> None:
        mine = await tried(ask, as_member(ada))
        assert await tried(ask, AGENT, member={"externalId": "crm-ada"}) == mine
        assert await tried(ask, SERVICE, member={"externalId": "crm-ada"}) == mine
        assert await tried(ask, SERVICE) == mine

    async def test_a_member_names_nobody_else(self, ask: Desk, ada: Member, bob: Member) -> None:
        input = basket(member={"externalId": "crm-bob"})
        assert await ask.refusals(as_member(ada), TRY, input=input) == [("FORBIDDEN", "tryEvent")]

    async def test_drafts_are_for_admins(self, ask: Desk, ada: Member) -> None:
        save = """mutation($yaml: String!) { saveProgramDraft(input: {yaml: $yaml, note: "n"}) {
            draft { id } errors { code } problems { message } } }"""
        yaml = f"{MINIMAL}earning:\n  - {{code: new, name: New, on: [purchase], points: 7}}\n"
        saved = (await ask.data(ADMIN, save, yaml=yaml))["saveProgramDraft"]
        draft = saved["draft"]["id"]
        found = await tried(ask, ADMIN, draftId=draft)
        assert (found["programVersion"], found["points"][0]["points"]) == (None, 7)
        assert await ask.refusals(AGENT, TRY, input=basket(draftId=draft)) == [("FORBIDDEN", "tryEvent")]
        assert await ask.refusals(ADMIN, TRY, input=basket(draftId="eA")) == [("BAD_REQUEST", "tryEvent")]

    async def test_what_is_no_event_is_a_bad_request(self, context: Context, ask: Desk, ada: Member) -> None:
        for wrong in ({"type": "refund"}, {"currency": "EUR"}, {"attributes": []}, {"type": "badge.earned"}):
            answer = await ask.refusals(as_member(ada), TRY, input=basket(**wrong))
            assert answer == [("BAD_REQUEST", "tryEvent")], wrong
        unknown = basket(member={"externalId": "nobody"})
        assert await ask.refusals(SERVICE, TRY, input=unknown) == [("BAD_REQUEST", "tryEvent")]


MINIMAL = """name: Draft
timezone: America/New_York
money: USD
currencies: [{code: POINTS, name: Points}]
tiers: {metric: points, levels: [{code: bronze, name: Bronze, threshold: 0}]}
"""
