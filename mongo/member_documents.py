"""The stored form of a member, and back. Unknown fields of a newer build are left alone."""

from datetime import date

from domain.members.fields import email_key
from domain.members.member import Member, MemberStatus, Profile
from domain.members.search import search_words
from mongo.client import Document

UNIQUE_FIELDS = {
    "_id": "id",
    "externalId": "externalId",
    "cardNumber": "cardNumber",
    "referralCode": "referralCode",
    "emailKey": "email",
    "profile.phone": "phone",
}
"""What each uniquely indexed field is called outside."""


def document_of(member: Member) -> Document:
    """The stored form; nulls are left out, so that sparse indexes skip them."""
    email, birthday = member.profile.email, member.profile.birthday
    return _present(
        {
            "_id": member.id,
            "externalId": member.external_id,
            "cardNumber": member.card_number,
            "referralCode": member.referral_code,
            "status": member.status.value,
            "joinedAt": member.joined_at,
            "joinDay": f"{member.joined_at:%m-%d}",
            "birthDay": f"{birthday:%m-%d}" if birthday else None,
            "profile": _profile_document(member.profile),
            "emailKey": email_key(email) if email else None,
            "words": list(search_words(member)),
            "referredBy": member.referred_by,
        }
    )


def member_of(row: Document) -> Member:
    """The inverse of `document_of`."""
    return Member(
        id=row["_id"],
        external_id=row.get("externalId"),
        card_number=row["cardNumber"],
        referral_code=row["referralCode"],
        status=MemberStatus(row["status"]),
        joined_at=row["joinedAt"],
        profile=_profile_of(row["profile"]),
        referred_by=row.get("referredBy"),
    )


def _profile_document(profile: Profile) -> Document:
    return _present(
        {
            "givenName": profile.given_name,
            "familyName": profile.family_name,
            "email": profile.email,
            "phone": profile.phone,
            "birthday": profile.birthday.isoformat() if profile.birthday else None,
            "locale": profile.locale,
            "timezone": profile.timezone,
            "attributes": dict(profile.attributes),
        }
    )


def _profile_of(row: Document) -> Profile:
    birthday = row.get("birthday")
    return Profile(
        given_name=row.get("givenName"),
        family_name=row.get("familyName"),
        email=row.get("email"),
        phone=row.get("phone"),
        birthday=date.fromisoformat(birthday) if birthday else None,
        locale=row["locale"],
        timezone=row["timezone"],
        attributes=row["attributes"],
    )


def _present(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}
