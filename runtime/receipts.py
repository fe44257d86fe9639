"""What `regulars receipt` does."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.ledger.receipt import Receipt, faults_of, receipt_from_plain, receipt_to_plain
from domain.ledger.root import statement
from resolvers.ids import key_of, read_numbered
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.roots import believed, roots_folder
from runtime.settings import Settings
from runtime.wiring import House
from services.ledger.prove_entry import prove_entry

PROVED, NOT_PROVED, NOT_SIGNED = 0, 1, 3

_WHY = "no root covers it, so that only the database speaks for where the chain ends."


class Verdict(NamedTuple):
    """The lines to print, and the exit code."""

    lines: list[str]
    code: int


class Made(NamedTuple):
    """A receipt as text, what to say beside it, and the exit code."""

    text: str
    note: str
    code: int


def read_entry(text: str) -> tuple[str, int]:
    """Member and sequence of an entry's global id, or of MEMBER/SEQ. Raises ValueError for what is neither."""
    key = key_of("Entry", text) or ":".join(text.rsplit("/", 1))
    found = read_numbered(key)
    if found is None:
        raise ValueError("it is neither the global id of an entry nor MEMBER/SEQ, such as 4kx0m2v9c7q1d5s8t3wz/17")
    return found


def make_receipt(settings: Settings, member: str, seq: int) -> Made:
    """The receipt of an entry. Raises CannotRun when there is none, and what proving raises."""
    folder = roots_folder(settings)

    async def work(house: House) -> Receipt | None:
        return await prove_entry(house.context.ledger, folder, member, seq)

    receipt = in_house(settings, work)
    if receipt is None:
        raise CannotRun(f"Member {member} has no entry {seq}.")
    text = json.dumps(receipt_to_plain(receipt), indent=2, ensure_ascii=False)
    if receipt.covered is None:
        return Made(text, f"Not signed yet: {_WHY} Ask again after the next.", NOT_SIGNED)
    return Made(text, f"Proved by the root of {receipt.covered.root.date}.", PROVED)


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
        return Verdict([f"– {named} is chained to entry {receipt.tip.seq}. Not signed yet: {_WHY}"], NOT_SIGNED)
    root = receipt.covered.root
    if verify(root.key_id, statement(root), root.signature) is None:
        raise CannotRun(f"The root is signed by key {root.key_id}, which is not known here: name it by --key.")
    lines = [f"✓ {named} is proved by the root of {root.date}, signed by key {root.key_id}", "", receipt.chain[0]]
    return Verdict(lines, PROVED)
