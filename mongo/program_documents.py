"""The stored form of versions and drafts of the programme."""

from typing import Any

from domain.actors import Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Draft, Publication, Request, Ruling, Version, content_hash
from mongo.client import Document
from mongo.packed import content_of, program_in

_BESIDE = {"note": "note", "draft": "draft", "unsimulated": "unsimulated"}
VERSION_FIELDS = {"program": 0}
"""A version without its content."""


def version_document(program: Program, publication: Publication) -> Document:
    """All but the number. What there is nothing of has no field."""
    document = {
        "hash": content_hash(program),
        "program": content_of(program),
        "publishedAt": publication.at,
        "from": publication.begins,
        "actor": actor_pair(publication.by),
        "approvedBy": actor_pair(publication.approved_by) if publication.approved_by else None,
    }
    document |= {field: getattr(publication, name) for field, name in _BESIDE.items()}
    return {field: value for field, value in document.items() if value is not None}


def version_of(row: Document) -> Version:
    """The inverse, of a row with or without its content."""
    publication = Publication(
        by=actor_of(row["actor"]),
        at=row["publishedAt"],
        begins=begins_of(row),
        approved_by=actor_of(row["approvedBy"]) if "approvedBy" in row else None,
        **{name: row.get(field) for field, name in _BESIDE.items()},
    )
    return Version(row["_id"], row["hash"], publication)


def begins_of(row: Document) -> Any:
    """When a version holds from; those of before there were schedules from when they were published."""
    return row.get("from", row["publishedAt"])


def draft_content(draft: Draft) -> Document:
    """What a saving writes."""
    return {
        "revision": draft.revision,
        "hash": draft.hash,
        "program": content_of(draft.program),
        "note": draft.note,
        "author": actor_pair(draft.author),
        "savedAt": draft.saved_at,
    }


def request_document(request: Request) -> Document:
    """Of someone's asking."""
    return {
        "by": actor_pair(request.by),
        "at": request.at,
        "from": request.begins,
        "key": request.key,
        "input": request.input,
    }


def ruling_document(ruling: Ruling) -> Document:
    """Of the second person's decision."""
    return {
        "by": actor_pair(ruling.by),
        "at": ruling.at,
        "approve": ruling.approve,
        "note": ruling.note,
        "key": ruling.key,
        "input": ruling.input,
    }


def draft_of(row: Document) -> Draft:
    """The draft of a row."""
    asked, decided = row.get("request"), row.get("ruling")
    return Draft(
        id=row["_id"],
        revision=row["revision"],
        hash=row["hash"],
        program=program_in(row["program"]),
        note=row["note"],
        author=actor_of(row["author"]),
        created_at=row["createdAt"],
        saved_at=row["savedAt"],
        request=_request(asked) if asked else None,
        ruling=_ruling(decided) if decided else None,
        version=row.get("version"),
    )


def _request(row: Document) -> Request:
    return Request(actor_of(row["by"]), row["at"], row["from"], row["key"], row["input"])


def _ruling(row: Document) -> Ruling:
    return Ruling(actor_of(row["by"]), row["at"], row["approve"], row["note"], row["key"], row["input"])


def actor_pair(actor: Actor) -> list[str]:
    """An actor as it is stored."""
    return [actor.kind.value, actor.id]


def actor_of(pair: list[str]) -> Actor:
    """The inverse."""
    return Actor(ActorKind(pair[0]), pair[1])
