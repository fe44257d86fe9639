"""The words of alerts as data: what is shipped, what staff wrote instead, and what is wrong with a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.actors import Actor

MAX_TITLE: Final = 200
"""Characters of a title as it reads."""
MAX_TITLE_SOURCE: Final = 500
MAX_BODY: Final = 2_000
"""Characters of what staff write, with all its plurals."""


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What staff wrote for a template in a locale, in place of what is shipped.

    `revision` counts from 1 a template and locale.
    """

    template: str
    locale: str
    title: str
    body: str
    revision: int
    changed_by: Actor
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A revision of a text: who wrote it, and when; `title` and `body` None: back to what is shipped."""

    revision: int
    title: str | None
    body: str | None
    changed_by: Actor
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WordsOf:
    """A title and a body of a template, and the locale that they are in."""

    locale: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class TextProblem:
    """What is wrong with a text, in a sentence: where in its `field` (title or body), lines and columns from 1."""

    field: str
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as staff see it in a locale. `values`: what its texts may use, each with an example. `history`:
    newest first."""

    template: str
    locale: str
    values: Mapping[str, str]
    shipped: WordsOf
    own: TemplateText | None = None
    history: tuple[TemplateChange, ...] = field(default=())

    @property
    def revision(self) -> int:
        """That of the last change; 0 while there was none."""
        return self.history[0].revision if self.history else 0
