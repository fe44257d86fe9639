"""A purchase as a shop reports it to the API."""

from domain.members.member import Member
from resolvers.ids import global_id

RECORD = """mutation ($input: RecordEventsInput!) { recordEvents(input: $input) {
    results { accepted duplicate entries { sequence points } errors { code } } } }"""


def a_purchase(member: Member) -> dict[str, object]:
    """For a hundred, which earns as many points."""
    return {
        "source": "till",
        "id": "receipt-1",
        "type": "purchase",
        "member": {"id": global_id("Member", member.id)},
        "occurredAt": "2026-06-15T12:00:00Z",
        "amount": "100.00",
    }
