"""Which credits paid, and where points went: as clients see it."""

from domain.members.member import Member
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.resolvers.ledger.conftest import entries
from tests.support.house import Clock
from tests.support.people import AGENT, buy, enrol


class TestTrace:
    TRACE = """sequence paidBy { points expiresOn entry { sequence } }
        usedFor { given unspent pending held spent expired reversed entries { points entry { sequence } } }"""

    async def test_both_directions(self, ask: Desk, busy: Member) -> None:
        shown = {node["sequence"]: node for node in await entries(ask, busy, self.TRACE)}
        paid = {
            seq: [(part["points"], part["entry"]["sequence"], part["expiresOn"]) for part in node["paidBy"]]
            for seq, node in shown.items()
            if node["paidBy"]
        }
        june = "2026-06-30"
        assert paid == {5: [(200, 1, june)], 6: [(50, 1, june)], 7: [(30, 1, june)], 8: [(90, 1, june)]}
        assert {seq for seq, node in shown.items() if node["usedFor"]} == {1, 2, 4}
        assert shown[1]["usedFor"] == {
            "given": 300,
            "unspent": 130,
            "pending": 0,
            "held": 30,
            "spent": 50,
            "expired": 0,
            "reversed": 90,
            "entries": [
                {"points": points, "entry": {"sequence": seq}} for points, seq in ((50, 6), (30, 7), (90, 8))
            ],
        }
        assert shown[4]["usedFor"]["pending"] == 80

    async def test_what_time_has_done_has_no_entry_yet(self, ask: Desk, busy: Member, clock: Clock) -> None:
        clock.advance(days=60)
        (first,) = (node for node in await entries(ask, busy, self.TRACE) if node["sequence"] == 1)
        assert {name: first["usedFor"][name] for name in ("unspent", "held", "expired")} == {
            "unspent": 0,
            "held": 0,
            "expired": 160,
        }
        assert first["usedFor"]["entries"][-1] == {"points": 160, "entry": None}

    async def test_few_members_at_a_time(self, ask: Desk, context: Context) -> None:
        members = await enrol(context, *(f"Member{number}" for number in range(6)))
        for member in members:
            await buy(context, member, "10.00", id=member.id)
        document = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Entry {
            a: paidBy { points } b: paidBy { points } } } }"""
        ids = [global_id("Entry", member.id, 1) for member in members]
        assert await ask.data(AGENT, document, ids=ids[:5]) == {"nodes": [{"a": [], "b": []}] * 5}
        refused = await ask.refusals(AGENT, document, ids=ids)
        assert refused == [("BAD_REQUEST", "nodes.5.a"), ("BAD_REQUEST", "nodes.5.b")]
