"""A programme's own words in place of the shipped ones."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What staff wrote for a template in a locale. `revision` counts from 1 a template and locale."""

    template: str
    locale: str
    title: str
    body: str
    revision: int
    changed_by: str
    changed_at: datetime
