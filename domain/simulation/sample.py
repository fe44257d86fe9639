"""Which members a simulation looks at: whole members, so that their caps, counters and tiers stay true."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from domain.refusals import Refused, invalid

_OF = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """`percent` of all members, by a hash of their ids: the same ones each time, others for another `seed`."""

    percent: Decimal = Decimal(100)
    seed: int = 0

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out."""
        return self.percent >= 100

    def includes(self, member: str) -> bool:
        """Whether the member is looked at."""
        if self.is_everyone:
            return True
        place = int.from_bytes(sha256(f"{self.seed}:{member}".encode()).digest()[:8]) % _OF
        return place < self.percent * _OF / 100


EVERYONE = Sample()


def sample_of(percent: Decimal | None, seed: int = 0) -> Sample | Refused:
    """A sample of so many percent; None: everyone. Refuses INVALID_INPUT for what is not above 0 and up to 100."""
    if percent is None:
        return Sample()
    if not percent.is_finite() or not 0 < percent <= 100:
        return invalid("A sample is more than 0 and at most 100 percent of the members.", "samplePercent")
    return Sample(percent, seed)
