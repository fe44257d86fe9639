"""A Merkle tree over any number of leaves in a stream, as in RFC 6962, section 2.1: the memory of its height.

Leaves and nodes are hashed in domains of their own, so that no node can pass for a leaf.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of what joins two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class _Subtree:
    """A perfect subtree that waits for its right sibling; `marked`: it holds the leaf whose path is wanted."""

    leaves: int
    hash: bytes
    marked: bool = False


class MerkleTree:
    """Takes leaf hashes one by one and answers the root of those so far.

    Holds one subtree a level. `marked` is the index of the leaf whose audit path is wanted.
    """

    def __init__(self, *, marked: int | None = None) -> None:
        self.size = 0
        self._marked = marked
        self._subtrees: list[_Subtree] = []
        self._path: list[bytes] = []

    def add(self, hash: bytes) -> None:
        """One more leaf, to the right of all others."""
        subtree = _Subtree(1, hash, self.size == self._marked)
        self.size += 1
        while self._subtrees and self._subtrees[-1].leaves == subtree.leaves:
            subtree = self._join(self._subtrees.pop(), subtree, self._path)
        self._subtrees.append(subtree)

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return self._close()[0]

    @property
    def path(self) -> tuple[bytes, ...]:
        """The audit path of the marked leaf, from the leaf's sibling upwards. Raises ValueError without one."""
        if self._marked is None or self._marked >= self.size:
            raise ValueError("the marked leaf is not in the tree")
        return tuple(self._close()[1])

    def _close(self) -> tuple[bytes, list[bytes]]:
        if not self._subtrees:
            return EMPTY_ROOT, []
        path = list(self._path)
        whole = self._subtrees[-1]
        for left in reversed(self._subtrees[:-1]):
            whole = self._join(left, whole, path)
        return whole.hash, path

    def _join(self, left: _Subtree, right: _Subtree, path: list[bytes]) -> _Subtree:
        if left.marked:
            path.append(right.hash)
        elif right.marked:
            path.append(left.hash)
        return _Subtree(left.leaves + right.leaves, node_hash(left.hash, right.hash), left.marked or right.marked)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order."""
    tree = MerkleTree()
    for hash in hashes:
        tree.add(hash)
    return tree.root


def root_by_path(hash: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to from the leaf at `index` of `size` (RFC 9162, section 2.1.3.2).

    None: no path of a tree of that size has this length.
    """
    if not 0 <= index < size:
        return None
    position, last = index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            hash = node_hash(sibling, hash)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            hash = node_hash(hash, sibling)
        position, last = position >> 1, last >> 1
    return hash if last == 0 else None
