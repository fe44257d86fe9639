"""What `regulars root --list` and `--verify` do: they need neither servers nor their drivers."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.ledger.root import Root
from runtime.roots import believed, roots_folder
from runtime.settings import Settings
from services.ledger.verify_roots import RootsFound, verify_root, verify_roots


class Told(NamedTuple):
    """The lines to print, and whether everything that was looked at holds."""

    lines: list[str]
    holds: bool


def list_roots(settings: Settings, keys: Sequence[Path]) -> Told:
    """Every root, oldest first, then what does not hold. Needs no database."""
    folder = roots_folder(settings)
    found = verify_roots(folder, believed(settings, keys))
    lines = [*map(line_of, found.roots), *_verdict(found)]
    return Told(lines if found.roots or found.faults else [f"No root is in {folder.path}."], not found.faults)


def check_file(settings: Settings, file: Path, keys: Sequence[Path]) -> Told:
    """One root, whose signature must be that of a key that is known. Needs no database."""
    found = verify_root(file, believed(settings, keys))
    lines = [line_of(found.newest)] if found.newest else []
    return Told([*lines, *_verdict(found)], not found.faults and not found.unchecked)


def line_of(root: Root) -> str:
    """A root in one line."""
    covers = f"{root.entries:,} entries of {root.members:,} members"
    anew = f"  anew: {root.anew}" if root.anew is not None else ""
    return f"{root.date}  {root.merkle.hex()}  {covers}  key {root.key_id}{anew}"


def _verdict(found: RootsFound) -> list[str]:
    lines = [f"✗ {fault}" for fault in found.faults]
    if found.unchecked:
        lines.append(f"✗ {found.unchecked:,} signed by a key that is not known here: name it by --key")
    elif not found.faults:
        lines.append(
            "✓ signed by its key" if len(found.roots) == 1 else "✓ each is signed by its key and follows the last"
        )
    if found.newest and found.tips:
        lines.append(f"✓ {found.tips} is what the root of {found.newest.date} was signed over")
    return lines
