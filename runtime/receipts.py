"""What `regulars receipt --check` does: it needs neither servers nor their drivers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.ledger.receipt import faults_of, receipt_from_plain
from domain.ledger.root import statement
from resolvers.ids import key_of, read_numbered
from runtime.faults import CannotRun
from runtime.roots import believed
from runtime.settings import Settings

PROVED, NOT_PROVED, NOT_SIGNED = 0, 1, 3

WHY = "no root covers it, so that only the database speaks for where the chain ends."


class Verdict(NamedTuple):
    """The lines to print, and the exit code."""

    lines: list[str]
    code: int


def read_entry(text: str) -> tuple[str, int]:
    """Member and sequence of an entry's global id, or of MEMBER/SEQ. Raises ValueError for what is neither."""
    key = key_of("Entry", text) or ":".join(text.rsplit("/", 1))
    found = read_numbered(key)
    if found is None:
        raise ValueError("it is neither the global id of an entry nor MEMBER/SEQ, such as 4kx0m2v9c7q1d5s8t3wz/17")
    return found


def check_receipt(settings: Settings, file: Path, keys: Sequence[Path]) -> Verdict:
    """Holds a receipt to what it claims, without any database. Raises CannotRun for a file that is no receipt.

    Raises CannotRun, too, when the key that signed it is not known: nothing was found out then.
    """
    try:
        receipt = receipt_from_plain(json.loads(file.read_bytes()))
    except (ValueError, RecursionError) as fault:
        raise CannotRun(f"{file} cannot be read as a receipt: {fault}.") from fault
    verify = believed(settings, keys)
    faults = faults_of(receipt, verify)
    if faults:
        return Verdict([f"✗ {fault}" for fault in faults], NOT_PROVED)
    named = f"entry {receipt.seq} of member {receipt.member}"
    if receipt.covered is None:
        return Verdict([f"– {named} is chained to entry {receipt.tip.seq}. Not signed yet: {WHY}"], NOT_SIGNED)
    root = receipt.covered.root
    if verify(root.key_id, statement(root), root.signature) is None:
        raise CannotRun(f"The root is signed by key {root.key_id}, which is not known here: name it by --key.")
    lines = [f"✓ {named} is proved by the root of {root.date}, signed by key {root.key_id}", "", receipt.chain[0]]
    return Verdict(lines, PROVED)
