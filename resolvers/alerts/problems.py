"""What is wrong with a text, out of a refusal."""

from domain.refusals import Refused
from resolvers.alerts.templates import TextProblem
from services.alerts.save_template import BadWords


def problems_of(refused: Refused) -> list[TextProblem]:
    """All that a refusal has to say of the text; often nothing."""
    if not isinstance(refused, BadWords):
        return []
    return [
        TextProblem(field=one.field, message=one.message, line=one.line, column=one.column)
        for one in refused.problems
    ]
