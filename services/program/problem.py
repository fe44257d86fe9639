"""What is wrong with a programme's file, and where."""

from dataclasses import dataclass

from domain.program.flaws import Path, path_text


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `line` counts from 1. As text: demo/programme.yaml:31: rewards[2].cost: must be ...

    One inside of an expression has the `column` in that line of it, and an `excerpt` with a caret under the place.
    """

    file: str
    line: int
    path: Path
    reason: str
    column: int | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        said = ": ".join([where, path_text(self.path), self.reason] if self.path else [where, self.reason])
        if self.excerpt is None:
            return said
        return "\n    ".join([f"{said} (column {self.column})", *self.excerpt.split("\n")])
