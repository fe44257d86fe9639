"""What is wrong with a programme's file, and where."""

from dataclasses import dataclass

from domain.program.flaws import Path, path_text


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `line` counts from 1. As text: demo/programme.yaml:31: rewards[2].cost: must be ..."""

    file: str
    line: int
    path: Path
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return ": ".join([where, path_text(self.path), self.reason] if self.path else [where, self.reason])
