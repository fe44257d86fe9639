"""How many pairs of fields validation would have to compare, counted before it does.

Fields of one response name in one place must be mergeable, which the rule "overlapping fields can be merged"
shows pair by pair: two thousand repetitions are two million pairs. Clients that compose fragments repeat a
field a few dozen times; who repeats it thousands of times wants to keep us busy.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


class TooMuchOverlap(Exception):
    """The budget is used up."""


@dataclass(slots=True)
class Overlap:
    """Spends `budget` on every selection looked at and on every pair to compare; raises TooMuchOverlap at its end.

    Only for documents without cyclic fragments and of a bounded weight.
    """

    fragments: Mapping[str, FragmentDefinitionNode]
    budget: int

    def measure(self, selection_sets: Iterable[SelectionSetNode]) -> None:
        """Count the pairs of these selection sets, taken as one, and of all that is below them."""
        pending = [list(selection_sets)]
        while pending:
            merged: defaultdict[str, list[FieldNode]] = defaultdict(list)
            for selections in pending.pop():
                self._collect(selections, merged)
            for nodes in merged.values():
                self._spend(len(nodes) * (len(nodes) - 1) // 2)
                below = [node.selection_set for node in nodes if node.selection_set is not None]
                if below:
                    pending.append(below)

    def _collect(self, selections: SelectionSetNode, merged: defaultdict[str, list[FieldNode]]) -> None:
        for node in selections.selections:
            self._spend(1)
            if isinstance(node, FieldNode):
                merged[(node.alias or node.name).value].append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect(node.selection_set, merged)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self.fragments:
                self._collect(self.fragments[node.name.value].selection_set, merged)

    def _spend(self, amount: int) -> None:
        self.budget -= amount
        if self.budget < 0:
            raise TooMuchOverlap


def check_overlap(document: DocumentNode, budget: int) -> None:
    """Raises TooMuchOverlap when comparing the document's fields would cost more than the budget."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    overlap = Overlap(fragments, budget)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            overlap.measure([node.selection_set])
