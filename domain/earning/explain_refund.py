"""What a refund takes back, rule by rule: what each gives for what was kept before, less for what is after."""

from domain.earning.explain import Finding, name_of
from domain.earning.judging.judgement import Judgement
from domain.ledger.entry import AwardLine
from domain.program.program import Program

_Given = dict[tuple[str, str], AwardLine]
"""By rule and currency."""


def refund_findings(
    program: Program, before: Judgement | None, after: Judgement | None, *, first: bool
) -> tuple[Finding, ...]:
    """Every rule that gives something for what was kept `before` a return or `after` it, in the programme's order.

    None: nothing was. `first`: no return came before, so that all was kept. What the policy for points that are
    spent left of it, and what earlier returns took in their own way, the entries of the refund say.
    """
    had, keeps = _given(before), _given(after)
    order = {rule.code: place for place, rule in enumerate(program.earning)}
    keys = sorted(had | keeps, key=lambda key: order.get(key[0], len(order)))
    return tuple(
        _finding(program, key, had.get(key), keeps.get(key), first=first, all_back=after is None) for key in keys
    )


def _given(judgement: Judgement | None) -> _Given:
    awards = judgement.awards if judgement else ()
    return {(line.rule, award.currency): line for award in awards for line in award.lines}


def _finding(
    program: Program,
    key: tuple[str, str],
    had: AwardLine | None,
    keeps: AwardLine | None,
    *,
    first: bool,
    all_back: bool,
) -> Finding:
    rule, currency = key
    gave, gives = (line.points if line else 0 for line in (had, keeps))
    whole = f"{gave} for all of it" if first else f"{gave} for what was kept so far"
    part = "nothing is kept" if all_back else f"{gives} for what is kept"
    because = f"{whole}; {part}: {keeps.because}" if keeps else f"{whole}; {part}"
    inputs = (keeps or had or _NONE).inputs
    line = AwardLine(rule, program.version, gives - gave, because, inputs)
    return Finding(rule, name_of(program, rule), currency, line=line)


_NONE = AwardLine("", 0, 0, "")
