"""A rule that fails gives nothing, is heard of, and keeps no event from what the others give."""

import logging

import pytest

from api.metrics import Metrics
from domain.program.earning import EarningRule
from services.context import Context
from tests.support.orders import purchase
from tests.support.programs import SPEND, a_program
from tests.support.visits import entries_in, open_house, record

BROKEN = EarningRule("broken", "Broken", ("purchase",), 5, when="attributes.discount > 10")


class TestRuleFailures:
    async def test_the_others_give_what_they_give_and_the_log_names_the_rule_and_the_event_alone(
        self, context: Context, caplog: pytest.LogCaptureFixture
    ) -> None:
        await open_house(context, a_program(earning=(BROKEN, SPEND)))
        heard: list[str] = []
        context.failures.listen(heard.append)
        with caplog.at_level(logging.WARNING):
            [entry] = entries_in(await record(context, [purchase(attributes={"discount": "secret"})]))
        assert [line.rule for line in entry.lines] == ["spend"]
        assert heard == ["broken"]
        [warning] = [one for one in caplog.records if one.name == "services.earning.rule_failures"]
        assert (warning.__dict__["rule"], warning.__dict__["event"]) == ("broken", "shop|o1")
        assert "secret" not in str(warning.__dict__)

    async def test_an_event_that_comes_again_is_no_further_failure(self, context: Context) -> None:
        await open_house(context, a_program(earning=(BROKEN, SPEND)))
        heard: list[str] = []
        context.failures.listen(heard.append)
        for _ in range(3):
            await record(context, [purchase()])
        assert heard == ["broken"]

    def test_they_are_counted_by_rule_for_prometheus(self) -> None:
        metrics = Metrics()
        for rule in ("broken", "broken", "other"):
            metrics.rule_failed(rule)
        lines = metrics.page().decode().splitlines()
        assert 'regulars_rule_failures_total{rule="broken"} 2.0' in lines
        assert 'regulars_rule_failures_total{rule="other"} 1.0' in lines
