"""Everything is said in every language, with the same values, whatever these are."""

import pytest
from jinja2 import nodes

from notifications.words.check import check_template
from notifications.words.engine import FORMATS, fill, parse
from notifications.words.examples import variations
from notifications.words.formats import nearest_formats
from notifications.words.phrases import phrase
from notifications.words.samples import PHRASE_SAMPLES, SAMPLES
from notifications.words.shipped import LOCALES, catalogs

ALL = [(locale, name) for locale in LOCALES for name in SAMPLES]


def names_in(*texts: str) -> set[str]:
    return {node.name for text in texts for node in parse(text).find_all(nodes.Name)}


class TestCatalogs:
    def test_six_languages_have_the_same_templates_and_phrases(self) -> None:
        assert LOCALES == ("en", "zh-Hans", "zh-Hant", "ja", "es", "ar")
        for catalog in catalogs().values():
            assert catalog.texts.keys() == SAMPLES.keys()
            assert catalog.phrases.keys() == PHRASE_SAMPLES.keys()

    @pytest.mark.parametrize("name", SAMPLES)
    def test_each_says_the_same_values(self, name: str) -> None:
        english = catalogs()["en"].texts[name]
        for catalog in catalogs().values():
            text = catalog.texts[name]
            assert names_in(*text) == names_in(*english), catalog.locale

    @pytest.mark.parametrize(("locale", "name"), ALL)
    def test_each_passes_the_check_that_staffs_own_texts_must_pass(self, locale: str, name: str) -> None:
        text = catalogs()[locale.lower()].texts[name]
        assert check_template(name, text.title, text.body, locale=locale) == []

    @pytest.mark.parametrize(("locale", "name"), ALL)
    def test_no_sentence_has_holes(self, locale: str, name: str) -> None:
        text = catalogs()[locale.lower()].texts[name]
        for values in variations(name, locale):
            for source in text:
                said = fill(source, {**values, FORMATS: nearest_formats(locale)})
                assert said == said.strip()
                assert "  " not in said
                assert not {"{", "}", "#", "None", "Undefined"} & {*said, *said.split()}

    @pytest.mark.parametrize("name", SAMPLES)
    def test_no_language_was_left_in_english(self, name: str) -> None:
        english = catalogs()["en"].texts[name].body
        same = [one.locale for one in catalogs().values() if one.texts[name].body == english]
        assert same == (["en"] if name != "announcement" else list(LOCALES))

    @pytest.mark.parametrize("locale", LOCALES)
    @pytest.mark.parametrize("name", PHRASE_SAMPLES)
    def test_each_phrase_can_be_said(self, locale: str, name: str) -> None:
        assert phrase(name, locale=locale, **PHRASE_SAMPLES[name])


class TestPhrase:
    def test_it_is_in_the_locale_or_else_in_the_other(self) -> None:
        assert phrase("email_unsubscribe", locale="es-MX") == "Dejar de recibir estos correos"
        assert phrase("email_unsubscribe", locale="fr", otherwise="ja") == "このメールの配信を停止する"
        assert phrase("email_unsubscribe", locale=None) == "Unsubscribe from these e-mails"
        why = phrase("email_why", locale="en", program="Bean & Leaf")
        assert why == "You receive this e-mail because you are a member of Bean & Leaf."

    def test_there_is_no_other(self) -> None:
        with pytest.raises(KeyError):
            phrase("nonsense", locale="en")
