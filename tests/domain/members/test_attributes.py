import pytest

from domain.members.attributes import attributes
from domain.refusals import Refused

FIVE_DEEP = {"a": {"b": [{"c": {}}]}}


class TestAttributes:
    @pytest.mark.parametrize(
        "value", [{}, {"size": 42, "vip": True, "none": None, "ratio": 0.5}, FIVE_DEEP, {"n": -(2**53) + 1}]
    )
    def test_a_small_json_object_is_kept_as_it_is(self, value):
        assert attributes(value) == value

    def test_none_is_empty(self):
        assert attributes(None) == {}

    def test_eight_kibibytes_fit_and_one_byte_more_does_not(self):
        frame = len('{"t":""}')
        assert attributes({"t": "é" * ((8192 - frame) // 2)})
        assert isinstance(attributes({"t": "x" * (8192 - frame + 1)}), Refused)

    @pytest.mark.parametrize(
        "value",
        [
            [],
            "text",
            5,
            {"deep": FIVE_DEEP},
            {"": 1},
            {"a.b": 1},
            {"$set": 1},
            {"a\x00": 1},
            {1: 1},
            {"x" * 101: 1},
            {"n": float("nan")},
            {"n": float("inf")},
            {"n": 2**53},
            {"t": "\ud800"},
            {"t": ["gold\x00silver"]},
            {"o": object()},
            {"s": {1, 2}},
        ],
    )
    def test_anything_else_is_refused(self, value):
        refusal = attributes(value)
        assert isinstance(refusal, Refused)
        assert refusal.path == ("attributes",)

    def test_what_nests_thousands_deep_is_refused_and_not_walked(self):
        value = {}
        for _ in range(100_000):
            value = {"a": value}
        assert isinstance(attributes(value), Refused)
