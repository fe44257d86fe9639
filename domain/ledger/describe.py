"""What an entry is about, in words a member reads."""

from datetime import datetime

from domain.earning.events import own
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from domain.time import last_day_before

GIVEN_FOR = "challenge:"
"""How the keys of rewards begin that were given for a challenge; its code follows."""
_VERBS = {
    EntryKind.REDEEM: "Redeemed",
    EntryKind.RELEASE: "Available now",
    EntryKind.ADJUST: "Adjusted",
    EntryKind.TRANSFER_IN: "Received from another member",
    EntryKind.TRANSFER_OUT: "Sent to another member",
    EntryKind.HOLD: "Set aside",
    EntryKind.CAPTURE: "Spent of what was set aside",
    EntryKind.VOID: "No longer set aside",
    EntryKind.REINSTATE: "Given back after expiry",
}


_OWN = {
    own.JOINED: "Joined",
    own.BIRTHDAY: "Birthday",
    own.ANNIVERSARY: "Anniversary of joining",
    own.TIER_REACHED: "Tier reached",
    own.TIER_LOST: "Tier lost",
    own.CHALLENGE_REACHED: "Challenge reached",
    own.BADGE_EARNED: "Badge earned",
    own.REFERRAL_USED: "Came with a friend's code",
    own.REFERRAL_MADE: "A friend came with your code",
}


def describe(entry: Entry, program: Program) -> str:
    """One short phrase in English, such as "Purchase 4711", "Refund 4712" or "Redeemed: A cup of coffee".

    Codes that the programme in force no longer knows stand for themselves.
    """
    match entry.kind:
        case EntryKind.EARN:
            words = _event(entry, program)
        case EntryKind.PENDING:
            words = f"{_event(entry, program)}, pending"
        case EntryKind.RELEASE if entry.reason:
            words = f"Available now: {_event(entry, program)}"
        case EntryKind.REVERSE if entry.key.startswith("event:"):
            words = _event(entry, program)
        case EntryKind.REDEEM if entry.key.startswith(GIVEN_FOR):
            words = _labelled(f"Given for {_challenge(entry.key.split(':')[1], program)}", entry.reason, program)
        case EntryKind.EXPIRE:
            words = f"Expired: could be spent until {_day(entry.occurred_at, program)}"
        case EntryKind.EXTEND:
            words = _extended(entry, program)
        case EntryKind.TIER:
            words = _tier(entry, program)
        case kind:
            words = _labelled(_VERBS.get(kind) or _reversal(entry), entry.reason, program)
    return words


def _tier(entry: Entry, program: Program) -> str:
    code = entry.changes.tier.code if entry.changes.tier else ""
    name = next((tier.name for tier in program.tiers.levels if tier.code == code), code)
    given = entry.changes.override
    if given and given.code == code and given.until > entry.effective_at:
        return _labelled(f"{name} given until {_day(given.until, program)}", entry.reason, program)
    if given:
        return _labelled(f"{name}, as no other tier is given any more", entry.reason, program)
    if entry.key.startswith("tier:v"):
        return f"{name}, by new terms of the programme"
    return f"{name}, as the time of the last tier is over"


def _extended(entry: Entry, program: Program) -> str:
    lots = [lot.expires_at for lot in entry.changes.lots if lot.points > 0 and lot.expires_at]
    return f"Expires later: can be spent until {_day(lots[0], program)}" if lots else "Expires later"


def _reversal(entry: Entry) -> str:
    back = entry.changes.adjusted - entry.changes.redeemed - entry.changes.reversed
    if back == 0:
        return "Reversed"
    return "Given back" if back > 0 else "Taken back"


def _event(entry: Entry, program: Program) -> str:
    if entry.reason in _OWN:
        return f"{_OWN[entry.reason]}{_which(entry.reference or '', program)}"
    what = (entry.reason or "earned").replace("_", " ").strip()
    what = what[:1].upper() + what[1:]
    # The ledger's reference of an event is its source and its id there.
    _, _, id = (entry.reference or "").partition("/")
    return f"{what} {id}" if id else what


def _which(reference: str, program: Program) -> str:
    """The challenge or badge that the id of an event of Regulars' own names, if any."""
    _, named, code = reference.partition(":challenge:")
    if named:
        return f": {_challenge(code.partition(':')[0], program)}"
    _, named, code = reference.partition(":badge:")
    return f": {_badge(code, program)}" if named else ""


def _badge(code: str, program: Program) -> str:
    return next((badge.name for badge in program.badges if badge.code == code), code)


def _challenge(code: str, program: Program) -> str:
    return next((challenge.name for challenge in program.challenges if challenge.code == code), code)


def _labelled(verb: str, code: str | None, program: Program) -> str:
    names = {reward.code: reward.title for reward in program.rewards}
    names |= {reason.code: reason.name for reason in program.adjustment_reasons}
    return f"{verb}: {names.get(code, code)}" if code else verb


def _day(moment: datetime, program: Program) -> str:
    day = last_day_before(moment, program.zone)
    return f"{day.day} {day:%B %Y}"
