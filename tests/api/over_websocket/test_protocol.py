"""How a WebSocket begins and ends."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from websockets.typing import Subprotocol

from api.auth.development_key import DevelopmentKey
from api.options import Options
from domain.actors import Role
from tests.api.over_websocket.client import introduced, opened
from tests.api.service import Service, running
from tests.support.eventually import eventually


class TestToken:
    @pytest.mark.parametrize("name", ["Authorization", "authorization"])
    async def test_in_the_init_payload(self, service: Service, name: str) -> None:
        async with introduced(service, {name: f"Bearer {service.token(subject='m7')}"}) as client:
            await client.subscribe("1", "{ subject }")
            assert (await client.hear())["payload"] == {"data": {"subject": "m7"}}

    async def test_in_the_handshake(self, service: Service) -> None:
        headers = {"authorization": f"Bearer {service.token(Role.AGENT, 'a1')}", "accept-language": "fr"}
        async with introduced(service, additional_headers=headers) as client:
            await client.subscribe("1", "{ subject }")
            assert (await client.hear())["payload"] == {"data": {"subject": "a1"}}
        assert service.stage.contexts[0][1].accept_language == "fr"

    async def test_the_payload_comes_first(self, service: Service) -> None:
        headers = {"authorization": f"Bearer {service.token(subject='m1')}"}
        payload = {"Authorization": f"Bearer {service.token(subject='m2')}"}
        async with introduced(service, payload, additional_headers=headers) as client:
            await client.subscribe("1", "{ subject }")
            assert (await client.hear())["payload"] == {"data": {"subject": "m2"}}

    async def test_none_is_nobody(self, service: Service) -> None:
        async with introduced(service) as client:
            await client.subscribe("1", "{ subject }")
            assert (await client.hear())["payload"]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}

    @pytest.mark.parametrize("token", ["Bearer a.b.c", "x", 5, {}])
    async def test_a_bad_one_closes_with_4403(self, service: Service, token: Any) -> None:
        async with opened(service) as client:
            await client.tell(type="connection_init", payload={"Authorization": token})
            assert (await client.closed())[0] == 4403

    async def test_its_expiry_closes_with_4403(self, service: Service) -> None:
        payload = {"Authorization": f"Bearer {service.token(ttl=-28)}"}
        async with introduced(service, payload) as client:
            await client.subscribe("1", "subscription { forever }")
            await client.hear()
            assert await client.closed() == (4403, "The token has expired.")
        await eventually(lambda: service.stage.live == 0)


class TestClosing:
    async def test_other_subprotocols_are_4406(self, service: Service) -> None:
        async with opened(service, subprotocols=None) as client:
            assert await client.closed() == (4406, "Subprotocol not acceptable")

    async def test_the_older_protocol_is_not_spoken(self, service: Service) -> None:
        async with opened(
            service, subprotocols=[Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]
        ) as c:
            assert c.socket.subprotocol == "graphql-transport-ws"

    async def test_silence_is_4408(self, key: DevelopmentKey) -> None:
        async with (
            running(key, replace(Options(), socket_init_timeout=0.05)) as service,
            opened(service) as client,
        ):
            assert await client.closed() == (4408, "Connection initialisation timeout")

    async def test_an_introduced_client_may_be_silent(self, key: DevelopmentKey) -> None:
        async with (
            running(key, replace(Options(), socket_init_timeout=0.05)) as service,
            introduced(service) as client,
        ):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.hear(), 0.2)
            await client.tell(type="ping", payload={})
            assert await client.hear() == {"type": "pong"}

    async def test_a_second_init_is_4429(self, service: Service) -> None:
        async with introduced(service) as client:
            await client.tell(type="connection_init")
            assert await client.closed() == (4429, "Too many initialisation requests")

    async def test_an_operation_before_the_init_is_4401(self, service: Service) -> None:
        async with opened(service) as client:
            await client.subscribe("1", "{ hello }")
            assert await client.closed() == (4401, "Unauthorized")

    async def test_an_id_in_use_is_4409(self, service: Service) -> None:
        async with introduced(service) as client:
            await client.subscribe("1", "subscription { forever }")
            await client.subscribe("1", "{ hello }")
            assert await client.closed() == (4409, "Subscriber for 1 already exists")
        await eventually(lambda: service.stage.live == 0)

    async def test_a_reason_is_cut_to_what_a_close_frame_holds(self, service: Service) -> None:
        async with introduced(service) as client:
            await client.subscribe("\N{PARTY POPPER}" * 60, "subscription { forever }")
            await client.subscribe("\N{PARTY POPPER}" * 60, "subscription { forever }")
            code, reason = await client.closed()
            assert (code, len(reason.encode()) <= 123) == (4409, True)

    @pytest.mark.parametrize(
        "message",
        [
            "null",
            "[]",
            "5",
            '"ping"',
            "",
            "NONSENSE",
            "{}",
            "[" * 50_000,
            b"",
            b'{"type": "ping"}',
            b"\xff\xfe",
            '{"type": null}',
            '{"type": ["ping"]}',
            '{"type": "start", "id": "1"}',
            '{"type": "ping", "payload": 5}',
            '{"type": "connection_init", "payload": []}',
            '{"type": "subscribe"}',
            '{"type": "subscribe", "id": "1"}',
            '{"type": "subscribe", "id": "1", "payload": null}',
            '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
            '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": []}}',
            '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
            '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
            '{"type": "complete"}',
            '{"type": "complete", "id": null}',
        ],
    )
    async def test_what_the_protocol_does_not_know_is_4400(self, service: Service, message: str | bytes) -> None:
        async with introduced(service) as client:
            await client.socket.send(message)
            assert (await client.closed())[0] == 4400

    async def test_a_message_past_a_mebibyte_is_1009(self, service: Service) -> None:
        async with introduced(service) as client:
            await client.socket.send(" " * (1024 * 1024 + 1))
            assert (await client.closed())[0] == 1009

    async def test_a_server_that_stops_says_1012_at_once(self, key: DevelopmentKey) -> None:
        async with running(key) as service, introduced(service) as client:
            await client.subscribe("1", "subscription { forever }")
            await client.hear()
            service.server.should_exit = True
            assert (await asyncio.wait_for(client.closed(), 60))[0] == 1012
            await eventually(lambda: service.stage.live == 0, timeout=60)


async def test_pongs_are_taken_in_silence(service: Service) -> None:
    async with opened(service) as client:
        await client.tell(type="pong")
        await client.tell(type="ping")
        assert await client.hear() == {"type": "pong"}
