"""Each message is told once an address, in its order, again until it is heard, never by who was overtaken."""

from domain.alerts.delivery import DeliveryState, provider_id
from domain.members.member import Member
from services.context import Context
from tests.support.carrying import Post, Posting, a_device, news
from tests.support.house import NOON

SENT, WAITING, DEAD = DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.DEAD


class TestOnce:
    async def test_a_message_is_told_once_to_each_address(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await context.devices.register(a_device(ada, 2))
        await office.tell(news(ada))
        await office.through()
        await office.tell(news(ada))
        await office.through()
        one, two = await office.all()
        assert sorted(parcel.to for parcel in post.carried) == ["token-1", "token-2"]
        assert {parcel.id for parcel in post.carried} == {provider_id(one.id), provider_id(two.id)}
        assert (one.state, one.attempts, one.sent_at) == (SENT, 1, NOON)
        assert [(step.what, step.answer) for step in one.steps] == [("ATTEMPT", None), ("SENT", "ok")]
