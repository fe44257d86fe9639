from email.headerregistry import Address
from pathlib import Path

import pytest

from domain.alerts.subscription import PUSH_HOSTS
from runtime.channel_settings import (
    ApnsSettings,
    ChannelSettings,
    FcmSettings,
    SmsSettings,
    SmtpSettings,
    WebPushSettings,
)
from runtime.settings import Settings, SettingsError

APNS = {
    "APNS_KEY": "/run/apns.p8",
    "APNS_KEY_ID": "KEY1234567",
    "APNS_TEAM_ID": "TEAM123456",
    "APNS_TOPIC": "com.example.app",
}
FCM = {"FCM_CREDENTIALS": "/run/fcm.json"}
WEB_PUSH = {"WEB_PUSH_KEY": "/run/push.pem", "WEB_PUSH_SUBJECT": "mailto:push@shop.example"}
SMTP = {"SMTP_URL": "smtp://ana:p%40ss%3Aword@mail.example", "EMAIL_FROM": "The shop <alerts@shop.example>"}
SMS = {"SMS_ACCOUNT": "AC1", "SMS_TOKEN": "secret", "SMS_FROM": "+15550100"}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "MONGODB_URI": "mongodb://database/",
    "REDIS_URL": "redis://cache",
    "JWKS": "https://identity.example/jwks.json",
    "JWT_ISSUER": "https://identity.example",
    "JWT_AUDIENCE": "loyalty",
}


def read(*given: dict[str, str]) -> ChannelSettings:
    return Settings.from_environment({name: text for some in given for name, text in some.items()}).channels


class TestReadChannels:
    def test_nothing_set_means_no_channel(self) -> None:
        assert read() == ChannelSettings()

    @pytest.mark.parametrize("around", [{}, PRODUCTION])
    def test_each_provider_is_set_up_by_its_own_variables_and_has_the_real_address(
        self, around: dict[str, str]
    ) -> None:
        assert read(around, APNS, FCM, WEB_PUSH, SMTP, SMS, {"PUBLIC_URL": "https://api.shop.example/"}) == (
            ChannelSettings(
                apns=ApnsSettings(
                    url="https://api.push.apple.com",
                    key=Path("/run/apns.p8"),
                    key_id="KEY1234567",
                    team_id="TEAM123456",
                    topic="com.example.app",
                ),
                fcm=FcmSettings(url="https://fcm.googleapis.com", credentials=Path("/run/fcm.json")),
                web_push=WebPushSettings(
                    key=Path("/run/push.pem"), subject="mailto:push@shop.example", hosts=PUSH_HOSTS
                ),
                smtp=SmtpSettings(
                    host="mail.example",
                    port=587,
                    tls=False,
                    user="ana",
                    password="p@ss:word",
                    sender=Address("The shop", "alerts", "shop.example"),
                ),
                sms=SmsSettings(url="https://api.twilio.com", account="AC1", token="secret", sender="+15550100"),
                public_url="https://api.shop.example",
            )
        )

    def test_each_base_address_is_a_setting(self) -> None:
        channels = read(
            *(APNS, FCM, SMS),
            {"APNS_URL": "https://api.sandbox.push.apple.com", "FCM_URL": "http://gateway:8080/fcm/"},
            {"SMS_URL": "https://sms.example", "CHANNELS_CA": "/run/ca.pem"},
        )
        assert channels.apns
        assert channels.fcm
        assert channels.sms
        urls = (channels.apns.url, channels.fcm.url, channels.sms.url)
        assert urls == ("https://api.sandbox.push.apple.com", "http://gateway:8080/fcm", "https://sms.example")
        assert channels.ca == Path("/run/ca.pem")

    @pytest.mark.parametrize("provider", [APNS, WEB_PUSH, SMTP, SMS])
    def test_a_provider_is_set_up_whole_or_not_at_all(self, provider: dict[str, str]) -> None:
        for missing in provider:
            rest = {name: text for name, text in provider.items() if name != missing}
            with pytest.raises(SettingsError, match=rf"set .*\b{missing}\b.*, too"):
                read(PRODUCTION, rest)

    @pytest.mark.parametrize("name", ["APNS_URL", "FCM_URL", "SMS_URL", "WEB_PUSH_HOSTS"])
    def test_an_address_alone_is_not_enough(self, name: str) -> None:
        with pytest.raises(SettingsError, match=f"{name} is set, so set"):
            read({name: "https://gateway.example"})

    def test_in_development_the_key_of_web_push_may_be_left_out(self) -> None:
        subject = {"WEB_PUSH_SUBJECT": "https://shop.example/contact"}
        assert read(subject).web_push == WebPushSettings(key=None, subject="https://shop.example/contact")
        with pytest.raises(SettingsError, match="WEB_PUSH_SUBJECT is set, so set WEB_PUSH_KEY, too"):
            read(PRODUCTION, subject)

    @pytest.mark.parametrize(
        ("url", "where"),
        [
            ("smtp://localhost:2525", ("localhost", 2525, False, None, None)),
            ("smtps://mail.example", ("mail.example", 465, True, None, None)),
            ("smtps://a:b@mail.example:2465/", ("mail.example", 2465, True, "a", "b")),
            ("smtp://[::1]:25", ("::1", 25, False, None, None)),
        ],
    )
    def test_a_mail_server_is_an_address(self, url: str, where: tuple[object, ...]) -> None:
        smtp = read(SMTP, {"SMTP_URL": url}).smtp
        assert smtp
        assert (smtp.host, smtp.port, smtp.tls, smtp.user, smtp.password) == where
        assert smtp.loopback == (smtp.host in ("localhost", "::1"))

    @pytest.mark.parametrize(
        ("text", "sender"),
        [
            ("alerts@shop.example", Address("", "alerts", "shop.example")),
            ("<alerts@shop.example>", Address("", "alerts", "shop.example")),
            ('"Müsli & Co" <post@müsli.example>', Address("Müsli & Co", "post", "müsli.example")),
        ],
    )
    def test_mails_are_from_an_address_with_or_without_a_name(self, text: str, sender: Address) -> None:
        smtp = read(SMTP, {"EMAIL_FROM": text}).smtp
        assert smtp
        assert smtp.sender == sender

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("APNS_URL", "api.push.apple.com"),
            ("APNS_URL", "ftp://api.push.apple.com"),
            ("APNS_URL", "https://user:word@api.push.apple.com"),
            ("APNS_URL", "https://api.push.apple.com?x=1"),
            ("APNS_KEY_ID", "../key"),
            ("APNS_TEAM_ID", "BEANS"),
            ("APNS_TOPIC", "com.example app"),
            ("FCM_URL", "x"),
            ("WEB_PUSH_SUBJECT", "push@shop.example"),
            ("WEB_PUSH_SUBJECT", "http://shop.example"),
            ("WEB_PUSH_HOSTS", "**.test"),
            ("WEB_PUSH_HOSTS", "https://push.example"),
            ("WEB_PUSH_HOSTS", "push.example,,"),
            ("SMTP_URL", "mail.example"),
            ("SMTP_URL", "https://mail.example"),
            ("SMTP_URL", "smtp://user@mail.example"),
            ("SMTP_URL", "smtp://mail.example:99999"),
            ("SMTP_URL", "smtp://mail.example:0"),
            ("SMTP_URL", "smtp://mail.example/path"),
            ("EMAIL_FROM", "shop.example"),
            ("EMAIL_FROM", "a@b.example, c@d.example"),
            ("EMAIL_FROM", "Shop a@b.example"),
            ("EMAIL_FROM", "Shop <a@b.example"),
            ("EMAIL_FROM", "Shop\r\nBcc: e@x <a@b.example>"),
            ("EMAIL_FROM", "a@b..example"),
            ("SMS_ACCOUNT", "AC/1"),
            ("SMS_TOKEN", "a b"),
            ("SMS_FROM", "+0123"),
            ("SMS_FROM", "A name that is too long"),
            ("PUBLIC_URL", "api.shop.example"),
        ],
    )
    def test_a_bad_value_is_refused_by_its_name_and_not_repeated(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError) as refusal:
            read(APNS, FCM, WEB_PUSH, SMTP, SMS, {name: value})
        assert str(refusal.value).startswith(f"The environment variable {name} must be ")
        assert value not in str(refusal.value)

    @pytest.mark.parametrize("name", ["APNS_URL", "FCM_URL", "SMS_URL", "PUBLIC_URL"])
    def test_production_speaks_plainly_to_nobody(self, name: str) -> None:
        with pytest.raises(SettingsError, match=f"{name} must be https://…"):
            read(PRODUCTION, APNS, FCM, SMS, {name: "http://gateway:8080"})

    def test_nothing_secret_is_shown(self) -> None:
        settings = Settings.from_environment(SMTP | SMS)
        shown = repr(settings) + repr(settings.channels)
        assert "p@ss" not in shown
        assert "secret" not in shown
