"""The documents seen lately: the app sends the same few hundred, and parsing costs more than most answers."""

from collections import OrderedDict

import strawberry

from api.execution.document import Document, read_document
from api.options import Limits


class Documents:
    """Valid documents by their text, the least recently used dropped first, bounded in count and in bytes.

    Refused documents are not kept: they are cheap to refuse, and would let anyone push out the good ones.
    """

    def __init__(self, schema: strawberry.Schema, limits: Limits, *, most: int, most_bytes: int) -> None:
        self._schema = schema
        self._limits = limits
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, source: str) -> Document:
        """The document of this text. Raises BadDocument as `read_document` does."""
        kept = self._kept.get(source)
        if kept is not None:
            self._kept.move_to_end(source)
            return kept
        document = read_document(self._schema, source, self._limits)
        self._keep(source, document)
        return document

    def _keep(self, source: str, document: Document) -> None:
        self._kept[source] = document
        self._bytes += len(source.encode())
        while len(self._kept) > self._most or self._bytes > self._most_bytes:
            dropped, _ = self._kept.popitem(last=False)
            self._bytes -= len(dropped.encode())
