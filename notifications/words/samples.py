"""The values of every template, with one of each as an example: what a text may use, and what it is tried with."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from domain.inbox.message import Sum, Value

_POINTS: Final[Mapping[str, Value]] = {"points": 1_250, "currency": "Points"}
_MOVED: Final[Mapping[str, Value]] = {**_POINTS, "balance": 2_500, "owed": 0}
_DAY: Final[Mapping[str, Value]] = {"date": date(2026, 6, 30)}
# Rewards are names by the time that a text is filled.
_REWARD: Final[Mapping[str, Value]] = {"reward": "Coffee"}
_ENDING: Final[Mapping[str, Value]] = {
    **_REWARD,
    "count": 2,
    "days": 7,
    "ends": datetime(2026, 6, 30, 21, 30, tzinfo=UTC),
}
_RISK: Final[Mapping[str, Value]] = {"tier": "Gold", **_DAY}
_CHALLENGE: Final[Mapping[str, Value]] = {"challenge": "Ten coffees"}

SAMPLES: Final[Mapping[str, Mapping[str, Value]]] = {
    "points_earned": _MOVED,
    "points_waiting": {**_MOVED, **_DAY},
    "points_waiting_for_order": _MOVED,
    "points_released": _MOVED,
    "points_spent": _MOVED,
    "points_captured": _MOVED,
    "points_given": _MOVED,
    "points_taken": _MOVED,
    "points_received": _MOVED,
    "points_sent": _MOVED,
    "points_taken_back": _MOVED,
    "points_given_back": _MOVED,
    "points_reinstated": _MOVED,
    "points_extended": {**_MOVED, **_DAY},
    "points_expired": {**_MOVED, **_DAY},
    "points_expiring": {**_POINTS, **_DAY, "days": 7},
    "points_digest": {**_POINTS, "count": 5},
    "points_digest_since": {**_POINTS, "count": 5, **_DAY},
    "balance_reached": {**_POINTS, "balance": 1_310},
    "tier_reached": {"tier": "Gold", "previous": "Silver", "multiplier": Decimal("1.25")},
    "tier_reached_plain": {"tier": "Gold", "previous": "Silver", "multiplier": Decimal(1)},
    "tier_ended": {"tier": "Silver", "previous": "Gold", "multiplier": Decimal("1.25")},
    "tier_at_risk": {**_RISK, "remaining": 1_250, "unit": "Points"},
    "tier_at_risk_spend": {**_RISK, "remaining": Sum(Decimal("1250.50"), "USD")},
    "tier_at_risk_visits": {**_RISK, "remaining": 2},
    "tier_at_risk_plain": _RISK,
    "challenge_progress": {**_CHALLENGE, "count": 5, "goal": 10},
    "challenge_completed": _CHALLENGE,
    "challenge_completed_points": {**_CHALLENGE, **_POINTS},
    "referral_made": {},
    "referral_made_points": _POINTS,
    "referral_used_points": _POINTS,
    "goal_within_reach": {**_REWARD, **_POINTS},
    "goal_running_out": {**_REWARD, "left": 3},
    "favourite_running_out": {**_REWARD, "left": 3},
    "redemption_in_review": {**_REWARD, **_POINTS},
    "redemption_approved": {**_REWARD, **_POINTS},
    "redemption_rejected": {**_REWARD, **_POINTS},
    "redemption_timed_out": {**_REWARD, **_POINTS},
    "redemption_shipped": {**_REWARD, **_POINTS},
    "redemption_shipped_by": {**_REWARD, **_POINTS, "carrier": "DHL"},
    "redemption_delivered": {**_REWARD, **_POINTS},
    "redemption_cancelled": {**_REWARD, **_POINTS},
    "voucher_ending": _ENDING,
    "vouchers_ending": _ENDING,
    "birthday": {},
    "announcement": {"title": "Double points this weekend", "body": "Come by on Saturday or Sunday."},
    "security_email_changed": {},
    "security_phone_changed": {},
}

ANNOUNCED_SAMPLES: Final[Mapping[str, Mapping[str, Value]]] = {
    "announcement_text": {"points": 1_250, "tier": "Gold"},
}
"""Of the texts that each announcement brings itself, of which nothing is shipped."""
ALL_SAMPLES: Final = {**SAMPLES, **ANNOUNCED_SAMPLES}

PHRASE_SAMPLES: Final[Mapping[str, Mapping[str, Value]]] = {
    "standing": _MOVED,
    "email_why": {"program": "Regulars"},
    "email_unsubscribe": {},
    "unsubscribe_title": {},
    "unsubscribe_question": {"program": "Regulars"},
    "unsubscribe_button": {},
    "unsubscribed_title": {},
    "unsubscribed_body": {"program": "Regulars"},
    "unsubscribe_all_question": {"program": "Regulars"},
    "unsubscribe_all_button": {},
    "unsubscribed_all_body": {"program": "Regulars"},
    "resubscribe_button": {},
    "resubscribed_title": {},
    "resubscribed_body": {"program": "Regulars"},
    "unsubscribe_unknown_title": {},
    "unsubscribe_unknown_body": {},
}
