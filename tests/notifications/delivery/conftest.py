"""A member with a telephone, an e-mail address and a number, and who carries alerts to them."""

import pytest

from domain.actors import SYSTEM
from domain.alerts.channel import Channel
from domain.members.member import Member
from domain.program.alerts import Alerts
from runtime.wiring import House
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.carrying import APNS, SMS, SMTP, Post, Posting, a_device, loud, posting
from tests.support.members import a_member
from tests.support.programs import a_program


@pytest.fixture
async def ada(context: Context) -> Member:
    """Told of points by push alone, at any time."""
    await publish_alerts(context, loud(Channel.PUSH))
    member = a_member(1, email="ada@example.com", phone="+441632960001", timezone="Europe/London")
    await context.members.insert(member)
    await context.devices.register(a_device(member))
    return member


@pytest.fixture
def post() -> Post:
    """Carries everything."""
    return Post()


@pytest.fixture
def office(house: House, post: Post) -> Posting:
    """Everything that goes to a member goes by `post`."""
    return posting(house, {APNS: post, SMTP: post, SMS: post})


async def publish_alerts(context: Context, alerts: Alerts) -> None:
    """The programme says so of alerts from now on."""
    await publish_program(context, SYSTEM, a_program(alerts=alerts))
    context.programs._cached = None
