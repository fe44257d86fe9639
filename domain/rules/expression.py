"""Expressions of rules, in Common Expression Language: checked when they are saved, bounded when they run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from google.protobuf.message import DecodeError

from domain.rules.complaints import complaint
from domain.rules.cost import Estimate, Refusal
from domain.rules.facts import Gives, Scope
from domain.rules.failed import Failed, failed
from domain.rules.folds import fold
from domain.rules.gathered import SEGMENTS, Facts
from domain.rules.kinds import in_words
from domain.rules.syntax import Tree, names_in
from domain.rules.unfit import Unfit, unfit, unfit_at
from domain.rules.vocabulary import Vocabulary, vocabulary

MAX_LENGTH = 2_000
_WANTED = {Gives.TRUTH: ("BOOL", "must give true or false"), Gives.WHOLE: ("INT", "must give a whole number")}
_PLAIN = {Gives.TRUTH: bool, Gives.WHOLE: int}
# What the engine raises, and Python on the way to it (a text that is no Unicode, a number beyond 64 bits).
_ENGINE_FAULTS = (RuntimeError, ValueError, TypeError)


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names`: what it refers to: "event.amount", "counters.coffee", "attributes"."""

    text: str
    scope: Scope
    gives: Gives
    names: frozenset[str]
    _vocabulary: Vocabulary = field(repr=False, compare=False)
    _program: Any = field(repr=False, compare=False)
    _plain: type = field(repr=False, compare=False)
    _segments: bool = field(repr=False, compare=False)
    # The most that it costs, in steps (domain/rules/cost.py).
    steps: int = field(repr=False, compare=False)

    @property
    def tree(self) -> Tree:
        """Its syntax tree, made anew at each call."""
        return Tree(self._program.serialize())

    @property
    def root(self) -> Any:
        """The root of its syntax tree."""
        return self.tree.root

    def evaluate(self, facts: Facts) -> bool | int | Failed:
        """What the expression gives for these facts; Failed when it cannot be told. Never raises."""
        try:
            activation = facts.activation(self._vocabulary, segments=self._segments, steps=self.steps)
            value = self._program.eval(activation)
            plain = value.plain_value()
        except _ENGINE_FAULTS as fault:
            return failed(str(fault), self.text)
        # Not isinstance: true and false are whole numbers to Python.
        if type(plain) is self._plain:
            return plain  # type: ignore[return-value]
        return self._not_given(value.type().name(), plain)

    def _not_given(self, kind: str, plain: Any) -> Failed:
        # An error comes as a value, too: its plain form is a text that would count as true.
        if kind in ("ERROR", "UNKNOWN"):
            return failed(str(plain), self.text)
        return Failed(f"{_WANTED[self.gives][1]}, gives {in_words(kind)}")


def compile_expression(
    text: str, *, scope: Scope, gives: Gives, counters: Sequence[str] = (), streaks: Sequence[str] = ()
) -> Expression | Unfit:
    """The expression in `text`, or why it is none, with the place.

    Refuses what is longer than 2,000 characters, names what its scope does not know, mistakes one type for
    another, gives something else than it must, or could cost too much. The last ones asked for are remembered.
    """
    return _compiled(text, scope, gives, tuple(counters), tuple(streaks))


@lru_cache(maxsize=2_048)
def _compiled(
    text: str, scope: Scope, gives: Gives, counters: tuple[str, ...], streaks: tuple[str, ...]
) -> Expression | Unfit:
    if reason := _no_text(text):
        return unfit(text, 1, 1, reason)
    words = vocabulary(scope, counters, streaks)
    try:
        program = words.env.compile(text)
    except _ENGINE_FAULTS as fault:
        return unfit(text, *complaint(str(fault), text, words.names))
    kind = program.return_type().name()
    wanted, reason = _WANTED[gives]
    # What an attribute holds is known only when there is one: its value is looked at then.
    if kind not in (wanted, "DYN"):
        return unfit(text, 1, 1, f"{reason}, gives {in_words(kind)}")
    return _checked(text, scope, gives, words, program)


def _checked(text: str, scope: Scope, gives: Gives, words: Vocabulary, program: Any) -> Expression | Unfit:
    """The expression, if what its tree says it does at most is little enough."""
    try:
        tree = Tree(program.serialize())
    except DecodeError:
        return unfit(text, 1, 1, "nests too deeply")
    names = names_in(tree.root, frozenset(words.names))
    if fold(tree):
        program = words.env.deserialize(tree.serialize())
    steps = Estimate(tree).steps()
    if isinstance(steps, Refusal):
        return unfit_at(text, tree.places.get(steps.node, 0), steps.reason)
    return Expression(
        text, scope, gives, names, words, program, _PLAIN[gives], bool(names & {SEGMENTS, "member"}), steps
    )


def _no_text(text: str) -> str:
    if len(text) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH:,} characters"
    if not text.strip():
        return "is empty"
    if any((sign < " " and sign not in "\n\r\t") or "\ud800" <= sign <= "\udfff" for sign in text):
        return "has characters that are no text"
    return ""
