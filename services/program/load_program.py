"""A programme from its YAML file, or everything that is wrong with it."""

from collections.abc import Sequence
from pathlib import Path

from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.flaws import Flaw
from domain.program.program import Program
from domain.program.shape import Record
from services.program.bind import Binder
from services.program.problem import Problem
from services.program.yaml_tree import MAX_BYTES, Malformed, read_tree


def load_program(path: Path | str, *, follows: Sequence[Program] = ()) -> Program | list[Problem]:
    """The checked programme in the file at `path`, or all its problems in the order of their lines.

    Keys are the names of the dataclasses in `domain.program.program`. A file that cannot be read at all,
    or is no YAML, is one problem. The version is not the file's to say: the store gives it. With `follows`,
    the versions so far, it is also a problem what may not change from them to this.
    """
    try:
        with Path(path).open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        return [Problem(str(path), 1, (), f"cannot be read: {error.strerror}")]
    return parse_program(source, str(path), follows=follows)


def parse_program(source: bytes, file: str, *, follows: Sequence[Program] = ()) -> Program | list[Problem]:
    """As `load_program`, of bytes that are at hand; `file` is what problems call them."""
    try:
        tree = read_tree(source)
    except Malformed as malformed:
        return [Problem(file, malformed.line, (), malformed.reason)]
    binder = Binder(file)
    program: Program = binder.bind(tree, Record(Program))
    problems = binder.problems + [
        _problem(binder, flaw)
        for flaw in (*check(program), *check_change(follows, program))
        if not binder.covers(flaw.path)
    ]
    return sorted(problems, key=lambda problem: problem.line) or program


def _problem(binder: Binder, flaw: Flaw) -> Problem:
    line = binder.line_of(flaw.path)
    if flaw.spot is None:
        return Problem(binder.file, line, flaw.path, flaw.reason)
    line = binder.line_in_text(flaw.path, flaw.spot.line)
    return Problem(binder.file, line, flaw.path, flaw.spot.reason, flaw.spot.column, flaw.spot.excerpt)
