"""The catalogues: nothing missing, in doubt or broken, and the language that a user gets."""

from __future__ import annotations

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path

import emoji
import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st

from emocam import words
from emocam.languages.tags import as_gettext, of_environment, until_english
from emocam.settings import declarations
from emocam.words import speak, speak_as
from tools import messages

LANGUAGES = messages.LANGUAGES
#: What holds Latin words, paths or whatever a machine says, and stands in an Arabic sentence.
ISOLATED = frozenset(
    {"path", "names", "error", "file", "device", "label", "camera", "remedy", "version", "who"}
)
AGAIN = "run `python -m tools.messages`, and translate what it names (docs/languages.md)"


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.extract()


@pytest.fixture(scope="module", params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return messages.read(messages.place(request.param), request.param)


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(["en"])


def ids(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


def pairs(catalog: Catalog) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each message with its English texts and its translations."""
    for message in catalog:
        if message.id:
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            there = message.string if isinstance(message.string, tuple) else (message.string,)
            yield message, english, there


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def form_of(catalog: Catalog, count: int) -> int:
    return int(gettext.c2py(catalog.plural_expr)(count))


# -- the files ------------------------------------------------------------------------------------


def test_the_template_has_the_texts_of_the_code(template: Catalog) -> None:
    assert ids(messages.read(messages.TEMPLATE)) == ids(template), AGAIN


def test_each_setting_is_described_in_the_template(template: Catalog) -> None:
    assert {each.description for each in declarations().values()} <= ids(template)


def test_there_is_a_catalogue_for_each_language_of_the_setting() -> None:
    choices = set(declarations()["window.language"].choices)
    assert choices - {"auto", "en"} == set(LANGUAGES)
    assert {each.name for each in messages.LOCALES.iterdir() if each.is_dir()} == set(LANGUAGES)


def test_nothing_is_missing_or_in_doubt(catalog: Catalog, template: Catalog) -> None:
    assert ids(catalog) == ids(template), AGAIN
    lacking = [message.id for message, _, there in pairs(catalog) if not all(there)]
    assert not lacking, AGAIN
    assert not [message.id for message in catalog if message.id and message.fuzzy], AGAIN
    assert not catalog.obsolete


def test_each_number_has_its_form(catalog: Catalog) -> None:
    used = {form_of(catalog, count) for count in range(1000)}
    assert used == set(range(catalog.num_plurals))
    for message, english, there in pairs(catalog):
        assert len(there) == (catalog.num_plurals if len(english) == 2 else 1), message.id


def test_placeholders_are_the_same(catalog: Catalog) -> None:
    for message, english, there in pairs(catalog):
        whole = placeholders(english[-1])
        if len(english) == 1:
            assert placeholders(there[0]) == whole, message.id
            continue
        for form, text in enumerate(there):
            numbers = [count for count in range(200) if form_of(catalog, count) == form]
            # A form for one number alone may spell it out; one for several must show it.
            may_lack = {"count"} if len(numbers) == 1 else set()
            assert whole - may_lack <= placeholders(text) <= whole, (message.id, text)


def test_spaces_at_the_ends_are_the_same(catalog: Catalog) -> None:
    for message, english, there in pairs(catalog):
        for text in there:
            assert text[:1].isspace() == english[0][:1].isspace(), message.id
            assert text[-1:].isspace() == english[0][-1:].isspace(), message.id


def test_underlined_letters_are_there_and_differ(catalog: Catalog) -> None:
    pages: dict[str, list[str]] = {}
    for message, english, there in pairs(catalog):
        found = re.findall(r"&(\w)", there[0])
        assert len(found) == len(re.findall(r"&(\w)", english[0])), message.id
        for place, _line in message.locations:
            pages.setdefault(place, []).extend(letter.casefold() for letter in found)
    inside = "emocam/window/pages/"
    frame = [each for place, letters in pages.items() if inside not in place for each in letters]
    for place, letters in pages.items():
        seen = letters + frame if inside in place else frame
        assert len(set(seen)) == len(seen), (place, seen)


def test_latin_words_stand_apart_in_arabic_sentences() -> None:
    for message, _english, there in pairs(messages.read(messages.place("ar"), "ar")):
        for text in there:
            for name in placeholders(text) & ISOLATED:
                assert f"\u2068{{{name}}}\u2069" in text, message.id
            assert text.count("\u2068") == text.count("\u2069"), message.id


def test_what_is_compiled_is_what_was_translated(catalog: Catalog) -> None:
    with messages.place(str(catalog.locale_identifier), "mo").open("rb") as file:
        committed = gettext.GNUTranslations(file)
    anew = gettext.GNUTranslations(io.BytesIO(messages.as_mo(catalog)))
    assert vars(committed)["_catalog"] == vars(anew)["_catalog"], AGAIN


def test_texts_in_the_code_are_literal() -> None:
    """Others would not be found; a setting's description is, in the declarations."""
    for file in sorted((messages.ROOT / "emocam").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            texts = {"_": node.args, "n_": node.args[:2]}.get(node.func.id, [])
            for text in texts:
                literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
                declared = ast.unparse(text) == "declaration.description"
                assert literal or declared, f"{file}:{node.lineno}"


# -- the language of a process --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_spoken(language: str) -> None:
    assert speak_as(language) == language
    assert words._("nobody watching") != "nobody watching"
    assert "7" in words.n_("{count} program watching", "{count} programs watching", 7).format(
        count=7
    )
    assert words._("") == ""
    assert language.partition("_")[0] in emoji.LANGUAGES


def test_english_needs_no_catalogue() -> None:
    assert speak_as("en") == "en"
    assert speak(["en_GB", "de"]) == "en"
    assert speak(["xx", "de_AT", "fr"]) == "de"
    assert speak([]) == "en"


def test_a_damaged_catalogue_costs_its_language_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "de" / "LC_MESSAGES" / "emocam.mo"
    file.parent.mkdir(parents=True)
    whole = messages.place("de", "mo").read_bytes()
    monkeypatch.setattr(words, "_LOCALES", tmp_path)
    for spoilt in (
        b"",
        b"\0" * 64,
        whole[:1000],
        whole[:4] + b"\xff" * 40,
        whole[:28] + whole[40:],
    ):
        file.write_bytes(spoilt)
        gettext._translations.clear()  # type: ignore[attr-defined]
        assert speak(["de"]) in ("de", "en")
        assert words._("Help")


@pytest.mark.parametrize(
    ("environment", "languages"),
    [
        ({}, []),
        ({"LANG": "de_DE.UTF-8"}, ["de_DE"]),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "pt_BR:fr"}, ["pt_BR", "fr"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "de"}, ["en"]),
        ({"LANG": "de_DE", "LC_ALL": "C"}, ["en"]),
        ({"LC_MESSAGES": "ja_JP.UTF-8", "LANG": "de_DE"}, ["ja_JP"]),
        ({"LANG": "sr_RS@latin"}, ["sr_RS"]),
        ({"LANG": "zh_SG.UTF-8"}, ["zh_CN"]),
    ],
)
def test_the_environment_says_the_language(
    environment: dict[str, str], languages: list[str]
) -> None:
    assert of_environment(environment) == languages


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "de"),
        ("de-AT", "de_AT"),
        ("pt-BR", "pt_BR"),
        ("zh-Hans", "zh_CN"),
        ("zh-Hans-SG", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("zh-Hant-HK", "zh_TW"),
        ("zh-TW", "zh_TW"),
        ("ar-EG", "ar_EG"),
        ("es-419", "es_419"),
        ("sr-Latn-RS", "sr_RS"),
    ],
)
def test_tags_of_systems_are_understood(tag: str, name: str) -> None:
    assert as_gettext(tag) == name


@given(tag=st.text(max_size=20), others=st.lists(st.sampled_from(["de", "en_US", "fr", "ja"])))
def test_whatever_a_system_says_is_a_list_of_names(tag: str, others: list[str]) -> None:
    name = as_gettext(tag)
    better = until_english([name, *others])
    assert all(each.partition("_")[0] != "en" for each in better)
    assert speak([name, *others]) in {"en", *LANGUAGES}
