"""How heavy a document is once its fragments are spread, found in one walk that visits every node once.

Fragments can double a document with every line (`fragment b on T { ...a ...a }`). A fragment is therefore
weighed once and its weight added wherever it is spread; nothing is ever expanded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Weight:
    """Levels of fields, aliased fields, and fields and spreads in all."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


class CyclicFragments(Exception):
    """A fragment spreads itself; such a document has no weight and no meaning."""


@dataclass(slots=True)
class Scales:
    """Weighs one document. `visited` counts the selections looked at: never more than the document has."""

    fragments: Mapping[str, FragmentDefinitionNode]
    visited: int = 0
    _weights: dict[str, Weight] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def weigh(self, selections: SelectionSetNode | None) -> Weight:
        """The weight of a selection set and all below it. Raises CyclicFragments."""
        depth = aliases = fields = 0
        for node in selections.selections if selections else ():
            self.visited += 1
            below = Weight()
            if isinstance(node, FieldNode):
                inner = self.weigh(node.selection_set)
                below = Weight(inner.depth + 1, inner.aliases + (node.alias is not None), inner.fields)
            elif isinstance(node, InlineFragmentNode):
                below = self.weigh(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                below = self.weigh_fragment(node.name.value)
            depth = max(depth, below.depth)
            aliases += below.aliases
            fields += below.fields + 1
        return Weight(depth, aliases, fields)

    def weigh_fragment(self, name: str) -> Weight:
        """The weight of a fragment; nothing when there is no such fragment, which validation reports."""
        if name in self._open:
            raise CyclicFragments(name)
        if name not in self._weights and name in self.fragments:
            self._open.add(name)
            self._weights[name] = self.weigh(self.fragments[name].selection_set)
            self._open.remove(name)
        return self._weights.get(name, Weight())


def weigh_document(document: DocumentNode) -> Weight:
    """The heaviest in each respect of the document's operations and fragments. Raises CyclicFragments."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    scales = Scales(fragments)
    weights = [scales.weigh_fragment(name) for name in fragments]
    weights += [
        scales.weigh(node.selection_set)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return Weight(
        depth=max((weight.depth for weight in weights), default=0),
        aliases=max((weight.aliases for weight in weights), default=0),
        fields=max((weight.fields for weight in weights), default=0),
    )
