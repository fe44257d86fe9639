"""The canonical form: plain JSON values with sorted keys, NFC text, whole milliseconds and integers.

The same plain form of a state travels to MongoDB, to Redis and into the hash, so that there is one codec.
Entries are never migrated: when the form grows, `v` grows and the old form stays here.
"""

import hashlib
import json
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any

from domain.ledger.entry import AwardLine, Entry
from domain.ledger.lots import Hold, Lot, Pending
from domain.ledger.state import (
    KEPT,
    Account,
    Bucket,
    Changes,
    Count,
    Idle,
    Override,
    SentOn,
    State,
    TierMark,
)
from domain.time import from_ms, to_ms

Plain = dict[str, Any]
_TOTALS = ("earned", "adjusted", "redeemed", "expired", "debt", "reinstated", "received", "sent", "reversed")
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON of plain values, keys sorted, text in NFC."""
    text = _encode(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.encode()


def input_hash(*parts: Any) -> str:
    """The fingerprint of a command's input, stored beside its key: 32 hex digits of SHA-256."""
    return hashlib.sha256(canonical_bytes(parts)).hexdigest()[:32]


def entry_hash(entry: Entry) -> bytes:
    """SHA-256 over the canonical bytes of all fields but the hash itself, the previous hash among them."""
    return plain_hash(entry_to_plain(entry))


def plain_hash(plain: Plain) -> bytes:
    """SHA-256 over the canonical bytes of an entry's form."""
    return hashlib.sha256(canonical_bytes(plain)).digest()


def entry_form(entry: Entry) -> Plain:
    """As `entry_to_plain`, and as the seal left it for an entry of this process; not to be changed."""
    return entry_to_plain(entry) if entry.form is None else entry.form


def entry_to_plain(entry: Entry) -> Plain:
    """The canonical form of an entry, without its hash."""
    plain = {
        "v": entry.v,
        "member": entry.member,
        "seq": entry.seq,
        "key": entry.key,
        "input": entry.input,
        "currency": entry.currency,
        "kind": entry.kind.value,
        "points": entry.points,
        "reference": entry.reference,
        "reason": entry.reason,
        "actor": [entry.actor.kind.value, entry.actor.id],
        "correlation": entry.correlation,
        "occurredAt": to_ms(entry.occurred_at),
        "effectiveAt": to_ms(entry.effective_at),
        "recordedAt": to_ms(entry.recorded_at),
        "lines": lines_to_plain(entry),
        "changes": changes_to_plain(entry.changes),
        "after": state_to_plain(entry.after),
        "previous": entry.previous.hex() if entry.previous else None,
    }
    if entry.reverses is not None:  # unknown to format 1, and so left out where there is none
        plain["reverses"] = entry.reverses
    return plain


def lines_to_plain(entry: Entry) -> list[list[Any]]:
    """Award lines as [rule, version, points, because], with a fifth part where there is more to say."""
    return [_line_to_plain(line) for line in entry.lines]


def lines_from_plain(plain: Any) -> tuple[AwardLine, ...]:
    """The inverse of `lines_to_plain`."""
    return tuple([_line_from_plain(*line) for line in plain])


def _line_to_plain(line: AwardLine) -> list[Any]:
    plain = [line.rule, line.version, line.points, line.because]
    if not (line.inputs or line.caps):
        return plain
    more: Plain = {"inputs": [list(pair) for pair in line.inputs]} if line.inputs else {}
    if line.caps:
        more |= {"caps": list(line.caps), "wanted": line.wanted}
    return [*plain, more]


def _line_from_plain(rule: str, version: int, points: int, because: str, more: Plain | None = None) -> AwardLine:
    if more is None:
        return AwardLine(rule, version, points, because)
    inputs = tuple((name, value) for name, value in more.get("inputs", ()))
    return AwardLine(rule, version, points, because, inputs, more.get("wanted"), tuple(more.get("caps", ())))


def state_to_plain(state: State) -> Plain:
    """A state as plain values; what is zero or empty is left out."""
    plain: Plain = {"accounts": {code: _account_to_plain(a) for code, a in state.accounts.items()}}
    if state.qualifying:
        plain["qualifying"] = dict(state.qualifying)
    if state.tier:
        plain["tier"] = [state.tier.code, to_ms(state.tier.since)]
    if state.counters:
        plain["counters"] = {code: [list(b) for b in buckets] for code, buckets in state.counters.items()}
    if state.override:
        plain["override"] = [state.override.code, to_ms(state.override.until)]
    return plain


def state_from_plain(plain: Plain) -> State:
    """The inverse of `state_to_plain`."""
    return State(
        {code: _account_from_plain(value) for code, value in plain["accounts"].items()},
        plain.get("qualifying", {}),
        _tier_from_plain(plain.get("tier")),
        {code: tuple([Bucket(*b) for b in buckets]) for code, buckets in plain.get("counters", {}).items()},
        _override_from_plain(plain.get("override")),
    )


def changes_to_plain(changes: Changes) -> Plain:
    """Changes as plain values; what is zero or empty is left out."""
    plain: Plain = {"lots": _lots_to_plain(changes.lots)} if changes.lots else {}
    plain |= _totals_to_plain(changes)
    if changes.pending:
        plain["pending"] = _pending_to_plain(changes.pending)
    if changes.hold:
        plain["hold"] = to_ms(changes.hold)
    if changes.unhold is not None:
        plain["unhold"] = changes.unhold
    if changes.idle:
        plain["idle"] = [_ms_or_none(changes.idle.at)]
    if changes.sent_on:
        plain["sentOn"] = list(changes.sent_on)
    if changes.qualifying:
        plain["qualifying"] = [list(pair) for pair in changes.qualifying]
    if changes.tier:
        plain["tier"] = [changes.tier.code, to_ms(changes.tier.since)]
    if changes.counts:
        plain["counts"] = [list(count) for count in changes.counts]
    if changes.kept != KEPT:
        plain["kept"] = changes.kept
    if changes.override:
        plain["override"] = [changes.override.code, to_ms(changes.override.until)]
    return plain


def changes_from_plain(plain: Plain) -> Changes:
    """The inverse of `changes_to_plain`."""
    return Changes(
        lots=_lots_from_plain(plain.get("lots", ())),
        pending=_pending_from_plain(plain.get("pending", ())),
        hold=_from_ms_or_none(plain.get("hold")),
        unhold=plain.get("unhold"),
        idle=Idle(_from_ms_or_none(plain["idle"][0])) if "idle" in plain else None,
        sent_on=_sent_on_from_plain(plain.get("sentOn")),
        qualifying=tuple((year, amount) for year, amount in plain.get("qualifying", ())),
        tier=_tier_from_plain(plain.get("tier")),
        counts=tuple([Count(*count) for count in plain.get("counts", ())]),
        kept=plain.get("kept", KEPT),
        override=_override_from_plain(plain.get("override")),
        **_totals_from_plain(plain),
    )


def _account_to_plain(account: Account) -> Plain:
    plain: Plain = {"lots": _lots_to_plain(account.lots)} if account.lots else {}
    plain |= _totals_to_plain(account)
    if account.pending:
        plain["pending"] = _pending_to_plain(account.pending)
    if account.holds:
        plain["holds"] = [[h.seq, _ms_or_none(h.expires_at), _lots_to_plain(h.lots)] for h in account.holds]
    if account.idle_at:
        plain["idle"] = _ms_or_none(account.idle_at)
    if account.sent_on:
        plain["sentOn"] = list(account.sent_on)
    return plain


def _account_from_plain(plain: Plain) -> Account:
    return Account(
        lots=_lots_from_plain(plain.get("lots", ())),
        pending=_pending_from_plain(plain.get("pending", ())),
        holds=tuple(Hold(seq, from_ms(ms), _lots_from_plain(lots)) for seq, ms, lots in plain.get("holds", ())),
        idle_at=_from_ms_or_none(plain.get("idle")),
        sent_on=_sent_on_from_plain(plain.get("sentOn")),
        **_totals_from_plain(plain),
    )


def _totals_to_plain(totals: Account | Changes) -> Plain:
    return {name: value for name in _TOTALS if (value := getattr(totals, name))}


def _totals_from_plain(plain: Plain) -> dict[str, Any]:
    return {name: plain[name] for name in _TOTALS if name in plain}


def _lots_to_plain(lots: tuple[Lot, ...]) -> list[list[int | None]]:
    return [[_ms_or_none(expires_at), points] for expires_at, points in lots]


def _lots_from_plain(plain: Any) -> tuple[Lot, ...]:
    return tuple([Lot(_from_ms_or_none(ms), points) for ms, points in plain])


def _pending_to_plain(pending: tuple[Pending, ...]) -> list[list[int | None]]:
    return [[_ms_or_none(part.releases_at), _ms_or_none(part.expires_at), part.points] for part in pending]


def _pending_from_plain(plain: Any) -> tuple[Pending, ...]:
    return tuple([Pending(_from_ms_or_none(due), _from_ms_or_none(ms), points) for due, ms, points in plain])


def _sent_on_from_plain(plain: list[Any] | None) -> SentOn | None:
    return SentOn(*plain) if plain else None


def _tier_from_plain(plain: list[Any] | None) -> TierMark | None:
    return TierMark(plain[0], from_ms(plain[1])) if plain else None


def _override_from_plain(plain: list[Any] | None) -> Override | None:
    return Override(plain[0], from_ms(plain[1])) if plain else None


# Lots share few dates: the ends of some dozen months.
@lru_cache(maxsize=4_096)
def _ms_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


@lru_cache(maxsize=4_096)
def _from_ms_or_none(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
