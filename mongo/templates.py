"""Staff's own words for alerts: one document a template and locale, with the last of its history."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from pymongo.errors import DuplicateKeyError

from domain.alerts.template import TemplateChange, TemplateText
from mongo.client import Database, Document
from mongo.faults import store
from mongo.program_documents import actor_of, actor_pair

MAX_HISTORY: Final = 50


@store
class Templates:
    """All of them. What is in force is known at most `fresh_for` seconds late by `monotonic`, and in the process
    that saved it at once."""

    def __init__(
        self, database: Database, *, fresh_for: float = 2.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._templates = database["templates"]
        self._fresh_for = fresh_for
        self._monotonic = monotonic
        self._current: tuple[TemplateText, ...] | None = None
        self._ask_at = float("-inf")

    async def current(self) -> Sequence[TemplateText]:
        """Those in force; the same object for as long as nothing has changed."""
        if self._current is None or self._monotonic() >= self._ask_at:
            # Booked before the question, so that one caller asks and the others keep the answer they have.
            self._ask_at = self._monotonic() + self._fresh_for
            return await self._look()
        return self._current

    async def history(self, template: str, locale: str) -> tuple[TemplateChange, ...]:
        """The last 50 changes, newest first."""
        row = await self._templates.find_one({"_id": _id(template, locale)})
        return _history(row) if row else ()

    async def histories(self, locale: str) -> dict[str, tuple[TemplateChange, ...]]:
        """Those of every template that has any in the locale, by template."""
        rows = await self._templates.find({}).to_list(None)
        return {row["template"]: _history(row) for row in rows if row["locale"].lower() == locale.lower()}

    async def save(self, template: str, locale: str, change: TemplateChange) -> bool:
        """Writes the next revision over the one before; False, and nothing changed, when that is not the last."""
        row = _document(change)
        update: Document = {"$set": row, "$push": {"history": {"$each": [row], "$slice": -MAX_HISTORY}}}
        if change.title is None:
            update["$set"] = {name: value for name, value in row.items() if value is not None}
            update["$unset"] = {"title": "", "body": ""}
        query: Document = {"_id": _id(template, locale), "revision": change.revision - 1}
        if change.revision == 1:
            query["revision"] = None
            update["$setOnInsert"] = {"template": template, "locale": locale}
        try:
            result = await self._templates.update_one(query, update, upsert=change.revision == 1)
        except DuplicateKeyError:
            return False
        await self._look()
        return bool(result.modified_count or result.upserted_id)

    async def _look(self) -> Sequence[TemplateText]:
        # As many as there are templates and locales at most: some hundred.
        query, fields = {"title": {"$exists": True}}, {"history": 0}
        rows = await self._templates.find(query, fields, sort=[("_id", 1)]).to_list(None)
        found = tuple(_text(row) for row in rows)
        if self._current is None or found != self._current:
            self._current = found
        return self._current


def _id(template: str, locale: str) -> str:
    return f"{template}:{locale.lower()}"


def _document(change: TemplateChange) -> Document:
    return {
        "revision": change.revision,
        "title": change.title,
        "body": change.body,
        "changedBy": actor_pair(change.changed_by),
        "changedAt": change.changed_at,
    }


def _history(row: Document) -> tuple[TemplateChange, ...]:
    return tuple(
        TemplateChange(
            revision=one["revision"],
            title=one["title"],
            body=one["body"],
            changed_by=actor_of(one["changedBy"]),
            changed_at=one["changedAt"],
        )
        for one in reversed(row["history"])
    )


def _text(row: Document) -> TemplateText:
    return TemplateText(
        template=row["template"],
        locale=row["locale"],
        title=row["title"],
        body=row["body"],
        revision=row["revision"],
        changed_by=actor_of(row["changedBy"]),
        changed_at=row["changedAt"],
    )
