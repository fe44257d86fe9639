"""Hints of who somebody is."""

from typing import Any

import pytest

from domain.members.hints import Hints, hints_in

PHONE, CARD = frozenset({"phone-1"}), frozenset({"card-1"})


class TestHintsIn:
    @pytest.mark.parametrize(
        ("attributes", "hints"),
        [
            ({}, Hints()),
            ({"device": " phone-1 ", "payment": "card-1"}, Hints(PHONE, CARD)),
            ({"devices": ["phone-1"], "payments": ["card-1", "card-2"]}, Hints(PHONE, CARD | {"card-2"})),
            ({"device": 7, "payment": ["", None, {"a": 1}]}, Hints()),
        ],
    )
    def test_they_are_texts_or_lists_of_texts(self, attributes: dict[str, Any], hints: Hints) -> None:
        assert hints_in(attributes) == hints

    def test_no_more_than_five_of_a_kind_are_taken(self) -> None:
        assert len(hints_in({"devices": [f"phone-{number}" for number in range(9)]}).devices) == 5


class TestIsSamePerson:
    def test_one_device_and_one_means_of_payment_are_one_person(self) -> None:
        assert Hints(PHONE, CARD).is_same_person(Hints(PHONE | {"tablet"}, CARD))

    @pytest.mark.parametrize("other", [Hints(), Hints(PHONE), Hints(payments=CARD)])
    def test_a_family_may_share_one_of_them(self, other: Hints) -> None:
        assert not Hints(PHONE, CARD).is_same_person(other)
