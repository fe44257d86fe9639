"""Looking a member up by one of the ways in which people name them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.members import fields
from domain.members.ids import read_card_number
from domain.members.text import has_control, tidy


class LookupKind(StrEnum):
    """What a member can be looked up by; the names are the API's."""

    ID = "id"
    EXTERNAL_ID = "externalId"
    EMAIL = "email"
    PHONE = "phone"
    CARD_NUMBER = "cardNumber"


class LookupKey(NamedTuple):
    """One lookup in the form in which members are stored: it names one member or none."""

    kind: LookupKind
    value: str


@dataclass(frozen=True, slots=True)
class MemberLookup:
    """Exactly one of the five. Raises ValueError for none or several: the API's `@oneOf` lets none through."""

    id: str | None = None
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    card_number: str | None = None

    def __post_init__(self) -> None:
        given = (self.id, self.external_id, self.email, self.phone, self.card_number)
        if sum(value is not None for value in given) != 1:
            raise ValueError("a lookup names exactly one of id, externalId, email, phone and cardNumber")

    @property
    def key(self) -> LookupKey | None:
        """The lookup as members are stored; None when no member can have such a value."""
        kind, value = self._normal()
        return LookupKey(kind, value) if isinstance(value, str) and not has_control(value) else None

    def _normal(self) -> tuple[LookupKind, object]:
        if self.id is not None:
            return LookupKind.ID, self.id
        if self.external_id is not None:
            return LookupKind.EXTERNAL_ID, self.external_id
        if self.email is not None:
            return LookupKind.EMAIL, fields.email_key(tidy(self.email) or "")
        if self.phone is not None:
            return LookupKind.PHONE, fields.phone(self.phone)
        return LookupKind.CARD_NUMBER, read_card_number(self.card_number or "")
