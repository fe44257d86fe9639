"""The key of Web Push through the API."""

from dataclasses import replace

from domain.alerts.subscription import WebPushOffer
from domain.members.member import Member
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.house import WEB_PUSH
from tests.support.people import as_member

KEY = "{ webPushKey }"


class TestWebPushKey:
    async def test_a_browser_can_subscribe_with_it(self, ask: Desk, ada: Member) -> None:
        assert await ask.data(as_member(ada), KEY) == {"webPushKey": WEB_PUSH.key}

    async def test_it_is_null_where_web_push_is_not_set_up(self, context: Context, ada: Member) -> None:
        desk = Desk(replace(context, web_push=WebPushOffer()))
        assert await desk.data(as_member(ada), KEY) == {"webPushKey": None}
