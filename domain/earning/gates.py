"""What must hold before a rule or a challenge is asked what it gives: its time, its members, its condition."""

from domain.earning.asked import Asked, missing
from domain.earning.forms import Missed, failed
from domain.earning.judgement import MissReason
from domain.earning.known import Known
from domain.earning.planned import PlannedRule
from domain.earning.schedule import not_between, not_running
from domain.program.engagement import Challenge
from domain.rules import Failed


def shut(known: Known, planned: PlannedRule) -> Missed | None:
    """Why a rule does not fire for the event; None when it may. The cheap questions come first."""
    campaign, at = planned.campaign, known.event.occurred_at
    if campaign is not None:
        outside = not_between(campaign.begins, campaign.ends, at)
        if outside:
            return Missed(MissReason.CAMPAIGN, lambda: f"the campaign {campaign.code} {outside}")
    if planned.runs is not None:
        stands = not_running(planned.runs, at, known.local)
        if stands:
            return Missed(MissReason.SCHEDULE, lambda: stands)
    if campaign is not None and campaign.segment is not None:
        other = outside_segment(known, campaign.segment)
        if other:
            return other
    return unmet(known, planned.when)


def outside_challenge(known: Known, challenge: Challenge) -> Missed | None:
    """Why an event is not for a challenge; None when it is."""
    outside = not_between(challenge.begins, challenge.ends, known.event.occurred_at)
    if outside:
        return Missed(MissReason.SCHEDULE, lambda: outside)
    return None if challenge.segment is None else outside_segment(known, challenge.segment)


def outside_segment(known: Known, segment: str) -> Missed | None:
    """Why the member is not in a segment; None when they are."""
    answer = known.in_segment(segment)
    if isinstance(answer, Failed):
        return failed(answer.reason)
    if answer:
        return None
    return Missed(MissReason.SEGMENT, lambda: f"is for the segment {segment}")


def unmet(known: Known, asked: Asked | None) -> Missed | None:
    """Why a condition does not hold; None when it does, or there is none."""
    if asked is None:
        return None
    answer = known.ask(asked)
    if isinstance(answer, Failed):
        return failed(answer.reason)
    return None if answer else Missed(MissReason.CONDITION, lambda: missing(known, asked))
