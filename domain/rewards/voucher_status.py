"""What has become of a voucher."""

from datetime import datetime
from enum import StrEnum

from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher


class VoucherStatus(StrEnum):
    """VALID: a till takes it. USED: up. EXPIRED: nobody used it up in time. VOID: its redemption was cancelled."""

    VALID = "VALID"
    USED = "USED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"


def voucher_status(redemption: Redemption, voucher: Voucher, now: datetime) -> VoucherStatus:
    """What has become of one of the redemption's vouchers by `now`."""
    if voucher.used_at is not None:
        return VoucherStatus.USED
    if voucher.void_at is not None or redemption.status is RedemptionStatus.CANCELLED:
        return VoucherStatus.VOID
    if voucher.expires_at is not None and voucher.expires_at <= now:
        return VoucherStatus.EXPIRED
    return VoucherStatus.VALID
