"""The shipped words of every language, read once from the files beside this one."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import yaml

from notifications.words.locales import tags

LOCALES: Final = ("en", "zh-Hans", "zh-Hant", "ja", "es", "ar")
"""The languages that everything is shipped in."""


class Text(NamedTuple):
    """A title for the lock screen and a body for the inbox."""

    title: str
    body: str


class Catalog(NamedTuple):
    """Everything in one language: texts by template, and phrases that stand alone."""

    locale: str
    texts: Mapping[str, Text]
    phrases: Mapping[str, str]


@cache
def catalogs() -> Mapping[str, Catalog]:
    """All of them, by their locale in lower case."""
    return {locale.lower(): _read(locale) for locale in LOCALES}


@lru_cache(1_000)
def phrases_of(locale: str) -> Mapping[str, str]:
    """The phrases of the locale's language; empty where nothing is shipped in it."""
    found = (catalogs().get(tag) for tag in tags(locale))
    return next((catalog.phrases for catalog in found if catalog), {})


def _read(locale: str) -> Catalog:
    source = files(__package__).joinpath("catalog", f"{locale}.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.load(source, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    texts = {name: Text(**text) for name, text in found["texts"].items()}
    return Catalog(locale, texts, found["phrases"])
