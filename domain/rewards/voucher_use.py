"""Using a voucher at a till: once, or a gift card in parts, and never more than it is worth."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from domain.money import print_minor, to_minor
from domain.refusals import Code, LimitReached, NotEligible, Refused, invalid
from domain.rewards.codes import bare
from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher, VoucherUse
from domain.rewards.voucher_status import VoucherStatus, voucher_status

MAX_USES = 1_000
"""In so many parts a gift card can be used, so that no redemption grows without end."""
_LARGEST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Used:
    """The redemption after a use, and the voucher in it. `again`: it was used so before, and nothing changes."""

    redemption: Redemption
    voucher: Voucher
    again: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Where the vouchers of a reward can be used (anywhere, if no store is named), and the money they count in."""

    stores: tuple[str, ...]
    money: str


def use_voucher(redemption: Redemption, code: str, use: VoucherUse, terms: Terms) -> Used | Refused:
    """The redemption with its voucher `code` used at `use.at`; with the last of them used up it is USED.

    (store, till, receipt) name a use: the same again answers the same, also when the voucher has ended since.
    Refuses IDEMPOTENCY_CONFLICT for another amount under that name, NOT_AVAILABLE_NOW for a voucher that is void
    or expired, LIMIT_REACHED (of 1) for one that is used up, NOT_ELIGIBLE in another store. A gift card takes an
    amount: INVALID_INPUT where it is missing or none that its money can pay, LIMIT_REACHED with what is left, in
    minor units, where it is more. Raises ValueError for a code that is not the redemption's.
    """
    voucher = voucher_of(redemption, code)
    before = next((one for one in voucher.uses if _name(one) == _name(use)), None)
    if before is not None:
        return _used_before(redemption, voucher, before, use)
    refusal = _refuse(redemption, voucher, use, terms)
    if refusal:
        return refusal
    used = replace(voucher, uses=(*voucher.uses, use))
    if not used.left:
        used = replace(used, used_at=use.at)
    return Used(_with(redemption, voucher, used, use.at), used)


def voucher_of(redemption: Redemption, code: str) -> Voucher:
    """The redemption's voucher of that code, however it is typed. Raises ValueError when it has none such."""
    for voucher in redemption.vouchers:
        if bare(voucher.code) == bare(code):
            return voucher
    raise ValueError("the redemption has no such voucher")


def _used_before(redemption: Redemption, voucher: Voucher, before: VoucherUse, use: VoucherUse) -> Used | Refused:
    if before.amount == use.amount:
        return Used(redemption, voucher, again=True)
    message = f"Receipt {use.receipt} of this till took another amount off this voucher: a receipt takes once."
    return Refused(Code.IDEMPOTENCY_CONFLICT, message, ("amount",))


def _refuse(redemption: Redemption, voucher: Voucher, use: VoucherUse, terms: Terms) -> Refused | None:
    return (
        _refuse_state(redemption, voucher, use.at)
        or _refuse_store(use.store, terms.stores)
        or _refuse_amount(voucher, use.amount, terms.money)
    )


def _refuse_state(redemption: Redemption, voucher: Voucher, now: datetime) -> Refused | None:
    status = voucher_status(redemption, voucher, now)
    match status:
        case VoucherStatus.VALID:
            return None
        case VoucherStatus.USED:
            at = f" on {voucher.used_at:%Y-%m-%d at %H:%M} UTC" if voucher.used_at else ""
            message = f"This voucher was used up{at}: it cannot be used again."
            return LimitReached(Code.LIMIT_REACHED, message, ("code",), limit=1)
        case VoucherStatus.VOID:
            message = "This voucher is void: its redemption was cancelled."
            return Refused(Code.NOT_AVAILABLE_NOW, message, ("code",))
        case VoucherStatus.EXPIRED:
            message = f"This voucher could be used until {voucher.expires_at:%Y-%m-%d %H:%M} UTC."
            return Refused(Code.NOT_AVAILABLE_NOW, message, ("code",))
        case _:
            assert_never(status)


def _refuse_store(store: str, stores: tuple[str, ...]) -> Refused | None:
    if not stores or store in stores:
        return None
    reason = f"This voucher can be used in {', '.join(stores)}, and not in {store}."
    return NotEligible(Code.NOT_ELIGIBLE, reason, ("store",), reasons=(reason,))


def _refuse_amount(voucher: Voucher, amount: Decimal | None, money: str) -> Refused | None:
    left = voucher.left
    if left is None:
        return None if amount is None else invalid("Only a gift card is used by an amount.", "amount")
    if amount is None:
        return invalid("Say how much is to be taken off the gift card.", "amount")
    minor = to_minor(amount, money)
    if minor is None or minor <= 0:
        return invalid(f"The amount is above 0 and one that {money} can pay exactly.", "amount")
    if amount > left:
        held = to_minor(left, money) or 0
        message = (
            f"This gift card holds {print_minor(held, money)} {money} yet: take that, and the rest otherwise."
        )
        return LimitReached(Code.LIMIT_REACHED, message, ("amount",), limit=min(held, _LARGEST_INT))
    if amount < left and len(voucher.uses) >= MAX_USES - 1:
        message = f"This gift card was used {len(voucher.uses)} times: only all that it holds can be taken now."
        return LimitReached(Code.LIMIT_REACHED, message, ("amount",), limit=MAX_USES)
    return None


def _with(redemption: Redemption, voucher: Voucher, used: Voucher, now: datetime) -> Redemption:
    vouchers = tuple(used if one is voucher else one for one in redemption.vouchers)
    changed = replace(redemption, vouchers=vouchers, revision=redemption.revision + 1)
    if any(one.used_at is None for one in vouchers):
        return changed
    return replace(changed, status=RedemptionStatus.USED, updated_at=now)


def _name(use: VoucherUse) -> tuple[str, str, str]:
    return use.store, use.till, use.receipt
