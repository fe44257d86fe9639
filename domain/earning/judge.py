"""Judging an event: what it gives and counts, purely by its circumstances."""

from domain.earning.award import award
from domain.earning.circumstances import Circumstances
from domain.earning.judgement import Judgement


def judge(circumstances: Circumstances, *, explain: bool = True, others: bool = False) -> Judgement:
    """What the event gives and counts, by the state before it.

    `explain` False leaves out why rules gave nothing, unless they failed; `others` tells it also of rules for
    other types of event.
    """
    awards = award(circumstances.program, circumstances.event, tier=circumstances.tier)
    return Judgement(awards)
