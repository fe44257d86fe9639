"""A YAML tree bound to the programme's dataclasses: all problems of shape at once, each with its line."""

from typing import Any

from domain.program.flaws import Path
from domain.program.shape import Many, One, Part, Record, Shape, Table, parts_of
from services.program.problem import Problem
from services.program.scalars import Unreadable, placeholder, read_scalar
from services.program.suggest import suggestion
from services.program.yaml_tree import Mapping, Node, Scalar, Sequence


class Binder:
    """Binds one file's tree; then `problems` holds what was wrong and `lines` where each path stands.

    `blocks`: where the texts begin that stand in literal blocks, line for line.

    What cannot be read becomes a placeholder, so that the rest of the file can still be checked.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}
        self.blocks: dict[Path, int] = {}

    def bind(self, node: Node, shape: Shape, path: Path = ()) -> Any:
        """The value of `shape` that the node says."""
        self.lines.setdefault(path, node.line)
        if isinstance(node, Scalar) and node.is_null and shape.optional:
            return None
        match shape, node:
            case One(of=kind), Scalar():
                return self._scalar(node, kind, path)
            case Many(item=item), Sequence(items=items):
                return tuple(self.bind(child, item, (*path, index)) for index, child in enumerate(items))
            case Table(value=value), Mapping():
                pairs = self._pairs(node, path)
                return {key: self.bind(child, value, (*path, key)) for key, child in pairs.items()}
            case Record(of=record), Mapping():
                return self._record(node, record, path)
        return self._mismatch(node, shape, path)

    def covers(self, path: Path) -> bool:
        """Whether a problem is already known at `path` or above it."""
        known = {problem.path for problem in self.problems}
        return any(path[:length] in known for length in range(len(path) + 1))

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest part around it that the file has."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def line_in_text(self, path: Path, line: int) -> int:
        """The file's line of a line (from 1) of a text: in a literal block its own, else the path's."""
        block = self.blocks.get(path)
        return self.line_of(path) if block is None else block + line

    def _scalar(self, node: Scalar, kind: type[Any], path: Path) -> Any:
        if node.literal:
            self.blocks[path] = node.line
        if node.is_null:
            return self._refuse(path, node.line, "must have a value", placeholder(kind))
        try:
            return read_scalar(node, kind)
        except Unreadable as unreadable:
            return self._refuse(path, node.line, str(unreadable), placeholder(kind))

    def _record(self, node: Mapping, record: Any, path: Path) -> Any:
        parts = {part.name: part for part in parts_of(record)}
        pairs = self._pairs(node, path)
        for key in (key for key in pairs if key not in parts):
            # The problem is the key, so it is told of the record: no part of the programme has its path.
            self._refuse((*path, key), self.lines[*path, key], f"is not known{suggestion(key, parts)}")
        values = {name: self._part(part, pairs, path) for name, part in parts.items()}
        return record(**{name: value for name, value in values.items() if value is not _DEFAULT})

    def _part(self, part: Part, pairs: dict[str, Node], path: Path) -> Any:
        here = (*path, part.name)
        if part.name in pairs:
            return self.bind(pairs[part.name], part.shape, here)
        if part.required:
            return self._refuse(here, self.line_of(here), "is missing", _empty(part.shape))
        return _DEFAULT

    def _pairs(self, node: Mapping, path: Path) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        for key, value in node.pairs:
            here = (*path, key.text)
            if key.text in pairs:
                first = self.lines[here]
                self._refuse(here, key.line, f"is given twice, first on line {first}")
            else:
                pairs[key.text] = value
                self.lines[here] = key.line
        return pairs

    def _mismatch(self, node: Node, shape: Shape, path: Path) -> Any:
        wanted = {One: "one value", Many: "a list", Table: "keys and values", Record: "keys and values"}
        found = {Scalar: "one value", Sequence: "a list", Mapping: "keys and values"}
        reason = f"must be {wanted[type(shape)]}, is {found[type(node)]}"
        return self._refuse(path, node.line, reason, _empty(shape))

    def _refuse(self, path: Path, line: int, reason: str, value: Any = None) -> Any:
        self.problems.append(Problem(self.file, line, path, reason))
        return value


_DEFAULT = object()


def _empty(shape: Shape) -> Any:
    match shape:
        case One(of=kind):
            return placeholder(kind)
        case Many():
            return ()
        case Table():
            return {}
        case Record(of=record):
            return record(**{part.name: _empty(part.shape) for part in parts_of(record) if part.required})
