from pathlib import Path

import pytest

from domain.rewards.webhooks import Door, door_name
from runtime.settings import Environment, Settings, SettingsError

PRODUCTION = {
    "ENVIRONMENT": "production",
    "MONGODB_URI": "mongodb://database/",
    "REDIS_URL": "redis://cache:6379/0",
    "JWKS": "https://identity.example/jwks.json",
    "JWT_ISSUER": "https://identity.example",
    "JWT_AUDIENCE": "loyalty",
}


class TestFromEnvironment:
    def test_nothing_set_means_a_laptop_with_embedded_servers(self) -> None:
        settings = Settings.from_environment({})
        assert settings == Settings()
        assert settings.development
        assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8000, Path(".data"))
        assert (settings.mongodb_uri, settings.redis_url, settings.jwks) == (None, None, None)

    def test_each_variable_sets_its_field(self) -> None:
        settings = Settings.from_environment(
            PRODUCTION
            | {"HOST": "0.0.0.0", "PORT": "80", "WORKERS": "4", "DATA_DIR": "/var/lib/regulars"}
            | {"MONGODB_DATABASE": "shop-1", "LOG_LEVEL": "warning"}
            | {"ALLOWED_ORIGINS": "https://app.example, http://localhost:3000"}
            | {"ROOTS_DIR": "/roots", "ROOT_KEY": "/run/key.pem"}
        )
        assert settings == Settings(
            environment=Environment.PRODUCTION,
            host="0.0.0.0",
            port=80,
            workers=4,
            data_dir=Path("/var/lib/regulars"),
            mongodb_uri="mongodb://database/",
            mongodb_database="shop-1",
            redis_url="redis://cache:6379/0",
            jwks="https://identity.example/jwks.json",
            jwt_issuer="https://identity.example",
            jwt_audience="loyalty",
            log_level="WARNING",
            allowed_origins=("https://app.example", "http://localhost:3000"),
            roots_dir=Path("/roots"),
            root_key=Path("/run/key.pem"),
        )
        assert (settings.roots, settings.root_key_path) == (Path("/roots"), Path("/run/key.pem"))
        assert not settings.development

    def test_roots_and_their_key_are_in_the_data_directory_but_production_has_no_key_of_itself(self) -> None:
        laptop, production = Settings(), Settings(environment=Environment.PRODUCTION)
        assert (laptop.roots, laptop.root_key_path) == (Path(".data/roots"), Path(".data/root-key.pem"))
        assert (production.roots, production.root_key_path) == (Path(".data/roots"), None)

    def test_an_empty_variable_counts_as_unset(self) -> None:
        assert Settings.from_environment({"PORT": "", "MONGODB_URI": ""}) == Settings()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ENVIRONMENT", "staging"),
            ("PORT", "http"),
            ("PORT", "0"),
            ("PORT", "65536"),
            ("WORKERS", "0"),
            ("WORKERS", "1.5"),
            ("MONGODB_URI", "localhost:27017"),
            ("MONGODB_DATABASE", "a.b"),
            ("MONGODB_DATABASE", "x" * 64),
            ("REDIS_URL", "http://localhost:6379"),
            ("LOG_LEVEL", "loud"),
            ("ALLOWED_ORIGINS", "*"),
            ("ALLOWED_ORIGINS", "shop.test"),
        ],
    )
    def test_a_bad_value_is_refused_by_the_name_of_its_variable_without_repeating_it(
        self, name: str, value: str
    ) -> None:
        with pytest.raises(SettingsError) as refusal:
            Settings.from_environment({name: value})
        assert str(refusal.value).startswith(f"The environment variable {name} must be ")
        assert value not in str(refusal.value).replace("65535", "")

    @pytest.mark.parametrize("name", ["MONGODB_URI", "REDIS_URL", "JWKS", "JWT_ISSUER", "JWT_AUDIENCE"])
    def test_production_takes_nothing_for_granted(self, name: str) -> None:
        with pytest.raises(SettingsError, match=rf"set {name}, too"):
            Settings.from_environment({key: value for key, value in PRODUCTION.items() if key != name})

    def test_keys_without_their_issuer_and_audience_are_refused(self) -> None:
        with pytest.raises(SettingsError, match="JWKS is set, so set JWT_ISSUER and JWT_AUDIENCE, too"):
            Settings.from_environment({"JWKS": "keys.json"})

    def test_production_never_fetches_keys_in_the_clear(self) -> None:
        with pytest.raises(SettingsError, match="JWKS must be a file's path or an https:// address"):
            Settings.from_environment(PRODUCTION | {"JWKS": "http://identity.example/jwks.json"})


class TestRepr:
    def test_addresses_with_passwords_stay_out_of_logs(self) -> None:
        settings = Settings(mongodb_uri="mongodb://me:secret@db/", redis_url="redis://:secret@cache/")
        assert "secret" not in repr(settings)


class TestPartners:
    SECRET = "whsec_" + "QUJD" * 8

    def test_each_has_an_address_and_a_secret(self) -> None:
        env = {
            "REGULARS_PARTNER_TEA_HOUSE_URL": "https://tea.example/orders?token=hidden",
            "REGULARS_PARTNER_TEA_HOUSE_SECRET": self.SECRET,
        }
        settings = Settings.from_environment(env)
        assert settings.partners == {"TEA_HOUSE": Door(env["REGULARS_PARTNER_TEA_HOUSE_URL"], b"ABC" * 8)}
        assert door_name("tea-house") == "TEA_HOUSE"
        assert "hidden" not in repr(settings)

    @pytest.mark.parametrize(
        ("url", "secret", "said"),
        [
            (
                "https://tea.example",
                "",
                "REGULARS_PARTNER_TEA_URL is set, so set",
            ),
            ("", SECRET, "REGULARS_PARTNER_TEA_SECRET is set, so set REGULARS_PARTNER_TEA_URL, too."),
            ("tea.example", SECRET, "REGULARS_PARTNER_TEA_URL must be https://… or http://…."),
            (
                "https://tea.example",
                "short",
                "REGULARS_PARTNER_TEA_SECRET must be whsec_ and 24",
            ),
            ("https://tea.example", "whsec_QUJD", "REGULARS_PARTNER_TEA_SECRET must be"),
            ("https://tea.example", "whsec_" + "?" * 32, "REGULARS_PARTNER_TEA_SECRET must be"),
        ],
    )
    def test_anything_else_is_refused_without_repeating_it(self, url: str, secret: str, said: str) -> None:
        with pytest.raises(SettingsError) as refused:
            Settings.from_environment({"REGULARS_PARTNER_TEA_URL": url, "REGULARS_PARTNER_TEA_SECRET": secret})
        assert said in str(refused.value)
        assert not secret or secret not in str(refused.value)

    def test_production_tells_nobody_in_the_clear(self) -> None:
        env = {"REGULARS_PARTNER_TEA_URL": "http://tea.example", "REGULARS_PARTNER_TEA_SECRET": self.SECRET}
        with pytest.raises(SettingsError):
            Settings.from_environment(PRODUCTION | env)
