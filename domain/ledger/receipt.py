"""A receipt: what proves one entry to someone who has neither the database nor trust in whoever runs it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from domain.ledger.merkle import root_by_path
from domain.ledger.root import Root, Tip, Verify, broken_signature, read_hex, root_from_plain, root_to_plain

RECEIPT_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Covered:
    """The signed root, and the way from the leaf at `index` to it."""

    root: Root
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The canonical text of the entry that is proved and of all after it, up to the one that the root covers.

    Without `covered` the chain ends at the newest entry there was, and nobody has signed it yet.
    """

    member: str
    seq: int
    chain: tuple[str, ...]
    covered: Covered | None

    @property
    def tip(self) -> Tip:
        """The entry that the chain ends with."""
        return Tip(self.member, self.seq + len(self.chain) - 1, text_hash(self.chain[-1]))


def text_hash(text: str) -> bytes:
    """The hash of an entry, from its canonical text."""
    return hashlib.sha256(text.encode()).digest()


def receipt_to_plain(receipt: Receipt) -> dict[str, Any]:
    """A receipt as plain JSON values."""
    plain: dict[str, Any] = {
        "receipt": RECEIPT_FORMAT,
        "member": receipt.member,
        "seq": receipt.seq,
        "chain": list(receipt.chain),
    }
    if receipt.covered:
        plain["index"] = receipt.covered.index
        plain["path"] = [hash.hex() for hash in receipt.covered.path]
        plain["root"] = root_to_plain(receipt.covered.root)
    return plain


def receipt_from_plain(plain: Any) -> Receipt:
    """The inverse of `receipt_to_plain`. Raises ValueError for what is no receipt, or one of a newer format."""
    try:
        if plain["receipt"] != RECEIPT_FORMAT:
            raise ValueError(f"a receipt of format {plain['receipt']!r}; this build knows {RECEIPT_FORMAT}")
        covered = None
        if "root" in plain:
            path = tuple(read_hex(hash) for hash in plain["path"])
            covered = Covered(root_from_plain(plain["root"]), plain["index"], path)
        receipt = Receipt(plain["member"], plain["seq"], tuple(plain["chain"]), covered)
        if receipt_to_plain(receipt) != plain or not receipt.chain or not _typed(receipt):
            raise ValueError("it says something else than a receipt does")
    except (LookupError, TypeError, AttributeError) as fault:
        raise ValueError("it is no receipt") from fault
    return receipt


def _typed(receipt: Receipt) -> bool:
    numbers = [receipt.seq] + ([receipt.covered.index, receipt.covered.root.members] if receipt.covered else [])
    texts = [receipt.member, *receipt.chain]
    return all(type(value) is int for value in numbers) and all(type(value) is str for value in texts)


def faults_of(receipt: Receipt, verify: Verify) -> list[str]:
    """What keeps the receipt from proving its entry, in words for its bearer; none for a sound one."""
    faults = _faults_of_chain(receipt)
    if receipt.covered:
        faults += _faults_of_cover(receipt, receipt.covered)
        faults += [
            f"the root of {receipt.covered.root.date}: {f}" for f in broken_signature(receipt.covered.root, verify)
        ]
    return faults


def _faults_of_chain(receipt: Receipt) -> list[str]:
    previous: str | None = None
    for seq, text in enumerate(receipt.chain, start=receipt.seq):
        try:
            entry = json.loads(text)
            named = (entry["member"], entry["seq"])
            linked = entry["previous"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return [f"entry {seq} cannot be read"]
        if named != (receipt.member, seq):
            return [f"in the place of entry {seq} stands another"]
        if previous is not None and linked != previous:
            return [f"entry {seq} does not follow entry {seq - 1} as it stands here"]
        previous = text_hash(text).hex()
    return []


def _faults_of_cover(receipt: Receipt, covered: Covered) -> list[str]:
    root = covered.root
    found = root_by_path(receipt.tip.leaf, index=covered.index, size=root.members, path=covered.path)
    return [] if found == root.merkle else [f"entry {receipt.tip.seq} does not lead to the root of {root.date}"]
