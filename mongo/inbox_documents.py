"""How a row of the inbox is stored."""

from domain.inbox.message import InboxRow, Message, NotificationKind, Subject
from mongo.client import Document


def document_of(row: InboxRow) -> Document:
    """The stored form; nulls are left out, and `unread` is there only while it is true."""
    message = row.message
    document = {
        "member": message.member,
        "seq": row.seq,
        "key": message.key,
        "kind": message.kind.value,
        "template": message.template,
        "title": message.title,
        "body": message.body,
        "data": dict(message.data) or None,
        "subject": list(message.subject) if message.subject else None,
        "createdAt": message.created_at,
        "readAt": row.read_at,
        "unread": True if row.read_at is None else None,
        "urgent": message.urgent or None,
        "also": message.also,
    }
    return {name: value for name, value in document.items() if value is not None}


def row_of(row: Document) -> InboxRow:
    """The inverse of `document_of`."""
    message = Message(
        member=row["member"],
        key=row["key"],
        kind=NotificationKind(row["kind"]),
        template=row.get("template", ""),
        values={},
        created_at=row["createdAt"],
        data=row.get("data", {}),
        subject=Subject(*row["subject"]) if "subject" in row else None,
        urgent=row.get("urgent", False),
        also=row.get("also"),
        title=row["title"],
        body=row["body"],
    )
    return InboxRow(message, row["seq"], row.get("readAt"))
