"""What a year comes to under the demo programme, by rule: a change of it is a change of what members would get."""

import os
from pathlib import Path

from bench.replay import DEMO, RETAIL, checked_in, replay, replay_demo

# The baskets are not ours to pass on: where they are, this names their file.
BASKETS = "RETAIL_YEAR"


def test_the_people_of_the_demo_get_what_they_got() -> None:
    assert replay_demo() == checked_in(DEMO)


def test_the_year_of_baskets_comes_to_what_it_came_to() -> None:
    totals = checked_in(RETAIL)
    assert totals["events"] == 80_558
    assert sum(rule["points"] for rule in totals["rules"].values()) == totals["points"]
    assert sum(totals["tiers"].values()) == totals["members"]
    if BASKETS in os.environ:
        assert replay(Path(os.environ[BASKETS])) == totals
