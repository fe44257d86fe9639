"""The engine's types, in words for someone who is no programmer."""

from domain.rules.vocabulary import FACTS, PACKAGE

_WORDS = {
    "int": "a whole number",
    "uint": "a whole number",
    "double": "a decimal number",
    "string": "a text",
    "bool": "true or false",
    "bytes": "bytes",
    "dyn": "a value of any kind",
    "null_type": "null",
    "null": "null",
    "google.protobuf.timestamp": "a time",
    "google.protobuf.duration": "a length of time",
    **{
        f"{PACKAGE}.{message}".lower(): "a line" if name == "line" else name
        for name, (message, _) in FACTS.items()
    },
}


def in_words(kind: str) -> str:
    """A type as the engine names it, in its messages or of its values: "list(int)", "LIST", "regulars.Event"."""
    kind = kind.lower()
    if kind.startswith(("list", "map")):
        return "a list" if kind.startswith("list") else "a map"
    return _WORDS.get(kind, kind)
