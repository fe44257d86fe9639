"""What must hold before a rule or a challenge is asked what it gives: its time, its members, its condition."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from domain.earning.asking.asked import Answer, Asked, missing
from domain.earning.asking.plainly import FAILS
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed, failed
from domain.earning.planning.schedule import Runs, is_between, is_running, not_between, not_running, runs_of
from domain.program.earning import Campaign, EarningRule
from domain.program.engagement import Challenge
from domain.rules import Failed

if TYPE_CHECKING:
    from domain.earning.facts.known import Known


class Gate(NamedTuple):
    """Something that must hold of an event, and what is said when it does not; `again` is asked if it fails."""

    holds: Callable[["Known"], Answer]
    missed: Missed
    again: Asked | None = None


Gates = tuple[Gate, ...]


def shut(known: "Known", gates: Gates) -> Missed | None:
    """The first of the gates that does not let the event through; None when all do."""
    for holds, missed, again in gates:
        try:
            answer = holds(known)
        except FAILS:
            if again is None:
                raise
            answer = known.ask(again)
        if answer is not True:
            return failed(answer.reason) if isinstance(answer, Failed) else missed
    return None


def gates_of_rule(
    rule: EarningRule, campaign: Campaign | None, when: Asked | None, calendars: Mapping[str, frozenset[date]]
) -> Gates:
    """The gates of a rule, the cheap ones first."""
    return tuple(_of_rule(campaign, runs_of(rule.schedule, calendars), when))


def gates_of_challenge(challenge: Challenge) -> Gates:
    """Those of a challenge; its condition is one of what it counts."""
    return tuple(_of_challenge(challenge))


def condition(asked: Asked | None) -> Gates:
    """The gate of a condition, if there is one."""
    if asked is None:
        return ()
    says = Missed(MissReason.CONDITION, lambda known: missing(known, asked))
    return (Gate(asked.quick or (lambda known: known.ask(asked)), says, asked),)


def _of_rule(campaign: Campaign | None, runs: Runs | None, when: Asked | None) -> Iterator[Gate]:
    if campaign is not None and (campaign.begins or campaign.ends):
        yield _campaign(campaign)
    if runs is not None:
        yield Gate(
            lambda known: is_running(runs, known.event.occurred_at, known.local),
            Missed(MissReason.SCHEDULE, lambda known: not_running(runs, known.event.occurred_at)),
        )
    if campaign is not None and campaign.segment is not None:
        yield _segment(campaign.segment)
    yield from condition(when)


def _of_challenge(challenge: Challenge) -> Iterator[Gate]:
    begins, ends = challenge.begins, challenge.ends
    if begins or ends:
        yield Gate(
            lambda known: is_between(begins, ends, known.event.occurred_at),
            Missed(MissReason.SCHEDULE, lambda known: not_between(begins, ends, known.event.occurred_at)),
        )
    if challenge.segment is not None:
        yield _segment(challenge.segment)


def _campaign(campaign: Campaign) -> Gate:
    begins, ends = campaign.begins, campaign.ends

    def says(known: "Known") -> str:
        return f"the campaign {campaign.code} {not_between(begins, ends, known.event.occurred_at)}"

    return Gate(lambda known: is_between(begins, ends, known.event.occurred_at), Missed(MissReason.CAMPAIGN, says))


def _segment(code: str) -> Gate:
    says = Missed(MissReason.SEGMENT, lambda _: f"is for the segment {code}")
    return Gate(lambda known: known.in_segment(code), says)
