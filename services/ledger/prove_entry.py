"""Makes the receipt of one entry: what proves it without the database."""

from domain.ledger.canonical import canonical_bytes, entry_hash, entry_to_plain
from domain.ledger.entry import Entry
from domain.ledger.merkle import MerkleTree
from domain.ledger.receipt import Covered, Receipt, faults_of
from domain.ledger.root import Root, Tip
from mongo.entry_documents import Unreadable
from mongo.ledger import Ledger
from services.ledger.roots_folder import RootsFolder
from services.ledger.tips_file import TipsFile


class CannotProve(Exception):
    """The ledger or the root is not in a state in which anything could be proved; the message says why."""


async def prove_entry(ledger: Ledger, folder: RootsFolder, member: str, seq: int) -> Receipt | None:
    """The receipt of an entry; None when there is no such entry.

    Of an entry that the newest root does not cover yet the receipt ends at the newest entry, unsigned. Raises
    CannotProve for a ledger or root that does not hold together, BadRoot, and StoreFault for a newer format.
    """
    root = folder.newest()
    path = folder.tips_of(root) if root else None
    if root and path is None:
        raise CannotProve(f"What the root of {root.date} was signed over is not in {folder.path} any more.")
    if root is None or path is None:
        return await _unsigned(ledger, member, seq)
    with TipsFile(path) as tips:
        tip = tips.find(member)
        if tip is None or tip.seq < seq:
            return await _unsigned(ledger, member, seq)
        chain = await _chain(ledger, member, seq, until=tip.seq)
        if not chain:
            return None
        receipt = Receipt(member, seq, chain, _cover(root, tips, tip))
    if receipt.tip != tip:
        raise CannotProve(
            f"The chain of member {member} does not lead to entry {tip.seq} as the root of {root.date} was signed "
            "over it: the ledger was changed since. `regulars verify` says more."
        )
    return _sound(receipt)


async def _unsigned(ledger: Ledger, member: str, seq: int) -> Receipt | None:
    chain = await _chain(ledger, member, seq, until=None)
    return _sound(Receipt(member, seq, chain, None)) if chain else None


async def _chain(ledger: Ledger, member: str, seq: int, *, until: int | None) -> tuple[str, ...]:
    """The canonical texts of the entries from `seq` on; none when there is no such entry."""
    texts: list[str] = []
    async for entry in ledger.from_seq(member, seq):
        if (not texts and entry.seq != seq) or (until is not None and entry.seq > until):
            break
        texts.append(_text(entry))
    return tuple(texts)


def _text(entry: Entry | Unreadable) -> str:
    where = f"Entry {entry.seq} of member {entry.member}"
    if isinstance(entry, Unreadable):
        raise CannotProve(f"{where} cannot be read: `regulars verify` says more.")
    if entry_hash(entry) != entry.hash:
        raise CannotProve(f"{where} is not what its hash was made of: `regulars verify` says more.")
    return canonical_bytes(entry_to_plain(entry)).decode()


def _sound(receipt: Receipt) -> Receipt:
    """The receipt, once it has been held to what its bearer will hold it to, but for the signature."""
    faults = faults_of(receipt, lambda *_: None)
    if faults:
        raise CannotProve(f"The chain of member {receipt.member} is broken: {faults[0]}.")
    return receipt


def _cover(root: Root, tips: TipsFile, tip: Tip) -> Covered:
    tree = MerkleTree(marked=(index := tips.index(tip.member)))
    for each in tips:
        tree.add(each.leaf)
    if tree.root != root.merkle:
        raise CannotProve(f"What is kept beside the root of {root.date} is not what it was signed over.")
    return Covered(root, index, tree.path)
