"""What waits, is held and owed, and how entries name each other: as clients see it."""

from typing import Any

from domain.ledger.decide import earn, redeem
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Changes, Idle
from domain.members.member import Member
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.resolvers.ledger.conftest import JULY, entries, post
from tests.support.people import AGENT, as_member

BALANCE = """available pending held debt worth { amount } nextExpiry { points expiresOn } expiring(withinDays: 20)
    lots { points expiresOn }"""
LINKS = """sequence kind points pendingChange heldChange expiresOn releasesAt balanceAfter
    reverses { sequence } reversedBy { sequence } closes { sequence } closedBy { sequence }"""


class TestBalance:
    async def test_what_waits_and_what_is_held(self, ask: Desk, busy: Member) -> None:
        data = await ask.data(as_member(busy), f"{{ me {{ balance {{ {BALANCE} }} }} }}")
        assert data["me"]["balance"] == {
            "available": 250,
            "pending": 80,
            "held": 30,
            "debt": 0,
            "worth": {"amount": "2.50"},
            "nextExpiry": {"points": 130, "expiresOn": "2026-06-30"},
            "expiring": 130,
            "lots": [{"points": 130, "expiresOn": "2026-06-30"}, {"points": 120, "expiresOn": "2026-07-31"}],
        }

    async def test_of_a_member_who_owes(self, context: Context, ask: Desk, ada: Member) -> None:
        await post(context, ada, EntryKind.EARN, lambda account: earn(account, 50, expires_at=JULY))
        await post(context, ada, EntryKind.REDEEM, lambda account: redeem(account, 50))
        owing = Changes(debt=50, reversed=50)
        await post(context, ada, EntryKind.REVERSE, lambda account: owing, reverses=1)
        data = await ask.data(as_member(ada), f"{{ me {{ balance {{ {BALANCE} }} }} }}")
        assert data["me"]["balance"] == {
            "available": -50,
            "pending": 0,
            "held": 0,
            "debt": 50,
            "worth": {"amount": "0.00"},
            "nextExpiry": None,
            "expiring": 0,
            "lots": [],
        }
        (reversal,) = await entries(ask, ada, "points balanceAfter", "(first: 1)")
        assert reversal == {"points": -50, "balanceAfter": -50}

    async def test_points_that_go_by_inactivity_have_the_date_on_which_they_do(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await post(context, ada, EntryKind.EARN, lambda account: earn(account, 10, expires_at=JULY))
        idle = Idle(JULY)
        await post(context, ada, EntryKind.EARN, lambda account: earn(account, 20, expires_at=None, idle=idle))
        fields = "lots { points expiresOn } nextExpiry { points expiresOn } expiring(withinDays: 20)"
        data = await ask.data(as_member(ada), f"{{ me {{ balance {{ {fields} }} }} }}")
        lot = {"points": 30, "expiresOn": "2026-06-30"}
        assert data["me"]["balance"] == {"lots": [lot], "nextExpiry": lot, "expiring": 30}
        (entry, _) = await entries(ask, ada, "expiresAt")
        assert entry == {"expiresAt": None}


class TestLinks:
    async def test_every_kind_says_what_it_moved_and_what_it_belongs_to(self, ask: Desk, busy: Member) -> None:
        shown = {node["sequence"]: node for node in await entries(ask, busy, LINKS)}
        keys = ("kind", "points", "pendingChange", "heldChange", "balanceAfter", "expiresOn")
        assert {seq: tuple(node[key] for key in keys) for seq, node in shown.items()} == {
            1: ("EARN", 300, 0, 0, 300, "2026-06-30"),
            2: ("PENDING", 0, 120, 0, 300, "2026-07-31"),
            3: ("RELEASE", 120, -120, 0, 420, "2026-07-31"),
            4: ("PENDING", 0, 80, 0, 420, None),
            5: ("HOLD", -200, 0, 200, 220, None),
            6: ("CAPTURE", 150, 0, -200, 370, "2026-06-30"),
            7: ("HOLD", -30, 0, 30, 340, None),
            8: ("REVERSE", -90, 0, 0, 250, None),
        }
        released = {seq: node["releasesAt"] for seq, node in shown.items() if node["releasesAt"]}
        assert released == {2: "2026-07-01T04:00:00.000Z"}
        links = ("reverses", "reversedBy", "closes", "closedBy")
        assert {
            (name, seq): linked
            for name in links
            for seq, node in shown.items()
            if (linked := _sequences(node[name]))
        } == {
            ("reverses", 8): [1],
            ("reversedBy", 1): [8],
            ("closes", 3): [2],
            ("closes", 6): [5],
            ("closedBy", 2): [3],
            ("closedBy", 5): [6],
        }

    async def test_links_to_other_pages_are_the_same(self, ask: Desk, busy: Member) -> None:
        whole = {node["sequence"]: node for node in await entries(ask, busy, LINKS)}
        for arguments in (
            "(filter: {kinds: [EARN, PENDING]})",
            "(first: 1)",
            "(filter: {kinds: [HOLD, REVERSE]})",
        ):
            for node in await entries(ask, busy, LINKS, arguments):
                assert node == whole[node["sequence"]]
        document = f"query($id: ID!) {{ node(id: $id) {{ ... on Entry {{ {LINKS} }} }} }}"
        data = await ask.data(AGENT, document, id=global_id("Entry", busy.id, 1))
        assert data["node"] == whole[1]

    async def test_an_id_alone_is_had_from_the_link(self, ask: Desk, busy: Member) -> None:
        shown = await entries(ask, busy, "reverses { __typename id } reversedBy { id }", "(first: 1)")
        assert shown == [
            {"reverses": {"__typename": "Entry", "id": global_id("Entry", busy.id, 1)}, "reversedBy": []}
        ]


def _sequences(found: Any) -> list[int]:
    if found is None:
        return []
    return [one["sequence"] for one in (found if isinstance(found, list) else [found])]
