from datetime import date

import pytest

from domain.members.enrol import Application, Enrol, check_enrol
from domain.members.member import Profile
from domain.refusals import Code, Refused

TODAY = date(2026, 3, 1)


def check(**command):
    command = {"external_id": "shop:1"} | command
    return check_enrol(Enrol(**command), today=TODAY, locale="fr", timezone="Europe/Paris")


class TestCheckEnrol:
    def test_who_names_only_themself_gets_the_programmes_language_and_zone(self):
        assert check() == Application("shop:1", Profile(locale="fr", timezone="Europe/Paris"))

    def test_every_field_takes_the_form_to_store(self):
        assert check(
            given_name=" Ada ",
            family_name="Lovelace",
            email="Ada@Example.com",
            phone="+44 20 7946 0000",
            birthday=date(1990, 12, 10),
            locale="EN-gb",
            timezone="Europe/London",
            attributes={"vip": True},
            referral_code="abcd-o123",
        ) == Application(
            "shop:1",
            Profile(
                given_name="Ada",
                family_name="Lovelace",
                email="Ada@Example.com",
                phone="+442079460000",
                birthday=date(1990, 12, 10),
                locale="en-GB",
                timezone="Europe/London",
                attributes={"vip": True},
            ),
            "ABCD0123",
        )

    @pytest.mark.parametrize(
        ("field", "value", "path"),
        [
            ("external_id", "", "externalId"),
            ("given_name", "a\nb", "givenName"),
            ("family_name", "x" * 201, "familyName"),
            ("email", "ada", "email"),
            ("phone", "123", "phone"),
            ("birthday", date(2027, 1, 1), "birthday"),
            ("locale", "english", "locale"),
            ("timezone", "Paris", "timezone"),
            ("attributes", [], "attributes"),
            ("referral_code", "short", "referralCode"),
        ],
    )
    def test_a_bad_field_is_refused_at_its_name_in_the_api(self, field, value, path):
        refusal = check(**{field: value})
        assert isinstance(refusal, Refused)
        assert (refusal.code, refusal.path) == (Code.INVALID_INPUT, (path,))
