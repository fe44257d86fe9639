import pytest

from domain.members.lookup import LookupKey, LookupKind, MemberLookup


class TestMemberLookup:
    @pytest.mark.parametrize("fields", [{}, {"id": "a", "email": "b"}])
    def test_none_or_several_are_a_fault(self, fields):
        with pytest.raises(ValueError, match="exactly one"):
            MemberLookup(**fields)

    @pytest.mark.parametrize(
        ("fields", "kind", "value"),
        [
            ({"id": "m1"}, LookupKind.ID, "m1"),
            ({"external_id": "Shop:1"}, LookupKind.EXTERNAL_ID, "Shop:1"),
            ({"email": " ADA@example.com "}, LookupKind.EMAIL, "ada@example.com"),
            ({"phone": "+1 (415) 555-0123"}, LookupKind.PHONE, "+14155550123"),
            ({"card_number": "9000 0000 0000 0001"}, LookupKind.CARD_NUMBER, "9000000000000001"),
        ],
    )
    def test_becomes_the_form_in_which_members_are_stored(self, fields, kind, value):
        assert MemberLookup(**fields).key == LookupKey(kind, value)

    @pytest.mark.parametrize(
        "fields",
        [{"phone": "123"}, {"phone": ""}, {"card_number": "9"}, {"id": "\ud800"}, {"external_id": "a\x00"}],
    )
    def test_what_no_member_can_have_is_no_key(self, fields):
        assert MemberLookup(**fields).key is None
