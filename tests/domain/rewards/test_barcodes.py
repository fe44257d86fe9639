import pytest

from domain.program.rewards import Barcode
from domain.rewards.barcodes import payload_flaw, payload_of


class TestPayloadOf:
    @pytest.mark.parametrize(
        ("payload", "held"),
        [
            ("{code}", "A 7&-1"),
            ("]C1{code}/1", "]C1A 7&-1/1"),
            ("https://shop.example/v?c={code}", "https://shop.example/v?c=A%207%26-1"),
        ],
    )
    def test_has_the_code_in_its_place_quoted_inside_of_an_address(self, payload, held):
        assert payload_of(payload, "A 7&-1") == held


class TestPayloadFlaw:
    def test_a_payload_with_a_place_for_the_code_has_none(self):
        assert payload_flaw(Barcode.QR, "{code}") is None
        assert payload_flaw(Barcode.QR, "https://店.example/{code}") is None

    def test_says_what_is_wrong(self):
        assert payload_flaw(Barcode.QR, "code") == "must have {code} in it, once"
        assert payload_flaw(Barcode.QR, "{code}{code}") == "must have {code} in it, once"
        assert payload_flaw(Barcode.QR, "{code}" + "x" * 495) == "must have at most 500 characters, has 501"
        reason = "must be of the characters of ASCII, which is all that CODE_128 holds, is '店{code}'"
        assert payload_flaw(Barcode.CODE_128, "店{code}") == reason
