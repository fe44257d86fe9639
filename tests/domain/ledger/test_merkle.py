"""The tree of RFC 6962, against the recursion that defines it there and the vectors in use."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.merkle import EMPTY_ROOT, MerkleTree, leaf_hash, node_hash, root_by_path, root_of

CONTENTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(count)]


def defined(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(defined(hashes[:k]), defined(hashes[k:]))


def defined_path(hashes: list[bytes], index: int) -> list[bytes]:
    """PATH of RFC 6962."""
    if len(hashes) == 1:
        return []
    k = 1 << (len(hashes) - 1).bit_length() - 1
    if index < k:
        return [*defined_path(hashes[:k], index), defined(hashes[k:])]
    return [*defined_path(hashes[k:], index - k), defined(hashes[:k])]


def marked(hashes: list[bytes], index: int) -> MerkleTree:
    tree = MerkleTree(marked=index)
    for hash in hashes:
        tree.add(hash)
    return tree


class TestMerkleTree:
    @pytest.mark.parametrize("count", range(1, 9))
    def test_the_known_roots(self, count: int) -> None:
        assert root_of(map(leaf_hash, CONTENTS[:count])).hex() == ROOTS[count - 1]

    def test_no_leaves_is_the_hash_of_nothing(self) -> None:
        assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()

    @given(sizes)
    def test_the_root_is_the_one_that_the_recursion_defines(self, count: int) -> None:
        assert root_of(leaves(count)) == defined(leaves(count))

    @given(sizes, st.data())
    def test_so_is_the_path(self, count: int, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, count - 1))
        tree = marked(leaves(count), index)
        assert tree.path == tuple(defined_path(leaves(count), index))
        assert tree.root == defined(leaves(count))

    def test_a_path_of_a_leaf_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not in the tree"):
            _ = marked(leaves(3), 3).path

    def test_it_holds_one_subtree_a_level(self) -> None:
        tree = marked(leaves(255), 0)
        assert len(tree._subtrees) == 8


class TestRootByPath:
    @given(sizes, st.data())
    def test_every_leaf_leads_to_the_root_by_its_path_and_by_no_other(
        self, count: int, data: st.DataObject
    ) -> None:
        index = data.draw(st.integers(0, count - 1))
        hashes = leaves(count)
        path = marked(hashes, index).path
        assert root_by_path(hashes[index], index=index, size=count, path=path) == defined(hashes)
        other = data.draw(st.integers(0, count - 1).filter(lambda n: n != index) if count > 1 else st.just(1))
        assert root_by_path(hashes[index], index=other, size=count, path=path) != defined(hashes)
        assert root_by_path(hashes[index], index=index, size=count, path=(*path, hashes[0])) is None
        if path:
            assert root_by_path(hashes[index], index=index, size=count, path=path[:-1]) is None

    @pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
    def test_a_place_outside_of_the_tree_leads_nowhere(self, index: int, size: int) -> None:
        assert root_by_path(leaf_hash(b""), index=index, size=size, path=()) is None
