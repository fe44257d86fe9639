"""What a mail looks like, read by the standard library as mail programs would."""

from datetime import timedelta, timezone
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from domain.inbox.message import NotificationKind
from notifications.channels.letter import end_words, letter
from tests.support.parcels import ID, NOW, a_parcel

TO = "ana@mail.test"
SENDER = Address("", "alerts", "beans.example")
LINK = "https://alerts.beans.example/unsubscribe/" + "tUo9-_" * 12 + "?kind=POINTS_CHANGED&x=1"


def read(*, sender: Address = SENDER, to: str = TO, **changes: Any) -> EmailMessage:
    """The mail as it arrives."""
    message = message_from_bytes(
        letter(a_parcel(to, **changes), to=to, sender=sender).as_bytes(), _class=EmailMessage, policy=SMTP
    )
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    """The plain text and the HTML."""
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return text.get_content().replace("\r\n", "\n"), html.get_content()


class Page(HTMLParser):
    """Collects tags and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


class TestHeaders:
    def test_they_say_who_when_and_that_no_person_writes(self) -> None:
        mail = read(unsubscribe=LINK, locale="es")
        assert str(mail["from"]) == "Beans & Co <alerts@beans.example>"
        assert str(mail["to"]) == TO
        assert str(mail["subject"]) == "You earned 40 points"
        assert parsedate_to_datetime(mail["date"]) == NOW
        assert str(mail["message-id"]) == f"<{ID}@beans.example>"
        assert str(mail["auto-submitted"]) == "auto-generated"
        assert str(mail["content-language"]) == "es"
        assert str(mail["mime-version"]) == "1.0"

    def test_one_click_ends_such_mails(self) -> None:
        raw = letter(a_parcel(TO, unsubscribe=LINK), to=TO, sender=SENDER).as_bytes()
        assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in raw
        assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw

    @pytest.mark.parametrize(
        "link", [None, "", "javascript:alert(1)", LINK + ">\r\nBcc: eve@mail.test", "https://"]
    )
    def test_where_there_is_no_such_place_none_is_promised(self, link: str | None) -> None:
        mail = read(unsubscribe=link)
        assert mail["list-unsubscribe"] is None
        assert mail["list-unsubscribe-post"] is None
        assert "Unsubscribe" not in "".join(parts(mail))

    def test_no_words_of_a_message_become_headers(self) -> None:
        evil = "Hi\r\nBcc: eve@mail.test\r\n\r\n<script>\u2028\x00"
        mail = read(title=evil, body=evil, program=evil)
        assert mail["bcc"] is None
        assert str(mail["subject"]) == "Hi Bcc: eve@mail.test <script>"
        assert mail.keys() == read().keys()
        named = mail["from"].addresses[0]
        assert (named.display_name, named.addr_spec) == ("Hi Bcc: eve@mail.test <script>", "alerts@beans.example")

    def test_words_of_all_scripts_arrive_whole_in_lines_that_every_server_takes(self) -> None:
        for title in ("您赚取了 40 積分", "لقد ربحت 40 نقطة", "Ganaste 40 puntos ¡olé! 🎉"):
            raw = letter(
                a_parcel(TO, title=title, body=title * 40, unsubscribe=LINK), to=TO, sender=SENDER
            ).as_bytes()
            assert raw.isascii()
            assert max(map(len, raw.split(b"\r\n"))) <= 998
            mail = read(title=title)
            assert str(mail["subject"]) == title

    def test_a_long_subject_is_cut(self) -> None:
        assert len(str(read(title="積" * 400)["subject"])) == 150

    def test_a_sender_of_any_script_and_zone(self) -> None:
        there = NOW.astimezone(timezone(timedelta(hours=8)))
        mail = read(sender=Address("Müsli", "post", "müsli.example"), to="用户@mail.test", now=there)
        assert mail["message-id"] == f"<{ID}@xn--msli-0ra.example>"
        assert parsedate_to_datetime(mail["date"]) == NOW


class TestParts:
    def test_both_say_the_same(self) -> None:
        text, html = parts(read(unsubscribe=LINK))
        assert text == (
            "You earned 40 points\n\n40 points for your order of 12 May.\n\nYour balance is 1,240 points.\n\n"
            f"-- \nBeans & Co\nUnsubscribe from these e-mails: {LINK}\n"
        )
        assert Page(html).texts == [
            "You earned 40 points",
            "You earned 40 points",
            "40 points for your order of 12 May.",
            "Your balance is 1,240 points.",
            "Beans & Co",
            "Unsubscribe from these e-mails",
        ]
        assert [attributes["href"] for tag, attributes in Page(html).tags if tag == "a"] == [LINK]

    def test_words_of_a_message_are_never_markup(self) -> None:
        evil = "<script>alert(1)</script><img src=x onerror=y>&amp;\"'"
        _, html = parts(read(title=evil, body=evil, program=evil, unsubscribe=LINK))
        page = Page(html)
        assert {tag for tag, _ in page.tags} == {
            "html", "head", "meta", "title", "body", "main", "h1", "p", "footer", "a",
        }  # fmt: skip
        assert "".join(page.texts).count("<img src=x onerror=y>") >= 3

    @pytest.mark.parametrize(
        ("locale", "direction"),
        [("ar", "rtl"), ("ar-EG", "rtl"), ("he", "rtl"), ("en", "ltr"), ("zh-Hant", "ltr"), ("ja", "ltr")],
    )
    def test_it_reads_in_the_direction_of_its_language(self, locale: str, direction: str) -> None:
        _, html = parts(read(locale=locale))
        assert ("html", {"lang": locale, "dir": direction}) in Page(html).tags

    def test_lines_and_paragraphs_are_kept(self) -> None:
        _, html = parts(read(body="One\nTwo\n\n\nThree"))
        assert Page(html).texts[2:5] == ["One", "Two", "Three"]
        assert [tag for tag, _ in Page(html).tags].count("br") == 1

    def test_nothing_is_fetched_when_it_is_opened(self) -> None:
        _, html = parts(read(kind=NotificationKind.ANNOUNCEMENT))
        assert not {"img", "link", "script", "iframe"} & {tag for tag, _ in Page(html).tags}


class TestEndWords:
    def test_each_language_that_alerts_are_written_in_has_them(self) -> None:
        assert len({end_words(locale) for locale in ("en", "zh-Hans", "zh-Hant", "ja", "es", "ar")}) == 6
        assert end_words("es-MX") == end_words("es")
        assert end_words("fi") == end_words("en")
