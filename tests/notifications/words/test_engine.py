"""What a text can never do, whoever wrote it."""

import time

import pytest
from jinja2 import UndefinedError

from notifications.words.engine import FORMATS, BadText, compiled, fill
from notifications.words.formats import nearest_formats

VALUES = {"points": 1_250, "reward": "Mug", FORMATS: nearest_formats("en")}


class TestAllowed:
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("plain < text & more", "plain < text & more"),
            ("{{ points }} {{ reward }}", "1,250 Mug"),
            (
                "{% if points > 1000 and not reward == 'Cup' %}many{% elif points %}few{% else %}none{% endif %}",
                "many",
            ),
            ("{{ 'a' if points == 1 else 'b' }}", "b"),
            ("{{ points ~ ' of ' ~ reward }}", "1250 of Mug"),
            ('{{ points|plural(one="# point", other="# points") }}', "1,250 points"),
            ('{{ points|plural(other="none") }}', "none"),
            ("{# not said #}said", "said"),
            ("{% raw %}{{ points }}{% endraw %}", "{{ points }}"),
        ],
    )
    def test_values_filters_and_if(self, source: str, said: str) -> None:
        assert fill(source, VALUES) == said

    def test_a_value_that_is_not_there_is_a_fault_and_no_hole(self) -> None:
        with pytest.raises(UndefinedError):
            fill("{{ nothing }}", VALUES)


class TestRefused:
    @pytest.mark.parametrize(
        "source",
        [
            "{{ reward.__class__ }}",
            "{{ ''.__class__.__mro__ }}",
            "{{ reward['__class__'] }}",
            "{{ reward.upper() }}",
            "{{ reward|attr('__class__') }}",
            "{{ [].append }}",
            "{{ self._TemplateReference__context }}",
            "{{ cycler.__init__.__globals__ }}",
            "{{ lipsum() }}",
            "{{ range(10) }}",
            "{{ _formats }}",
            "{{ _formats.locale }}",
            "{% for x in reward %}{{ x }}{% endfor %}",
            "{% set x = 1 %}",
            "{% macro m() %}{% endmacro %}",
            "{% include 'x' %}",
            "{% import 'x' as x %}",
            "{% extends 'x' %}",
            "{% block b %}{% endblock %}",
            "{% call x() %}{% endcall %}",
            "{% with %}{% endwith %}",
            "{% filter upper %}a{% endfilter %}",
            "{{ 'x' * 1000000000 }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ 9 ** 9 }}",
            "{{ points * 2 }}",
            "{{ points + 1 }}",
            "{{ points - 1 }}",
            "{{ points / 0 }}",
            "{{ points // 7 }}",
            "{{ points % 7 }}",
            "{{ '%9999999999d' % points }}",
            "{{ -points }}",
            "{{ [1, 2] }}",
            "{{ {'a': 1} }}",
            "{{ (1, 2) }}",
            "{{ 1.5 }}",
            "{{ 99999999999999999999 }}",
            "{{ 'x' is defined }}",
            "{{ points is divisibleby 3 }}",
            "{{ reward|upper }}",
            "{{ points|plural }}",
            "{{ points|plural(one='x') }}",
            "{{ points|plural(other=reward) }}",
            "{{ points|plural('x') }}",
            "{{ points|plural(others='x', other='y') }}",
            "{{ points|plural(**reward) }}",
            "{{ points|date('x') }}",
            "{{ points|round }}",
            "{{ 'a'.join(reward) }}",
            "{{ points",
            "{% if points %}",
            "{% nonsense %}",
            "{{ }}",
            "{{ points }",
            "{{ a b }}",
            '{{ "open }}',
        ],
    )
    def test_everything_else_before_it_is_ever_filled(self, source: str) -> None:
        # `{{ points }` is text until the end, which no one wants either.
        with pytest.raises(BadText):
            compiled(source)

    @pytest.mark.parametrize(
        "source",
        [
            "{{ " + "(" * 990 + "points" + ")" * 990 + " }}",
            "{{ " + "not " * 490 + "points }}",
            "{{ " + "-" * 1_900 + "1 }}",
            "{{ " + " ~ ".join(["reward"] * 200) + " }}",
            "{{ " + "reward~" * 270 + "reward }}",
            "{{ " + " if 1 else ".join(["1"] * 180) + " }}",
            "{% if 1 %}" * 190,
            "{% if 1 %}" * 90 + "{% endif %}" * 90,
            "{{ 1 }}" * 280,
            "{{ points " + "|date" * 380 + " }}",
            "{{ '" + "x" * 600 + "' }}",
            "{{ " + "[" * 1_900 + " }}",
            "{{ " + "1" * 1_900 + " }}",
            "x" * 2_001,
            "{%" * 1_000,
            "{{" * 1_000,
            "{#" * 1_000,
        ],
    )
    def test_what_is_deep_or_long_is_bounded(self, source: str) -> None:
        began = time.process_time()
        try:
            said = fill(source, VALUES)
            assert len(said) < 200_000
        except (BadText, TypeError):
            pass
        assert time.process_time() - began < 1

    def test_the_most_that_is_allowed_is_quick(self) -> None:
        began = time.process_time()
        said = fill("{{ reward }}" * 160, VALUES | {"reward": "r" * 200})
        assert len(said) == 32_000
        assert time.process_time() - began < 0.5

    @pytest.mark.parametrize("source", ["{{ reward|date }}", "{{ reward|plural(other='') }}", "{{ points|time }}"])
    def test_a_filter_of_another_kind_of_value_is_refused_when_it_is_filled(self, source: str) -> None:
        with pytest.raises(BadText):
            fill(source, VALUES)
