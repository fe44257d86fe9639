"""The folder of signed roots, outside the database: one JSON file a day, and the tips that the newest hold."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from domain.ledger.root import Root, root_from_plain, root_to_plain

KEEP_TIPS = 2
"""How many roots keep their tips: the newest, and one more for whoever is reading it while the next is signed."""
_DAYS = "????-??-??.json"


class BadRoot(Exception):
    """A file of the folder is no root of its day; the message names it."""


class RootsFolder:
    """Reads roots and adds new ones; a root that stands is never replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def days(self) -> list[date]:
        """The days that have a root, in order."""
        found = []
        for file in self.path.glob(_DAYS):
            with suppress(ValueError):
                found.append(date.fromisoformat(file.stem))
        return sorted(found)

    def get(self, day: date) -> Root | None:
        """The root of a day. Raises BadRoot."""
        file = self.file_of(day)
        return read_root(file, day=day) if file.exists() else None

    def newest(self) -> Root | None:
        """The root of the last day that has one. Raises BadRoot."""
        days = self.days()
        return self.get(days[-1]) if days else None

    def lacks(self, signed: date | None) -> bool:
        """Whether the root of a day that is known to have been signed, and all later ones, are not here."""
        return signed is not None and all(day < signed for day in self.days())

    def file_of(self, day: date) -> Path:
        """Where the root of a day is, or would be."""
        return self.path / f"{day}.json"

    def tips_of(self, root: Root) -> Path | None:
        """The file with the tips that a root was made of; None when it is gone."""
        file = self._tips_file(root)
        return file if file.exists() else None

    @contextmanager
    def writing_tips(self, day: date) -> Iterator[IO[bytes]]:
        """A file for the tips of a root to come; what of it `put` has not taken is gone after the block."""
        self.path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.path, prefix=f".{day}-", suffix=".tips", delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def put(self, root: Root, tips: IO[bytes]) -> Root:
        """The root that stands for its day afterwards: this one, or the one that another process put first."""
        # The tips come first and are named by what they add up to: a root never stands without its own.
        Path(tips.name).chmod(0o644)
        _sync(tips)
        Path(tips.name).replace(self._tips_file(root))
        text = json.dumps(root_to_plain(root), indent=2) + "\n"
        with NamedTemporaryFile("w", dir=self.path, prefix=f".{root.date}-", suffix=".json") as file:
            file.write(text)
            _sync(file)
            Path(file.name).chmod(0o444)
            with suppress(FileExistsError):  # another process was first: its root is the day's
                os.link(file.name, self.file_of(root.date))
        self._sync_names()
        self._prune()
        standing = self.get(root.date)
        if standing is None:
            raise BadRoot(f"{self.file_of(root.date)} was put there and is gone.")
        return standing

    def _sync_names(self) -> None:
        """A root that was told of is there after a loss of power, too."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _tips_file(self, root: Root) -> Path:
        return self.path / f"{root.date}.{root.merkle.hex()[:16]}.tips"

    def _prune(self) -> None:
        """Tips of older roots, and what processes that were killed left of earlier days."""
        days = self.days()
        roots = [self.get(day) for day in days[-KEEP_TIPS:]]
        kept = {self._tips_file(root) for root in roots if root}
        today = days[-1].isoformat()
        stale = [file for file in self.path.glob(".????-??-??-*") if file.name[1:11] < today]
        # Another process may just be putting the root of a later day.
        tips = [file for file in self.path.glob("????-??-??.*.tips") if file.name[:10] <= today]
        for file in {*tips, *stale} - kept:
            file.unlink(missing_ok=True)


def read_root(file: Path, *, day: date | None = None) -> Root:
    """The root in a file, of this day when one is given. Raises BadRoot, and OSError where there is no file."""
    try:
        root = root_from_plain(json.loads(file.read_bytes()))
    except (ValueError, RecursionError) as fault:
        raise BadRoot(f"{file} cannot be read as a root: {fault}.") from fault
    if day and root.date != day:
        raise BadRoot(f"{file} holds the root of {root.date}.")
    return root


def _sync(file: IO[bytes] | IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())
