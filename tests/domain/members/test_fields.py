from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.members import fields
from domain.refusals import Code, Refused

TODAY = date(2026, 3, 1)


def refused_at(value, *path):
    return isinstance(value, Refused) and value.code is Code.INVALID_INPUT and value.path == path


class TestExternalId:
    @pytest.mark.parametrize("text", ["1", "shop:42", "x" * 200, "a b", "Ж"])
    def test_is_kept_to_the_letter(self, text):
        assert fields.external_id(text) == text

    @pytest.mark.parametrize("text", ["", "x" * 201, " 1", "1 ", "a\tb", "a\x00", "\ud800"])
    def test_empty_long_padded_or_broken_is_refused(self, text):
        assert refused_at(fields.external_id(text), "externalId")


class TestName:
    def test_is_stored_in_nfc_without_space_around(self):
        assert fields.name("  Zoe\u0308 ", "givenName") == "Zo\u00eb"

    @pytest.mark.parametrize("text", [None, "", "  "])
    def test_nothing_is_none(self, text):
        assert fields.name(text, "givenName") is None

    @pytest.mark.parametrize("text", ["x" * 201, "a\nb", "a\x7fb", "a\u2028b", "\udc00"])
    def test_long_or_control_characters_are_refused_at_their_path(self, text):
        assert refused_at(fields.name(text, "familyName"), "familyName")

    def test_joiners_that_some_scripts_need_are_kept(self):
        assert fields.name("علی\u200cرضا", "givenName") == "علی\u200cرضا"


class TestEmail:
    @pytest.mark.parametrize(
        "text",
        ["ada@example.com", "Ada.L+x@mail.example.co.uk", "o'neil@x.io", "δοκιμή@παράδειγμα.ελ", "a@b--c.de"],
    )
    def test_is_kept_as_its_owner_writes_it(self, text):
        assert fields.email(f" {text} ") == text

    @pytest.mark.parametrize(
        "text",
        [
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@@example.com",
            "a b@example.com",
            ".ada@example.com",
            "a..da@example.com",
            "ada@-x.com",
            "ada@x..com",
            "ada@x.c",
            "<ada@example.com>",
            "ada@example.com\x00",
            "x" * 65 + "@example.com",
            "a@" + "x" * 64 + ".com",
            "a@" + "x." * 130 + "com",
        ],
    )
    def test_what_mail_cannot_be_sent_to_is_refused(self, text):
        assert refused_at(fields.email(text), "email")

    def test_two_spellings_of_an_address_share_one_key(self):
        assert fields.email_key("ADA@Example.COM") == fields.email_key("ada@example.com") == "ada@example.com"


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("+14155550123", "+14155550123"),
            ("+1 (415) 555-0123", "+14155550123"),
            ("+44\u00a020\u20117946 0000", "+442079460000"),
            ("+12345678", "+12345678"),
            ("+123456789012345", "+123456789012345"),
        ],
    )
    def test_is_e164(self, text, number):
        assert fields.phone(text) == number

    @pytest.mark.parametrize(
        "text",
        [
            "4155550123",
            "0014155550123",
            "+1234567",
            "+1234567890123456",
            "+0123456789",
            "+1415x550123",
            "+٤١٥٥٥٥٠١٢٣",
        ],
    )
    def test_without_country_code_or_of_a_wrong_length_is_refused(self, text):
        assert refused_at(fields.phone(text), "phone")

    def test_a_trunk_zero_in_parentheses_is_refused_with_what_to_do(self):
        refusal = fields.phone("+44 (0)20 7946 0000")
        assert refused_at(refusal, "phone")
        assert "(0)" in refusal.message


class TestBirthday:
    @pytest.mark.parametrize("day", [date(2026, 3, 1), date(1896, 3, 1), date(2024, 2, 29)])
    def test_from_a_hundred_and_thirty_years_ago_to_today(self, day):
        assert fields.birthday(day, TODAY) == day

    @pytest.mark.parametrize("day", [date(2026, 3, 2), date(1896, 2, 29), date(1, 1, 1)])
    def test_in_the_future_or_before_that_is_refused(self, day):
        assert refused_at(fields.birthday(day, TODAY), "birthday")


class TestLocale:
    @pytest.mark.parametrize(
        ("text", "tag"),
        [
            ("en", "en"),
            ("EN-us", "en-US"),
            ("zh-hant", "zh-Hant"),
            ("ZH-HANT-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("sl-Rozaj", "sl-rozaj"),
            ("de-1996", "de-1996"),
        ],
    )
    def test_is_a_language_tag_in_its_usual_case(self, text, tag):
        assert fields.locale(text) == tag

    @pytest.mark.parametrize("text", ["e", "english", "en_US", "en-", "en-U", "12", "en-US-x", "eñ"])
    def test_other_shapes_are_refused(self, text):
        assert refused_at(fields.locale(text), "locale")


class TestTimezone:
    @pytest.mark.parametrize("text", ["UTC", "Europe/Paris", "America/Argentina/Ushuaia"])
    def test_is_a_zone_of_the_iana_database(self, text):
        assert fields.timezone(text) == text

    @pytest.mark.parametrize("text", ["Paris", "America", "../etc/passwd", "europe/paris", "+02:00", "localtime"])
    def test_anything_else_is_refused(self, text):
        assert refused_at(fields.timezone(text), "timezone")


class TestTwice:
    @given(st.text(max_size=210))
    def test_storing_a_stored_name_changes_nothing(self, text):
        once = fields.name(text, "givenName")
        assume(isinstance(once, str))
        assert fields.name(once, "givenName") == once

    @given(st.emails())
    def test_storing_a_stored_address_changes_nothing_and_its_key_is_its_own_key(self, text):
        once = fields.email(text)
        assume(isinstance(once, str))
        assert fields.email(once) == once
        assert fields.email_key(fields.email_key(once)) == fields.email_key(once)

    @given(st.from_regex(r"\+[1-9]([0-9 ()-]){7,20}", fullmatch=True))
    def test_storing_a_stored_phone_number_changes_nothing(self, text):
        once = fields.phone(text)
        assume(isinstance(once, str))
        assert fields.phone(once) == once
