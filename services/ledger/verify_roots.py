"""Holds the folder of signed roots to what it promises: signatures, a chain of days, and tips that add up."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from domain.ledger.merkle import MerkleTree
from domain.ledger.root import Root, Verify, broken_links, broken_signature, statement
from services.ledger.roots_folder import BadRoot, RootsFolder, read_root
from services.ledger.tips_file import TipsFile


@dataclass(slots=True)
class RootsFound:
    """What stands in a folder, oldest first. `unchecked`: how many are signed by keys that are not known here.

    `tips` is the file of what `newest` was signed over; None when it is gone, or is not that.
    """

    roots: list[Root] = field(default_factory=list)
    unchecked: int = 0
    tips: Path | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def newest(self) -> Root | None:
        """The last one."""
        return self.roots[-1] if self.roots else None


def verify_roots(folder: RootsFolder, verify: Verify, *, signed: date | None = None) -> RootsFound:
    """Reads every root of the folder. `signed`: a day of which the worker knows that it has signed its root."""
    found = RootsFound()
    for day in folder.days():
        try:
            root = folder.get(day)
        except BadRoot as fault:
            found.faults.append(str(fault))
            continue
        if root is None:
            continue
        faults = broken_signature(root, verify) + broken_links(root, found.newest)
        found.faults += [f"the root of {day}: {fault}" for fault in faults]
        found.unchecked += verify(root.key_id, statement(root), root.signature) is None
        found.roots.append(root)
    if folder.lacks(signed):
        found.faults.append(f"the root of {signed} was signed and is not in {folder.path}")
    if found.newest:
        _verify_tips(folder, found, found.newest)
    return found


def verify_root(file: Path, verify: Verify) -> RootsFound:
    """Reads one root, wherever it is; the root before it and its tips are held against it if they are beside it.

    Raises BadRoot, and OSError where there is no file.
    """
    root = read_root(file)
    folder = RootsFolder(file.parent)
    found = RootsFound([root], int(verify(root.key_id, statement(root), root.signature) is None))
    found.faults += broken_signature(root, verify)
    earlier = [day for day in folder.days() if day < root.date]
    if earlier:
        found.faults += broken_links(root, folder.get(earlier[-1]))
    _verify_tips(folder, found, root)
    return found


def _verify_tips(folder: RootsFolder, found: RootsFound, root: Root) -> None:
    path = folder.tips_of(root)
    if path is None:
        return
    with TipsFile(path) as tips:
        tree, entries = MerkleTree(), 0
        for tip in tips:
            tree.add(tip.leaf)
            entries += tip.seq
        whole = (tree.root, tree.size, entries, 0) == (root.merkle, root.members, root.entries, tips.torn)
    if whole:
        found.tips = path
    else:
        found.faults.append(f"{path} is not what the root of {root.date} was signed over")
