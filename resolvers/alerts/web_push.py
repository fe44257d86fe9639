"""What a browser needs before it can subscribe to push messages."""

import strawberry

from resolvers.context import Info
from resolvers.permissions import SignedIn


@strawberry.type
class WebPushQuery:
    """Root fields about Web Push."""

    @strawberry.field(extensions=[SignedIn()])
    def web_push_key(self, info: Info) -> str | None:
        """The `applicationServerKey` of `PushManager.subscribe()`; null where Web Push is not set up."""
        return info.context.services.web_push.key
