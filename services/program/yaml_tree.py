"""YAML as a tree of text with line numbers, and nothing more.

Types are the reader's business, so that `on`, `NO`, 010 and 1.10 are what was written and not what YAML 1.1
makes of them. Anchors, aliases and tags are refused: a tree of bounded size is all that a file can become.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_BYTES = 32 * 1024 * 1024
"""Room for a catalog of 50,000 rewards and more. What the API takes is bounded by its requests."""
MAX_DEPTH = 12
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it was written; `plain`: without quotes; `literal`: as a block behind a "|" in its `line`."""

    line: int
    text: str
    plain: bool
    literal: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it stands for nothing: left empty, ~ or null."""
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file, duplicates and all."""

    line: int
    pairs: "list[tuple[Scalar, Node]]" = field(default_factory=list)


Node = Scalar | Sequence | Mapping


class Malformed(Exception):
    """The file is no acceptable YAML: `line` (from 1) and why. Never leaves this room."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read_tree(source: bytes) -> Node:
    """The one document of a UTF-8 source of at most 32 MiB. Raises Malformed."""
    if len(source) > MAX_BYTES:
        raise Malformed(1, f"must be at most {MAX_BYTES} bytes, is {len(source)}")
    try:
        return _document(_events(_text(source)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Malformed(mark.line + 1 if mark else 1, f"is not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise Malformed(1, f"is not YAML: {error.reason}") from error


def _text(source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(source.count(b"\n", 0, error.start) + 1, "is not UTF-8") from error


def _events(text: str) -> Iterator[yaml.Event]:
    documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _line(event)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Malformed(line, "must be one document")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Malformed(line, "must have no anchors and aliases: write the value out")
        elif getattr(event, "tag", None):
            raise Malformed(line, "must have no tags, such as !!str")
        elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _document(events: Iterator[yaml.Event]) -> Node:
    first = next(events, None)
    if first is None:
        raise Malformed(1, "must not be empty")
    root = _node(first, events, depth=0)
    for _ in events:  # a second document is refused there
        pass
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = _line(event)
    if depth > MAX_DEPTH:
        raise Malformed(line, f"must be nested at most {MAX_DEPTH} deep")
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, event.value, event.style in (None, ""), event.style == "|")
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, list(_nodes(events, depth + 1)))
    parts = _nodes(events, depth + 1)
    return Mapping(line, [(_key(key), next(parts)) for key in parts])


def _nodes(events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    """The nodes up to the end of the collection that has just begun."""
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield _node(event, events, depth)


def _key(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise Malformed(node.line, "a key must be text")
    return node
