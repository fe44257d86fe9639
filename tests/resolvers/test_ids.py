"""Global ids: opaque, one an object, and nothing that a caller invents is ever a fault."""

import base64

import pytest

from domain.time import from_ms
from resolvers.ids import NodeKey, global_id, key_of, read_id, read_ms, read_numbered, read_owned


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


class TestReadId:
    @pytest.mark.parametrize("key", ["ada", "ada:POINTS:1781524800000", "ключ", "a?b>c", "x" * 200])
    def test_reads_what_it_wrote(self, key: str) -> None:
        assert read_id(global_id("Balance", key)) == NodeKey("Balance", key)

    @pytest.mark.parametrize(
        "id",
        [
            "",
            "x",
            "Member:ada",
            "===",
            "é",
            encoded(b"Member"),
            encoded(b"Member:"),
            encoded(b"\xff\xfe:x"),
            encoded(b"Member:ada") + "=",
            encoded(b"Member:ada") + "\n",
            encoded(b"Member:" + b"x" * 400),
            # The last character's unused bits: another spelling of an id must not be another object.
            encoded(b"Member:a")[:-1] + "F",
        ],
    )
    def test_reads_nothing_else(self, id: str) -> None:
        assert read_id(id) is None

    def test_an_id_of_another_type_has_no_key(self) -> None:
        assert key_of("Member", global_id("Member", "ada")) == "ada"
        assert key_of("Member", global_id("Reward", "ada")) is None


class TestKeys:
    def test_numbered(self) -> None:
        assert read_numbered("ada:12") == ("ada", 12)
        assert [read_numbered(key) for key in ("ada", "ada:", ":1", "ada:0", "ada:01", "ada:-1", "ada:1x")] == [
            None
        ] * 7
        assert read_numbered("ada:" + "9" * 16) is None

    def test_owned(self) -> None:
        assert read_owned("ada:x") == ("ada", "x")
        assert [read_owned(key) for key in ("ada", "ada:", ":x", "")] == [None] * 4

    def test_milliseconds(self) -> None:
        assert read_ms("1781524800000") == from_ms(1_781_524_800_000)
        assert read_ms("-1") == from_ms(-1)
        assert [read_ms(text) for text in ("", "x", "01", "-0", "9" * 15, "1.5")] == [None] * 6
