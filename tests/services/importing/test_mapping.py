"""Mappings: ready ones, and what is wrong with others."""

from pathlib import Path
from typing import Any

import pytest

from domain.earning.events.intake import RecordEvent, RecordLine
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.refusals import Refused
from services.importing.convert import to_enrolment, to_event
from services.importing.kinds import Kind
from services.importing.mapping import BadMapping, load_mapping, mapping_for, ready_mappings
from services.importing.pick import compile_pick

BASKET = {
    "basket": "31198570044",
    "household": 900,
    "store": "330",
    "at": "2017-01-01T11:53:26Z",
    "lines": [["1095275", "PASTRY", "ROLLS", "National", 2, "1.50", "0.0"]],
}


class TestPick:
    @pytest.mark.parametrize(
        ("source", "row", "value"),
        [
            ("a", {"a": 1}, 1),
            ("a", {}, None),
            ("a", {"a": ""}, None),
            ("a.b", {"a": {"b": "x"}}, "x"),
            ("a.b", {"a.b": "column"}, "column"),
            ("a.b", {"a": 5}, None),
            (1, ["x", "y"], "y"),
            (2, ["x", "y"], None),
            ("shop/{n}", {"n": 7}, "shop/7"),
            ("shop/{n}", {}, None),
            ({"constant": "purchase"}, {}, "purchase"),
        ],
    )
    def test_what_it_finds(self, source: Any, row: Any, value: Any) -> None:
        assert compile_pick(source)(row) == value

    @pytest.mark.parametrize("source", [None, True, 1.5, [], {"const": 1}])
    def test_what_it_refuses(self, source: Any) -> None:
        with pytest.raises(ValueError):
            compile_pick(source)


class TestReadyMappings:
    def test_each_can_be_loaded(self) -> None:
        assert [load_mapping(name).kind for name in ready_mappings()] == [Kind.EVENTS, Kind.MEMBERS, Kind.EVENTS]

    def test_rows_are_recognised_by_their_names(self) -> None:
        def recognised(*names: str) -> tuple[str, ...] | None:
            found = mapping_for(frozenset(names))
            return found.recognised_by if found else None

        assert recognised(*BASKET) == ("basket", "household", "store", "at", "lines")
        assert recognised("source", "id", "type", "member", "occurredAt") == ("type", "occurredAt")
        assert recognised("externalId", "email") == ("externalId",)
        assert recognised("a", "b") is None

    @pytest.mark.parametrize(
        "row",
        [{"attributes.order": "o1"}, {"attributes": {"order": "o1"}}, {"attributes.order": "o1", "amount": "5"}],
    )
    def test_a_refund_names_its_order_in_its_attributes_or_in_a_column(self, row: dict[str, Any]) -> None:
        refund = {"source": "shop", "id": "r1", "type": "refund", "occurredAt": "2026-05-04T12:00:00Z"}
        event = to_event(load_mapping("events"), {**refund, "member.externalId": "ada", **row})
        assert isinstance(event, RecordEvent)
        assert event.attributes == {"order": "o1"}

    def test_a_basket_is_a_purchase_of_its_household(self) -> None:
        event = to_event(load_mapping("retail-baskets"), BASKET)
        assert isinstance(event, RecordEvent)
        assert (event.source, event.id, event.type) == ("retail/330", "31198570044", "purchase")
        assert event.member == MemberLookup(external_id="900")
        assert event.occurred_at.isoformat() == "2017-01-01T11:53:26+00:00"
        assert [line._asdict() for line in event.lines] == [
            RecordLine("1095275", event.lines[0].amount, "PASTRY", "National", 2)._asdict()
        ]
        assert str(event.lines[0].amount) == "1.50"

    @pytest.mark.parametrize(
        ("changed", "path"),
        [
            ({"basket": None}, ("id",)),
            ({"basket": 1.5}, ("id",)),
            ({"basket": True}, ("id",)),
            ({"basket": 10**65}, ("id",)),
            ({"household": ""}, ("member",)),
            ({"at": "yesterday"}, ("occurredAt",)),
            ({"at": 5}, ("occurredAt",)),
            ({"lines": "x"}, ("lines",)),
            ({"lines": [5]}, ("lines", "0", "sku")),
            ({"lines": [["a", "b", "c", "d", 1, "many", 0]]}, ("lines", "0", "amount")),
            ({"lines": [["a", "b", "c", "d", "-1", 1, 0]]}, ("lines", "0", "quantity")),
        ],
    )
    def test_wrong_values_are_refused_where_they_are(self, changed: dict[str, Any], path: tuple[str, ...]) -> None:
        refusal = to_event(load_mapping("retail-baskets"), BASKET | changed)
        assert isinstance(refusal, Refused)
        assert refusal.path == path

    def test_a_member_by_our_names(self) -> None:
        row = {"externalId": "c-1", "givenName": "Ada", "birthday": "1990-01-31", "attributes": {"vip": True}}
        made = to_enrolment(load_mapping("members"), row)
        assert isinstance(made, Enrol)
        assert (made.external_id, made.given_name, str(made.birthday)) == ("c-1", "Ada", "1990-01-31")
        assert made.attributes == {"vip": True}


class TestBadMapping:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: [", "no YAML"),
            ("[]", "`kind` is events or members"),
            ("{kind: [events], fields: {id: id}}", "`kind` is events or members"),
            ("{kind: events, recognised_by: id, fields: {id: id}}", "`recognised_by` is a list"),
            ("{kind: events, more: 1, fields: {id: id}}", "there is no more"),
            ("{kind: events}", "`fields` says"),
            ("{kind: events, fields: {ident: id}}", "`fields` has no ident"),
            ("{kind: events, fields: {id: [1]}}", "`fields.id`: a field is"),
            ("{kind: members, fields: {externalId: id}, lines: {}}", "`lines` belong to events"),
        ],
    )
    def test_says_what_is_wrong(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "mapping.yaml"
        path.write_text(text)
        with pytest.raises(BadMapping, match=message.replace("[", r"\[")):
            load_mapping(str(path))

    def test_an_unknown_name_lists_the_known_ones(self) -> None:
        with pytest.raises(BadMapping, match="events, members, retail-baskets"):
            load_mapping("nonsense")
