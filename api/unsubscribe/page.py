"""Where a member ends e-mails without signing in.

Opening the link changes nothing, since mail programs and scanners open links by themselves. Its buttons, and the
one click of a mail program (RFC 8058), are POSTs, whose address says what is meant; no body is read.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from domain.inbox.message import NotificationKind
from services.alerts.unsubscribe import Subscribed

PATH: Final = "/unsubscribe/{token}"
_PAGE: Final = Template(files(__package__).joinpath("page.html").read_text("utf-8"))
_FORM: Final = '<form method="post" action="?{}"><button type="submit">{}</button></form>'
_AGAIN: Final = "again"
# Any address without a kind means all mail; an empty query is not read alike by all programs.
_ALL: Final = "all"
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})
_HEADERS: Final = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


class Phrase(Protocol):
    """Says a phrase in a language, as `notifications.words.phrases.phrase` does."""

    def __call__(self, name: str, *, locale: str | None, otherwise: str = "en", **values: str) -> str:
        """The phrase of that name."""


Look = Callable[[str, NotificationKind | None], Awaitable[Subscribed | None]]
"""Of a token and a kind what stands, or what stands then; None for a token of nobody's."""


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    """`read` changes nothing, `end` ends mail of the kind that the link names, or all of it, `again` takes it
    back."""

    read: Look
    end: Look
    again: Look
    phrase: Phrase

    def routes(self) -> list[BaseRoute]:
        """The page's routes."""
        return [Route(PATH, self._show, methods=["GET"]), Route(PATH, self._change, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        token, kind = _named(request)
        found = await self.read(token, kind)
        if found is None:
            return self._unknown(request)
        return self._question(found, kind) if found.wanted else self._ended(found, kind)

    async def _change(self, request: Request) -> Response:
        token, kind = _named(request)
        again = _AGAIN in request.query_params
        found = await (self.again if again else self.end)(token, kind)
        if found is None:
            return self._unknown(request)
        return self._subscribed(found, kind) if again else self._ended(found, kind)

    def _question(self, found: Subscribed, kind: NotificationKind | None) -> Response:
        question = "unsubscribe_question" if kind else "unsubscribe_all_question"
        return _page(found.locale, *self._words(found, "unsubscribe_title", question), self._ends(found, kind))

    def _subscribed(self, found: Subscribed, kind: NotificationKind | None) -> Response:
        words = self._words(found, "resubscribed_title", "resubscribed_body")
        return _page(found.locale, *words, self._ends(found, kind))

    def _ended(self, found: Subscribed, kind: NotificationKind | None) -> Response:
        body = "unsubscribed_body" if kind else "unsubscribed_all_body"
        query = f"kind={kind.value}&amp;{_AGAIN}" if kind else _AGAIN
        button = self._button(found, query, "resubscribe_button")
        return _page(found.locale, *self._words(found, "unsubscribed_title", body), button)

    def _ends(self, found: Subscribed, kind: NotificationKind | None) -> str:
        """A button for mail of the kind, and one for all mail."""
        one = self._button(found, f"kind={kind.value}", "unsubscribe_button") if kind else ""
        return one + self._button(found, _ALL, "unsubscribe_all_button")

    def _button(self, found: Subscribed, query: str, name: str) -> str:
        return _FORM.format(query, escape(self._say(name, found)))

    def _words(self, found: Subscribed, title: str, body: str) -> tuple[str, str]:
        return self._say(title, found), self._say(body, found)

    def _unknown(self, request: Request) -> Response:
        locale = _first_language(request.headers.get("accept-language", ""))
        title = self.phrase("unsubscribe_unknown_title", locale=locale)
        return _page(locale, title, self.phrase("unsubscribe_unknown_body", locale=locale), status=404)

    def _say(self, name: str, found: Subscribed) -> str:
        return self.phrase(name, locale=found.locale, program=found.program)


def _named(request: Request) -> tuple[str, NotificationKind | None]:
    """The link's token, and the kind of mail it is about; None: all mail, also where it names no kind we know."""
    kind = NotificationKind.__members__.get(request.query_params.get("kind", ""))
    return request.path_params["token"], kind


def _page(locale: str, title: str, body: str, form: str = "", *, status: int = 200) -> Response:
    html = _PAGE.substitute(
        lang=escape(locale),
        dir="rtl" if locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        title=escape(title),
        body=escape(body),
        form=form,
    )
    return HTMLResponse(html, status, _HEADERS)


def _first_language(accepted: str) -> str:
    tag = accepted.partition(",")[0].partition(";")[0].strip()
    return tag if tag.replace("-", "").isalnum() and tag.isascii() and len(tag) <= 35 else "en"
