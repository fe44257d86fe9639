import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from domain.alerts.subscription import (
    PUSH_HOSTS,
    NoSubscription,
    StrangeHost,
    Subscription,
    endpoint_of,
    read_subscription,
)


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


POINT, SECRET = b"\x04" + bytes(64), bytes(16)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/d61c5u920dw:APA91bEmnw8utjDYCqSRplFMVCzQMg9e5XxpYajvh37mv2Q"


KEY, AUTH = b64(POINT), b64(SECRET)


def token(endpoint: Any = ENDPOINT, p256dh: Any = KEY, auth: Any = AUTH) -> str:
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": p256dh, "auth": auth}})


class TestReadSubscription:
    def test_what_a_browser_gives_is_read_and_its_origin_is_its_push_service(self) -> None:
        found = read_subscription(token(), PUSH_HOSTS)
        assert found == Subscription(ENDPOINT, POINT, SECRET)
        assert found.origin == "https://fcm.googleapis.com"
        assert "fcm" not in repr(found)

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://web.push.apple.com/QGuQyavXutnMH8Ok",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYA%2f",
            "https://fcm.googleapis.com:443/fcm/send/x",
        ],
    )
    def test_the_push_services_of_all_browsers_are_known(self, endpoint: str) -> None:
        assert read_subscription(token(endpoint), PUSH_HOSTS).endpoint == endpoint

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://evil.example/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://localhost/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilpush.apple.com/x",
            "https://push.apple.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com:22/x",
        ],
    )
    def test_it_leads_nowhere_but_to_them(self, endpoint: str) -> None:
        with pytest.raises(StrangeHost):
            read_subscription(token(endpoint), PUSH_HOSTS)

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com",
            "https://user@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@evil.example/x",
            "https://evil.example\\@fcm.googleapis.com/x",
            "https://FCM.googleapis.com/x",
            "https://fcm.googleapis.com/x y",
            "https://fcm.googleapis.com/x\r\nhost: evil",
            "https://fcm.googleapis.com/\\evil.example",
            "https://fcm.googleapis.com/ü",
            "https://[::1]/x",
            "https://fcm%2egoogleapis.com/x",
            " https://fcm.googleapis.com/x",
            "",
            None,
            7,
        ],
    )
    def test_an_endpoint_that_two_could_read_in_two_ways_is_none(self, endpoint: Any) -> None:
        with pytest.raises(NoSubscription):
            read_subscription(token(endpoint), PUSH_HOSTS)

    @pytest.mark.parametrize(
        "text",
        ["", "null", "[]", "7", "{", "[" * 2_000, json.dumps({"endpoint": ENDPOINT}), "x" * 2_049]
        + [token(p256dh=key) for key in (None, "", b64(POINT[:-1]), b64(b"\x02" + bytes(32)), "é", "=")]
        + [token(auth=key) for key in (None, "", b64(bytes(15)), 16, "é", "A")],
    )
    def test_what_is_none_is_refused_without_being_repeated(self, text: str) -> None:
        with pytest.raises(NoSubscription) as refusal:
            read_subscription(text, PUSH_HOSTS)
        assert "googleapis" not in str(refusal.value)

    def test_a_private_push_service_is_named_with_its_port(self) -> None:
        read_subscription(token("https://push.test:8443/x"), ("push.test:8443",))
        for endpoint in ("https://push.test/x", "https://push.test:8444/x"):
            with pytest.raises(StrangeHost):
                read_subscription(token(endpoint), ("push.test:8443",))

    def test_padding_of_keys_changes_nothing(self) -> None:
        padded = token(p256dh=urlsafe_b64encode(POINT).decode(), auth=urlsafe_b64encode(SECRET).decode())
        assert read_subscription(padded, PUSH_HOSTS) == read_subscription(token(), PUSH_HOSTS)


class TestEndpointOf:
    def test_one_subscription_has_one_endpoint_however_it_is_written(self) -> None:
        for text in (token(), token(auth=""), f" {token()} ", token(ENDPOINT.replace(".com/", ".com:443/"))):
            assert endpoint_of(text) == ENDPOINT

    @pytest.mark.parametrize("text", ["", "[]", "{}", "{", "[" * 2_000, token(7), token("http://a.example/x")])
    def test_what_is_no_subscription_has_none(self, text: str) -> None:
        assert endpoint_of(text) is None
