"""What `regulars receipt ENTRY` does."""

import json
from typing import NamedTuple

from domain.ledger.receipt import Receipt, receipt_to_plain
from runtime.cli.work import in_house
from runtime.faults import CannotRun
from runtime.receipts import NOT_SIGNED, PROVED, WHY
from runtime.roots import roots_folder
from runtime.settings import Settings
from runtime.wiring import House
from services.ledger.prove_entry import prove_entry


class Made(NamedTuple):
    """A receipt as text, what to say beside it, and the exit code."""

    text: str
    note: str
    code: int


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
        return Made(text, f"Not signed yet: {WHY} Ask again after the next.", NOT_SIGNED)
    return Made(text, f"Proved by the root of {receipt.covered.root.date}.", PROVED)
