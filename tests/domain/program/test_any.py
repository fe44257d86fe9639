"""Laws of whole programmes, whatever is in them: all parts of their shape at random."""

import json

from hypothesis import HealthCheck, given, settings

from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.plain import program_from_plain, program_to_plain
from domain.program.program import Program
from domain.program.versions import content_hash
from tests.support.any_program import any_program

large = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@large
@given(any_program)
def test_every_flaw_is_told_and_none_raised(program: Program) -> None:
    flaws = check(program)
    assert all(flaw.reason for flaw in flaws)
    for flaw in flaws:
        part: object = program
        for step in flaw.path[:1]:
            part = getattr(part, str(step))


@large
@given(any_program)
def test_what_follows_itself_changes_nothing(program: Program) -> None:
    said = [
        flaw for flaw in check_change([program], program) if flaw.path[0] in ("counters", "streaks", "challenges")
    ]
    codes = [one.code for name in ("counters", "streaks", "challenges") for one in getattr(program, name)]
    assert not said or len(set(codes)) < len(codes)


@large
@given(any_program)
def test_its_plain_form_is_json_and_reads_back(program: Program) -> None:
    plain = json.loads(json.dumps(program_to_plain(program)))
    again = program_from_plain(plain)
    assert again == program
    assert content_hash(again) == content_hash(program)
