"""What a root was signed over, as the ledger is held against it."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from domain.ledger.root import Tip
from services.ledger.id_ranges import IdRange
from services.ledger.tips_file import TipsFile


class SignedTips(NamedTuple):
    """The tips that the root of `day` covers, by member."""

    day: date
    tips: Mapping[str, Tip]


NO_TIPS = SignedTips(date.min, {})


class Signed(NamedTuple):
    """The root of a day, and the open file of the tips that it was signed over."""

    day: date
    tips: TipsFile

    def of(self, ids: IdRange) -> SignedTips:
        """The tips of a range's members."""
        return SignedTips(self.day, {tip.member: tip for tip in self.tips.between(*ids)})
