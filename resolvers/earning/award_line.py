"""The lines of an award, as clients see them."""

import strawberry

from domain.earning.explain import cap_words
from domain.ledger import entry as domain
from domain.program.program import Program
from resolvers.context import Info
from resolvers.scalars import Points


@strawberry.type(description="Something that a rule looked at, such as event.amount.")
class RuleInput:
    """A name of the rules' language, and what it stood for then."""

    name: str
    value: str | None = strawberry.field(description="As text; null for what is personal, which no entry keeps.")


@strawberry.type(description="A cap that left less of an award than the rule would have given.")
class CapEffect:
    """Its code, and what it says in words."""

    code: str
    words: str


@strawberry.type
class AwardLine:
    """A rule that fired, and why it gave what it gave."""

    row: strawberry.Private[domain.AwardLine]

    @strawberry.field
    def rule(self) -> str:
        """Its code; `tier:`, `challenge:` or `tier-gift:` and a code for what is no rule."""
        return self.row.rule

    @strawberry.field
    def rule_version(self) -> int:
        """The programme's version."""
        return self.row.version

    @strawberry.field
    def points(self) -> Points:
        """What it gave or took."""
        return Points(self.row.points)

    @strawberry.field
    def because(self) -> str:
        """The arithmetic, in words."""
        return self.row.because

    @strawberry.field(description="What the rule's expressions looked at.")
    def inputs(self) -> list[RuleInput]:
        """By name."""
        return rule_inputs(self.row)

    @strawberry.field(description="What it would have given without caps; null where none left less.")
    def wanted(self) -> Points | None:
        """More than `points`."""
        return None if self.row.wanted is None else Points(self.row.wanted)

    @strawberry.field(description="The caps that left less.")
    async def caps(self, info: Info) -> list[CapEffect]:
        """Those of the version that gave it."""
        if not self.row.caps:
            return []
        return cap_effects(await info.context.services.programs.at(self.row.version), self.row)


def rule_inputs(line: domain.AwardLine) -> list[RuleInput]:
    """What a line's expressions looked at."""
    return [RuleInput(name=name, value=_text(value)) for name, value in line.inputs]


def cap_effects(program: Program, line: domain.AwardLine) -> list[CapEffect]:
    """The caps that cut a line; `program` is the one that gave it."""
    return [CapEffect(code=cap, words=cap_words(program, cap)) for cap in line.caps]


def _text(value: str | int | bool | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
