"""Every root field says who may, and everyone else is refused: by role, and where it is another member's."""

from contextlib import aclosing
from dataclasses import dataclass

import pytest
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition

from api.execution.parameters import Parameters
from domain.members.member import Member
from domain.simulation.run import Simulation
from mongo.client import Database
from resolvers.ids import global_id
from resolvers.members.member import Member as MemberType
from resolvers.permissions import Permission
from resolvers.schema import Mutation, Query, Subscription
from services.context import Context
from services.identity import Identity
from services.inbox.deliver import deliver
from tests.resolvers.conftest import REQUEST, Body, Desk, member_id
from tests.support import payments
from tests.support.drafts import saved
from tests.support.house import the_programme
from tests.support.messages import a_message
from tests.support.people import (
    ADMIN,
    AGENT,
    NOBODY,
    ROLELESS,
    SERVICE,
    SUPERVISOR,
    as_member,
    buy,
)
from tests.support.unchanged import unchanged
from tests.support.vouchers import COUPON, a_redemption, put

EVERYONE = ("member", "agent", "supervisor", "admin", "service")
STAFF = ("agent", "supervisor", "admin")


@dataclass(frozen=True)
class Case:
    """A document that asks one field, and the roles that may."""

    document: str
    allowed: tuple[str, ...]


ROOT = {
    "Query.node": Case('{ node(id: "UmV3YXJkOmNvZmZlZQ") { id } }', EVERYONE),
    "Query.viewer": Case("{ viewer { roles } }", EVERYONE),
    "Query.me": Case("{ me { id } }", ("member",)),
    "Query.webPushKey": Case("{ webPushKey }", EVERYONE),
    "Query.program": Case("{ program { name } }", EVERYONE),
    "Query.programVersions": Case("{ programVersions { edges { cursor } } }", ("admin",)),
    "Query.programDraft": Case('{ programDraft(id: "DRAFT") { id } }', ("admin",)),
    "Query.programDrafts": Case("{ programDrafts { edges { cursor } } }", ("admin",)),
    "Query.messageTemplates": Case('{ messageTemplates(locale: "en") { template } }', ("supervisor", "admin")),
    "Query.announcements": Case("{ announcements { edges { cursor } } }", ("supervisor", "admin")),
    "Query.previewAnnouncement": Case(
        '{ previewAnnouncement(texts: [{locale: "en", title: "t", body: "b"}]) { title } }',
        ("supervisor", "admin"),
    ),
    "Mutation.createAnnouncement": Case(
        """mutation { createAnnouncement(input: {texts: [], idempotencyKey: "k"}) { errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Mutation.stopAnnouncement": Case(
        """mutation { stopAnnouncement(input: {announcementId: "x"}) { errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Query.previewMessage": Case(
        '{ previewMessage(template: "birthday", locale: "en") { title } }', ("supervisor", "admin")
    ),
    "Mutation.saveMessageTemplate": Case(
        """mutation { saveMessageTemplate(input: {template: "birthday", locale: "xx", title: "t", body: "b",
            expectedRevision: 0}) { errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Mutation.resetMessageTemplate": Case(
        """mutation { resetMessageTemplate(input: {template: "birthday", locale: "en", expectedRevision: 0}) {
            errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Query.simulation": Case('{ simulation(id: "U2ltdWxhdGlvbjpz") { id } }', ("admin",)),
    "Query.payment": Case(
        '{ payment(id: "UGF5bWVudDphbm46cA") { id } }', ("agent", "supervisor", "admin", "service")
    ),
    "Mutation.payWithPoints": Case(
        """mutation { payWithPoints(input: {member: {externalId: "none"}, basket: "5.00", idempotencyKey: "k"}) {
            errors { code } } }""",
        ("service",),
    ),
    "Mutation.capturePayment": Case(
        """mutation { capturePayment(input: {paymentId: "x", idempotencyKey: "k"}) { errors { code } } }""",
        ("service",),
    ),
    "Mutation.releasePayment": Case(
        """mutation { releasePayment(input: {paymentId: "x", idempotencyKey: "k"}) { errors { code } } }""",
        ("service",),
    ),
    "Mutation.returnPayment": Case(
        """mutation { returnPayment(input: {paymentId: "x", idempotencyKey: "k"}) { errors { code } } }""",
        ("service",),
    ),
    "Mutation.setGoal": Case("mutation { setGoal(input: {}) { errors { code } } }", ("member",)),
    "Mutation.restockReward": Case(
        """mutation { restockReward(input: {rewardId: "x", quantity: 1, reason: "r", idempotencyKey: "k"}) {
            errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Mutation.registerDevice": Case(
        """mutation { registerDevice(input: {platform: IOS, token: "x"}) { errors { code } } }""", ("member",)
    ),
    "Mutation.unregisterDevice": Case(
        """mutation { unregisterDevice(input: {token: "x"}) { errors { code } } }""", ("member",)
    ),
    "Mutation.updateProfile": Case(
        """mutation { updateProfile(input: {memberId: "x"}) { errors { code } } }""", ("member", *STAFF)
    ),
    "Mutation.updatePreferences": Case(
        """mutation { updatePreferences(input: {memberId: "x"}) { errors { code } } }""", ("member", *STAFF)
    ),
    "Mutation.recordBounce": Case(
        """mutation { recordBounce(input: {email: "no@one.example", reason: "550"}) { errors { code } } }""",
        ("service",),
    ),
    "Mutation.simulateProgram": Case(
        """mutation { simulateProgram(input: {draftId: "DRAFT", idempotencyKey: "k"}) { errors { code } } }""",
        ("admin",),
    ),
    "Mutation.stopSimulation": Case(
        """mutation { stopSimulation(input: {simulationId: "x"}) { errors { code } } }""", ("admin",)
    ),
    "Query.reward": Case('{ reward(id: "UmV3YXJkOmNvZmZlZQ") { id } }', EVERYONE),
    "Query.rewards": Case("{ rewards { totalCount } }", EVERYONE),
    "Query.leaderboard": Case('{ leaderboard(board: "lifetime") { me { rank } } }', EVERYONE),
    "Query.member": Case('{ member(by: {externalId: "crm-ada"}) { id } }', (*STAFF, "service")),
    "Query.members": Case("{ members { totalCount } }", STAFF),
    "Query.explainEvent": Case('{ explainEvent(source: "shop", id: "o1") { type } }', EVERYONE),
    "Query.tryEvent": Case('{ tryEvent(input: {type: "visit"}) { badges } }', EVERYONE),
    "Query.voucher": Case('{ voucher(code: "7K3M-00ZX-AA17") { code } }', (*STAFF, "service")),
    "Query.voucherPools": Case("{ voucherPools { code } }", STAFF),
    "Mutation.useVoucher": Case(
        """mutation { useVoucher(input: {code: "x", store: "s", till: "t", receipt: "r"}) { errors { code } } }""",
        (*STAFF, "service"),
    ),
    "Query.approvals": Case("{ approvals { edges { cursor } } }", STAFF),
    "Mutation.cancelRedemption": Case(
        """mutation { cancelRedemption(input: {redemptionId: "eA", reason: "r", idempotencyKey: "k"}) {
            errors { code } } }""",
        ("member", *STAFF),
    ),
    "Mutation.fulfilRedemption": Case(
        'mutation { fulfilRedemption(input: {redemptionId: "eA", idempotencyKey: "k"}) { errors { code } } }',
        (*STAFF, "service"),
    ),
    "Mutation.deliverRedemption": Case(
        'mutation { deliverRedemption(input: {redemptionId: "eA", idempotencyKey: "k"}) { errors { code } } }',
        (*STAFF, "service"),
    ),
    "Query.redemptions": Case("{ redemptions { edges { cursor } } }", STAFF),
    "Query.partnerOrders": Case("{ partnerOrders { edges { cursor } } }", STAFF),
    "Mutation.retryPartnerOrder": Case(
        'mutation { retryPartnerOrder(input: {orderId: "eA"}) { errors { code } } }', STAFF
    ),
    "Query.deliveries": Case("{ deliveries { edges { cursor } } }", STAFF),
    "Mutation.retryDelivery": Case(
        'mutation { retryDelivery(input: {deliveryId: "eA"}) { errors { code } } }', STAFF
    ),
    "Mutation.redeemReward": Case(
        'mutation { redeemReward(input: {rewardId: "eA", idempotencyKey: "k"}) { errors { code } } }', ("member",)
    ),
    "Mutation.addFavourite": Case(
        'mutation { addFavourite(input: {rewardId: "eA"}) { errors { code } } }', ("member",)
    ),
    "Mutation.removeFavourite": Case(
        'mutation { removeFavourite(input: {rewardId: "eA"}) { errors { code } } }', ("member",)
    ),
    "Mutation.transferPoints": Case(
        """mutation { transferPoints(input: {to: {externalId: "x"}, points: 1, idempotencyKey: "k"}) {
           errors { code } } }""",
        ("member",),
    ),
    "Mutation.markNotificationsRead": Case(
        "mutation { markNotificationsRead(input: {all: true}) { errors { code } } }", ("member",)
    ),
    "Mutation.claimReferral": Case(
        'mutation { claimReferral(input: {code: "x", idempotencyKey: "k"}) { errors { code } } }', ("member",)
    ),
    "Mutation.enrolMember": Case('mutation { enrolMember(input: {externalId: "new"}) { created } }', ("service",)),
    "Mutation.recordEvents": Case(
        """mutation { recordEvents(input: {events: [{source: "s", id: "1", type: "visit",
           member: {externalId: "crm-ada"}, occurredAt: "2026-06-01T00:00:00Z"}]}) { results { accepted } } }""",
        ("service",),
    ),
    "Mutation.holdPoints": Case(
        """mutation { holdPoints(input: {member: {externalId: "crm-ada"}, points: 1, idempotencyKey: "k"}) {
           errors { code } } }""",
        ("service",),
    ),
    "Mutation.capturePoints": Case(
        'mutation { capturePoints(input: {holdId: "eA", idempotencyKey: "k"}) { errors { code } } }', ("service",)
    ),
    "Mutation.voidHold": Case(
        'mutation { voidHold(input: {holdId: "eA", idempotencyKey: "k"}) { errors { code } } }', ("service",)
    ),
    "Mutation.adjustPoints": Case(
        """mutation { adjustPoints(input: {memberId: "ADA", points: 1, reasonCode: "GOODWILL", note: "n",
           idempotencyKey: "k"}) { errors { code } } }""",
        STAFF,
    ),
    "Mutation.reverseEntry": Case(
        'mutation { reverseEntry(input: {entryId: "eA", reasonCode: "GOODWILL", idempotencyKey: "k"}) '
        "{ errors { code } } }",
        STAFF,
    ),
    "Mutation.extendPoints": Case(
        """mutation { extendPoints(input: {memberId: "ADA", expiresAt: "2027-07-01T04:00:00Z", until: "2027-12-31",
           reasonCode: "GOODWILL", note: "n", idempotencyKey: "k"}) { errors { code } } }""",
        STAFF,
    ),
    "Mutation.reinstatePoints": Case(
        """mutation { reinstatePoints(input: {memberId: "ADA", points: 1, reasonCode: "GOODWILL", note: "n",
           idempotencyKey: "k"}) { errors { code } } }""",
        STAFF,
    ),
    "Mutation.overrideTier": Case(
        """mutation { overrideTier(input: {memberId: "ADA", tier: "gold", until: "2026-09-01T00:00:00Z", note: "n",
           idempotencyKey: "k"}) { errors { code } } }""",
        ("supervisor", "admin"),
    ),
    "Mutation.saveProgramDraft": Case(
        """mutation { saveProgramDraft(input: {yaml: "name: Other", note: "n"}) { errors { code } } }""",
        ("admin",),
    ),
    "Mutation.publishProgram": Case(
        """mutation { publishProgram(input: {draftId: "DRAFT", idempotencyKey: "k"}) { errors { code } } }""",
        ("admin",),
    ),
    "Mutation.decideProgramPublication": Case(
        """mutation { decideProgramPublication(input: {draftId: "DRAFT", approve: true, idempotencyKey: "k"}) {
           errors { code } } }""",
        ("admin",),
    ),
    "Mutation.decideApproval": Case(
        """mutation { decideApproval(input: {approvalId: "eA", approve: true, idempotencyKey: "k"}) {
           errors { code } } }""",
        ("supervisor", "admin"),
    ),
}
SUBSCRIPTIONS = {
    "Subscription.balanceChanged": Case("subscription { balanceChanged { available } }", ("member",)),
    "Subscription.notificationReceived": Case("subscription { notificationReceived { title } }", ("member",)),
}
ROLES = (*EVERYONE, "nobody", "roleless")


def identity(role: str, member: Member) -> Identity:
    others = {
        "agent": AGENT,
        "supervisor": SUPERVISOR,
        "admin": ADMIN,
        "service": SERVICE,
        "nobody": NOBODY,
        "roleless": ROLELESS,
    }
    return others.get(role) or as_member(member)


def code_for(role: str) -> str:
    return "UNAUTHENTICATED" if role == "nobody" else "FORBIDDEN"


def definitions() -> list[StrawberryObjectDefinition]:
    return [get_object_definition(type, strict=True) for type in (Query, Mutation, Subscription)]


class TestDeclarations:
    def test_every_root_field_declares_exactly_one_permission(self) -> None:
        declared = {
            f"{definition.name}.{field.python_name}": sum(isinstance(one, Permission) for one in field.extensions)
            for definition in definitions()
            for field in definition.fields
        }
        assert declared == dict.fromkeys(declared, 1)

    def test_every_root_field_is_in_the_tables_below(self) -> None:
        fields = {f"{definition.name}.{name}" for definition in definitions() for name in camel_names(definition)}
        assert fields - {"Query.nodes"} == ROOT.keys() | SUBSCRIPTIONS.keys()


def camel_names(definition: StrawberryObjectDefinition) -> list[str]:
    words = (field.python_name.split("_") for field in definition.fields)
    return [first + "".join(word.title() for word in rest) for first, *rest in words]


@pytest.fixture
async def draft(context: Context) -> str:
    """The id of a draft of the programme, which is simulated as `s`."""
    draft = await saved(context, the_programme())
    simulation = Simulation("s", draft.id, draft.hash, 1, draft.author, draft.saved_at)
    await context.simulations.add(simulation, draft.program)
    return global_id("ProgramDraft", draft.id)


@pytest.fixture
async def bought(context: Context, ada: Member) -> None:
    """An event of the member's, and a voucher."""
    await buy(context, ada, "10.00", id="o1")
    await put(context, a_redemption(COUPON, member=ada.id))
    await payments.put(context, payments.a_payment())


@pytest.mark.usefixtures("bought")
class TestRoles:
    @pytest.mark.parametrize("case", ROOT.values(), ids=ROOT.keys())
    async def test_others_are_refused_and_nothing_changes(
        self, ask: Desk, database: Database, ada: Member, draft: str, case: Case
    ) -> None:
        for role in [role for role in ROLES if role not in case.allowed]:
            async with unchanged(database):
                body = await ask(
                    identity(role, ada), case.document.replace("ADA", member_id(ada)).replace("DRAFT", draft)
                )
            assert [error["extensions"]["code"] for error in body["errors"]] == [code_for(role)]
            assert list(body["data"].values()) == [None]

    @pytest.mark.parametrize("case", ROOT.values(), ids=ROOT.keys())
    async def test_those_named_are_answered(self, ask: Desk, ada: Member, draft: str, case: Case) -> None:
        for role in case.allowed:
            data = await ask.data(
                identity(role, ada), case.document.replace("ADA", member_id(ada)).replace("DRAFT", draft)
            )
            assert list(data.values()) != [None]

    async def test_who_is_refused_is_told_whom_to_ask(self, ask: Desk) -> None:
        body = await ask(AGENT, "{ programDrafts { edges { cursor } } }")
        assert [error["message"] for error in body["errors"]] == [
            "Your role may not see or do this: it takes admin."
        ]

    @pytest.mark.parametrize("case", SUBSCRIPTIONS.values(), ids=SUBSCRIPTIONS.keys())
    async def test_streams_do_not_begin_for_others(self, ask: Desk, ada: Member, case: Case) -> None:
        for role in [role for role in ROLES if role not in case.allowed]:
            answers = await stream(ask, identity(role, ada), case.document)
            assert [error["extensions"]["code"] for error in answers[0]["errors"]] == [code_for(role)]
            assert "data" not in answers[0]
            assert len(answers) == 1

    async def test_each_of_nodes_is_refused_by_itself(self, ask: Desk, ada: Member, bob: Member) -> None:
        document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        ids = [member_id(ada), member_id(bob), global_id("Reward", "coffee"), "nonsense"]
        body = await ask(as_member(ada), document, ids=ids)
        assert body["data"] == {"nodes": [{"id": ids[0]}, None, {"id": ids[2]}, None]}
        assert await ask.refusals(as_member(ada), document, ids=ids) == [("FORBIDDEN", "nodes.1")]
        assert await ask.refusals(NOBODY, document, ids=ids[:2]) == [
            ("UNAUTHENTICATED", "nodes.0"),
            ("UNAUTHENTICATED", "nodes.1"),
        ]


async def stream(ask: Desk, identity: Identity, document: str) -> list[Body]:
    operation = ask.engine.prepare(Parameters(document))
    async with aclosing(ask.engine.stream(operation, identity, REQUEST)) as answers:
        return [answer async for answer in answers]


MEMBER_FIELDS = {
    "profile { email }": (*STAFF, "service"),
    "tier { since }": (*STAFF, "service"),
    "balance { available }": (*STAFF, "service"),
    "balances { available }": (*STAFF, "service"),
    "rewards { totalCount }": (*STAFF, "service"),
    "favourites { edges { cursor } }": (*STAFF, "service"),
    "recommendations { edges { cursor } }": (*STAFF, "service"),
    "entries { edges { cursor } }": STAFF,
    "tierHistory { edges { cursor } }": STAFF,
    "redemptions { edges { cursor } }": STAFF,
    "notifications { edges { cursor } }": STAFF,
    "unreadNotifications": STAFF,
}


STAFF_FIELDS = ["deliveries { edges { cursor } }", "notifications { edges { node { deliveries { id } } } }"]
"""Of a member, and of what they were told: not even for themself."""


class TestMemberFields:
    """What of a member only they themselves and the roles named may read."""

    async def test_by_role(self, ask: Desk, ada: Member) -> None:
        for field, allowed in MEMBER_FIELDS.items():
            document = f'{{ member(by: {{externalId: "crm-ada"}}) {{ status {field} }} }}'
            name = field.partition(" ")[0]
            for role in (*STAFF, "service"):
                body = await ask(identity(role, ada), document)
                if role in allowed:
                    assert "errors" not in body
                    assert body["data"]["member"][name] is not None
                else:
                    assert body["data"]["member"] == {"status": "ACTIVE", name: None}
                    assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
                    assert body["errors"][0]["path"] == ["member", name]

    async def test_a_member_reads_their_own(self, ask: Desk, ada: Member) -> None:
        for field in MEMBER_FIELDS:
            data = await ask.data(as_member(ada), f"{{ me {{ {field} }} }}")
            assert list(data["me"].values()) != [None]

    async def test_what_became_of_their_alerts_is_for_staff_alone(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await deliver(context, [a_message(1, ada.id)])
        for field in STAFF_FIELDS:
            document = f'{{ member(by: {{externalId: "crm-ada"}}) {{ {field} }} }}'
            for role in STAFF:
                assert "errors" not in await ask(identity(role, ada), document)
            assert [code for code, _ in await ask.refusals(as_member(ada), f"{{ me {{ {field} }} }}")] == [
                "FORBIDDEN"
            ]
            assert [code for code, _ in await ask.refusals(SERVICE, document)] == ["FORBIDDEN"]

    def test_every_other_field_of_a_member_names_but_says_little(self) -> None:
        open_to_all = {
            field.python_name
            for field in get_object_definition(MemberType, strict=True).fields
            if not any(isinstance(one, Permission) for one in field.extensions)
        }
        assert open_to_all == {
            "id", "external_id", "card_number", "referral_code", "status", "joined_at",
        }  # fmt: skip


class TestOtherMembers:
    """Whatever id a member learns: what is another's is FORBIDDEN, and so is what does not exist there."""

    async def test_nodes_of_others(self, context: Context, ask: Desk, ada: Member, bob: Member) -> None:
        await buy(context, bob, "10.00", id="o1")
        keys = [
            ("Member", bob.id),
            ("Member", "00000000000000000000"),
            ("Balance", f"{bob.id}:POINTS"),
            ("Balance", f"{bob.id}:POINTS:1781524800000"),
            ("Balance", "00000000000000000000:POINTS"),
            ("Entry", f"{bob.id}:1"),
            ("Entry", f"{bob.id}:99"),
            ("Hold", f"{bob.id}:1"),
            ("Notification", f"{bob.id}:1"),
            ("Redemption", f"{bob.id}:0123456789"),
            ("Approval", "0123456789"),
        ]
        for type, key in keys:
            id = global_id(type, key)
            body = await ask(as_member(ada), "query($id: ID!) { node(id: $id) { id } }", id=id)
            assert body["data"] == {"node": None}
            assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"], (type, key)

    async def test_availability_for_others(self, ask: Desk, ada: Member, bob: Member) -> None:
        document = """query($reward: ID!, $member: ID!) {
            reward(id: $reward) { code availability(memberId: $member) { redeemable } } }"""
        ids = {"reward": global_id("Reward", "coffee"), "member": member_id(bob)}
        body = await ask(as_member(ada), document, **ids)
        assert body["data"] == {"reward": {"code": "coffee", "availability": None}}
        assert await ask.refusals(as_member(ada), document, **ids) == [("FORBIDDEN", "reward.availability")]

    async def test_who_stands_on_the_board(self, context: Context, ask: Desk, ada: Member, bob: Member) -> None:
        entries = [await buy(context, ada, "10.00", id="o1"), await buy(context, bob, "20.00", id="o2")]
        await context.accounts.put_newest(entries, currency="POINTS")
        document = '{ leaderboard(board: "lifetime") { edges { node { member { id } } } } }'
        body = await ask(as_member(ada), document)
        rows = [edge["node"]["member"] for edge in body["data"]["leaderboard"]["edges"]]
        assert rows == [None, {"id": member_id(ada)}]
        path = "leaderboard.edges.0.node.member"
        assert await ask.refusals(as_member(ada), document) == [("FORBIDDEN", path)]
        assert await ask.refusals(SERVICE, document) == [
            ("FORBIDDEN", path),
            ("FORBIDDEN", path.replace("0", "1")),
        ]
        staff = await ask.data(AGENT, document)
        assert staff["leaderboard"]["edges"][0]["node"]["member"] == {"id": member_id(bob)}

    async def test_staff_are_not_named_to_members(self, context: Context, ask: Desk, ada: Member) -> None:
        adjusted = """mutation($id: ID!) { adjustPoints(input: {memberId: $id, points: 5, reasonCode: "GOODWILL",
            note: "n", idempotencyKey: "k"}) { entry { actor { kind id displayName } } } }"""
        data = await ask.data(AGENT, adjusted, id=member_id(ada))
        assert data["adjustPoints"]["entry"]["actor"] == {
            "kind": "AGENT",
            "id": "agent-1",
            "displayName": "Grace Agent",
        }
        document = "{ me { entries { edges { node { actor { kind id displayName } } } } } }"
        seen = await ask.data(as_member(ada), document)
        assert [edge["node"]["actor"] for edge in seen["me"]["entries"]["edges"]] == [
            {"kind": "AGENT", "id": None, "displayName": None}
        ]
