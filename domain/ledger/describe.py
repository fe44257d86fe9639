"""What an entry is about, in words a member reads."""

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from domain.time import last_day_before

_VERBS = {
    EntryKind.RELEASE: "Available now",
    EntryKind.ADJUST: "Adjusted",
    EntryKind.TRANSFER_IN: "Received from another member",
    EntryKind.TRANSFER_OUT: "Sent to another member",
    EntryKind.HOLD: "Set aside",
    EntryKind.CAPTURE: "Spent of what was set aside",
    EntryKind.VOID: "No longer set aside",
    EntryKind.REVERSE: "Reversed",
    EntryKind.EXTEND: "Expires later",
    EntryKind.REINSTATE: "Given back after expiry",
}


def describe(entry: Entry, program: Program) -> str:
    """One short phrase in English, such as "Purchase 4711", "Refund 4712" or "Redeemed: A cup of coffee".

    Codes that the programme in force no longer knows stand for themselves.
    """
    match entry.kind:
        case EntryKind.EARN | EntryKind.PENDING:
            return _event(entry)
        case EntryKind.REVERSE if entry.key.startswith("event:"):
            return _event(entry)
        case EntryKind.REDEEM:
            titles = {reward.code: reward.title for reward in program.rewards}
            return _labelled("Redeemed", entry.reason, titles)
        case EntryKind.EXPIRE:
            day = last_day_before(entry.effective_at, program.zone)
            return f"Expired: could be spent until {day.day} {day:%B %Y}"
        case kind:
            names = {reason.code: reason.name for reason in program.adjustment_reasons}
            return _labelled(_VERBS[kind], entry.reason, names)


def _event(entry: Entry) -> str:
    what = (entry.reason or "earned").replace("_", " ").strip()
    what = what[:1].upper() + what[1:]
    # The ledger's reference of an event is its source and its id there.
    _, _, id = (entry.reference or "").partition("/")
    return f"{what} {id}" if id else what


def _labelled(verb: str, code: str | None, names: dict[str, str]) -> str:
    return f"{verb}: {names.get(code, code)}" if code else verb
