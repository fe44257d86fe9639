from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from domain.program.earning import Cap, CapPeriod, EarningRule
from domain.program.plain import program_to_plain
from domain.program.program import Program
from domain.program.shape import Record
from services.program.bind import Binder
from services.program.dump import dump_program
from services.program.yaml_tree import read_tree
from tests.support.any_program import any_program
from tests.support.house import the_programme
from tests.support.programs import PROGRAM, a_program


def read(text: str) -> Program:
    """As the file is read, flaws or not: what is dumped need not be a good programme."""
    binder = Binder("dumped.yaml")
    program: Program = binder.bind(read_tree(text.encode()), Record(Program))
    assert binder.problems == []
    return program


class TestDumpProgram:
    @given(any_program)
    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )
    def test_what_is_written_reads_back_to_exactly_the_same(self, program: Program) -> None:
        again = read(dump_program(program))
        assert again == program
        assert program_to_plain(again) == program_to_plain(program)

    def test_the_demo_reads_back(self) -> None:
        demo = the_programme()
        assert read(dump_program(demo)) == demo
        assert dump_program(read(dump_program(demo))) == dump_program(demo)

    def test_it_is_in_the_order_of_reading_without_what_is_as_by_default(self) -> None:
        rule = EarningRule(
            "spend",
            "Spend: all of it",
            ("purchase", "visit"),
            2,
            Decimal("1.00"),
            when="event.amount > 100 &&\nevent.channel == 'app'",
            caps=(Cap(50, CapPeriod.DAY),),
        )
        program = a_program(earning=(rule,), rewards=(), version=3, expiry=None)
        assert dump_program(program) == (
            "name: Test\n"
            "timezone: America/New_York\n"
            "money: USD\n"
            "\n"
            "currencies:\n"
            "  - code: POINTS\n"
            "    name: Points\n"
            "    worth: 0.01\n"
            "  - code: MILES\n"
            "    name: Miles\n"
            "\n"
            "expiry: null\n"
            "\n"
            "earning:\n"
            "  - code: spend\n"
            "    name: 'Spend: all of it'\n"
            "    on: [purchase, visit]\n"
            "    when: |-\n"
            "      event.amount > 100 &&\n"
            "      event.channel == 'app'\n"
            "    points: 2\n"
            "    per: 1.00\n"
            "    caps:\n"
            "      - points: 50\n"
            "        per: day\n"
            "\n"
            "tiers:\n"
            "  metric: points\n"
            "  levels:\n"
            "    - code: bronze\n"
            "      name: Bronze\n"
            "      threshold: 0\n"
            "    - code: silver\n"
            "      name: Silver\n"
            "      threshold: 1000\n"
            "      multiplier: 1.25\n"
            "      benefits: [More points]\n"
            "    - code: gold\n"
            "      name: Gold\n"
            "      threshold: 3000\n"
            "      multiplier: 1.5\n"
            "\n"
            "adjustment_reasons:\n"
            "  - code: GOODWILL\n"
            "    name: Goodwill\n"
        )

    def test_a_default_in_other_digits_stays_as_it_was_written(self) -> None:
        tiers = replace(PROGRAM.tiers, levels=(replace(PROGRAM.tiers.levels[0], multiplier=Decimal("1.00")),))
        assert "multiplier: 1.00" in dump_program(a_program(tiers=tiers))
