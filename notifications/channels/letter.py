"""An alert as an e-mail: plain text and HTML, in the reader's direction, with one click to end such mails.

The headers are those of RFC 5322, RFC 3834 (it is no person who writes), RFC 2369 and RFC 8058 (one click).
"""

import re
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from notifications.channels.driver import Parcel
from notifications.channels.fitting import cut

MOST_SUBJECT: Final = 150
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_END_WORDS = {
    "ar": "إلغاء الاشتراك في هذه الرسائل",
    "en": "Unsubscribe from these e-mails",
    "es": "Cancelar la suscripción a estos correos",
    "ja": "このメールの配信を停止する",
    "zh-Hans": "退订此类邮件",
    "zh-Hant": "取消訂閱此類郵件",
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK = re.compile(r"https?://[!#-;=?-~]{1,900}")


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that is never wrapped: the standard library would put an address that is longer than a line
    into encoded words, which no mail program reads."""

    def fold(self, *, policy: Policy) -> str:
        """The header in one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy(*, utf8: bool) -> "EmailPolicy[EmailMessage]":
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "message-id"):
        registry.map_to_type(name, _Whole)
    return SMTP.clone(header_factory=registry, utf8=utf8, cte_type="7bit")


def letter(parcel: Parcel, *, to: str, sender: Address) -> EmailMessage:
    """The mail to `to`, an address that was checked. Whatever the words of a message hold, its headers are those
    written here. The id in Message-ID is that of every attempt."""
    mail = EmailMessage(policy=_policy(utf8=not (to + sender.addr_spec).isascii()))
    mail["From"] = sender if sender.display_name else _named(sender, parcel.program)
    username, _, domain = to.rpartition("@")
    mail["To"] = Address(username=username, domain=domain)
    mail["Subject"] = cut(_CONTROLS.sub(" ", parcel.title).strip(), MOST_SUBJECT)
    mail["Date"] = format_datetime(parcel.now)
    mail["Message-ID"] = f"<{parcel.id}@{ascii_domain(sender.domain)}>"
    mail["Auto-Submitted"] = "auto-generated"
    link = parcel.unsubscribe if parcel.unsubscribe and _LINK.fullmatch(parcel.unsubscribe) else None
    if link:
        mail["List-Unsubscribe"] = f"<{link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    words = _words(parcel, link)
    mail.set_content(_text(words))
    mail.add_alternative(_template().render(words), subtype="html")
    mail["Content-Language"] = parcel.locale
    return mail


def ascii_domain(domain: str) -> str:
    """A domain as it stands in DNS. Raises UnicodeError for what is none."""
    return domain.encode("idna").decode()


def end_words(locale: str) -> str:
    """What the link that ends these mails is called, in a locale that alerts are written in."""
    return _END_WORDS.get(locale) or _END_WORDS.get(locale.partition("-")[0]) or _END_WORDS["en"]


def _named(sender: Address, program: str) -> Address:
    name = _CONTROLS.sub(" ", program).strip()
    return Address(display_name=name, username=sender.username, domain=sender.domain)


def _words(parcel: Parcel, link: str | None) -> dict[str, Any]:
    body = _UNSEEN.sub("", parcel.body).strip()
    return {
        "locale": parcel.locale,
        "direction": "rtl" if parcel.locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "title": _CONTROLS.sub(" ", parcel.title).strip(),
        "paragraphs": [part.splitlines() for part in re.split(r"\n\s*\n", body)],
        "program": _CONTROLS.sub(" ", parcel.program).strip(),
        "unsubscribe": link,
        "end_words": end_words(parcel.locale),
    }


def _text(words: dict[str, Any]) -> str:
    parts = [words["title"], *("\n".join(lines) for lines in words["paragraphs"])]
    end = [words["program"], f"{words['end_words']}: {words['unsubscribe']}" if words["unsubscribe"] else ""]
    foot = "\n".join(line for line in end if line)
    return "\n\n".join([*parts, *([f"-- \n{foot}"] if foot else [])]) + "\n"


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    shelf = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return shelf.get_template("letter.html")
