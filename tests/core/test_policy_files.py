"""What administrators import is made from the declarations, and fits its makers' rules."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import SettingsError
from emocam.settings import declarations
from emocam.settings.policy import judged, linux, macos, windows

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "installer" / "policy"
NS = {"": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}
SAFEST = {key: each.privacy for key, each in declarations().items() if each.privacy is not None}


def test_every_file_and_table_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.policy", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "file"), [("admx", "EmoCam.admx"), ("adml", "en-US/EmoCam.adml")]
)
def test_group_policy_files_are_valid(schema: str, file: str, tmp_path: Path) -> None:
    if shutil.which("xmllint") is None:
        pytest.skip("needs xmllint (libxml2-utils)")
    grammar = ROOT / "tools" / "policy" / f"{schema}.rng"

    def lint(path: Path) -> int:
        words = ["xmllint", "--noout", "--relaxng", str(grammar), str(path)]
        return subprocess.run(words, capture_output=True, check=False).returncode

    assert lint(FOLDER / file) == 0
    spoilt = tmp_path / "spoilt.xml"
    spoilt.write_text((FOLDER / file).read_text().replace('id="camera_', 'id="camera.', 1))
    assert lint(spoilt) != 0


def definitions() -> Xml.Element:
    return Xml.parse(FOLDER / "EmoCam.admx").getroot()


def resources() -> Xml.Element:
    return Xml.parse(FOLDER / "en-US" / "EmoCam.adml").getroot()


def test_each_reference_resolves_and_nothing_is_left_over() -> None:
    admx, adml = definitions(), resources()
    words = [value for element in admx.iter() for value in element.attrib.values()]
    for kind, tag in (("string", "string"), ("presentation", "presentation")):
        wanted = {
            found[1] for each in words if (found := re.fullmatch(rf"\$\({kind}\.(\w+)\)", each))
        }
        there = [each.attrib["id"] for each in adml.iterfind(f".//{tag}", NS)]
        assert len(there) == len(set(there))
        assert set(there) == wanted
    names = {each.attrib["name"] for each in admx.iterfind("categories/category", NS)}
    above = {each.attrib["ref"] for each in admx.iterfind(".//parentCategory", NS)}
    assert above <= names
    policies = [each.attrib["name"] for each in admx.iterfind("policies/policy", NS)]
    assert len(policies) == len(set(policies)) == 2 * len(declarations())
    for policy in admx.iterfind("policies/policy", NS):  # the box shows what the element takes
        elements = policy.find("elements", NS)
        if elements is not None:
            name = policy.attrib["name"]
            box = adml.find(f".//presentation[@id='{name}']", NS)
            assert box is not None
            assert box[0].attrib["refId"] == elements[0].attrib["id"]
            kinds = {"decimal": "decimalTextBox", "text": "textBox", "list": "listBox",
                     "enum": "dropdownList"}  # fmt: skip
            assert box[0].tag.partition("}")[2] == kinds[elements[0].tag.partition("}")[2]]


def test_each_explanation_says_what_disabled_does() -> None:
    """Only a truth value has something to write for it."""
    adml = resources()
    for policy in definitions().iterfind("policies/policy", NS):
        name = policy.attrib["name"]
        words = adml.findtext(f".//string[@id='{name}_help']", "", NS)
        writes = policy.find("disabledValue", NS) is not None
        assert ("Disabled means false." in words) == writes
        assert ("Disabled sets nothing, as Not Configured does." in words) != writes


def test_what_group_policy_writes_is_what_is_read() -> None:
    """As the editor would write each policy with the value that its box offers."""
    adml = resources()
    tree: dict[str, windows.Key] = {}
    values: dict[str, dict[str, object]] = {windows.KEY: {}, f"{windows.KEY}\\Recommended": {}}
    for policy in definitions().iterfind("policies/policy", NS):
        key, name = policy.attrib["key"], policy.attrib["name"]
        box = adml.find(f".//presentation[@id='{name}']/*", NS)
        if (enabled := policy.find("enabledValue/decimal", NS)) is not None:
            values[key][policy.attrib["valueName"]] = int(enabled.attrib["value"])
            continue
        element = policy.find("elements/*", NS)
        assert element is not None
        assert box is not None
        kind, place = element.tag.partition("}")[2], element.attrib.get("valueName", "")
        if kind == "list":
            tree[element.attrib["key"]] = windows.Key()
        elif kind == "decimal":
            values[key][place] = int(box.attrib["defaultValue"])
            about = declarations()[place]
            for end in ("minValue", "maxValue"):
                step = about.multiple or 1
                number = int(element.attrib[end])
                assert about.check(number - number % step) is not None
        elif kind == "text":
            values[key][place] = box.findtext("defaultValue", "", NS)
        else:
            items = [each.text or "" for each in element.iterfind("item/value/string", NS)]
            assert tuple(items) == declarations()[place].choices
            values[key][place] = items[int(box.attrib["defaultItem"])]

    def below(path: str) -> dict[str, windows.Key]:
        return {key.rpartition("\\")[2]: each for key, each in tree.items()
                if key.rpartition("\\")[0] == path}  # fmt: skip

    more = f"{windows.KEY}\\Recommended"
    recommended = windows.Key(values[more], below(more))
    found = judged(
        windows.parse(
            windows.Key(values[windows.KEY], {**below(windows.KEY), "Recommended": recommended})
        )
    )
    assert not found.problems
    for said in (found.mandatory, found.recommended):
        assert set(said) == set(declarations())
        for key, each in said.items():
            truth = isinstance(declarations()[key].default, bool)
            assert each.value == (True if truth else declarations()[key].default), key


def test_the_profile_and_the_example_lock_the_safest() -> None:
    profile = judged(macos.parse((FOLDER / "emocam.mobileconfig").read_bytes(), "a.mobileconfig"))
    example = judged(linux.parse((FOLDER / "example.toml").read_bytes(), "a.toml"))
    for found in (profile, example):
        assert not found.problems
        assert {key: each.value for key, each in found.mandatory.items()} == SAFEST
        assert not found.recommended
    tree = plistlib.loads((FOLDER / "emocam.mobileconfig").read_bytes())
    assert tree["PayloadType"] == "Configuration"
    for payload in (tree, *tree["PayloadContent"]):
        assert payload["PayloadVersion"] == 1
        assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", payload["PayloadUUID"])
    text = (FOLDER / "example.toml").read_text()
    everything = re.sub(r"^# (?=\w+ = )", "", text, flags=re.M)
    whole = judged(linux.parse(everything.encode(), "a.toml"))
    assert not whole.problems
    assert set(whole.mandatory) == set(whole.recommended) == set(declarations())


def fits(schema: dict[str, Any], value: object) -> bool:
    """Whether JSON fits a schema; of the words of JSON Schema, those that are used."""
    used = {"description", "default", "type", "enum", "pattern", "maxLength", "items", "minimum",
            "maximum", "multipleOf"}  # fmt: skip
    assert set(schema) <= used
    match schema.get("type"):
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number" as kind:
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and (kind == "number" or whole)
                and schema["minimum"] <= value <= schema["maximum"]
                and ("multipleOf" not in schema or value % schema["multipleOf"] == 0)
            )
        case "array":
            return isinstance(value, list) and all(fits(schema["items"], each) for each in value)
        case "string":
            return (
                isinstance(value, str)
                and len(value) <= schema["maxLength"]
                and re.search(schema.get("pattern", ""), value) is not None
            )
    return value in schema["enum"]


words = st.text(max_size=6) | st.sampled_from(
    ["careful", "#20262e", "a.png", "auto", "classic", "centre", "", "ctrl+alt+h", "anger", "de"]
)
anything = st.booleans() | st.integers(-5, 4000) | st.floats(-1, 99).filter(lambda x: x % 1) | words
anything |= st.lists(words, max_size=3)


@given(st.sampled_from(sorted(declarations())), anything)
def test_the_json_schema_says_what_the_declarations_say(key: str, value: object) -> None:
    whole = json.loads((FOLDER / "policy.schema.json").read_text())
    group, _, name = key.partition(".")
    schema = whole["$defs"]["level"]["properties"][group]["properties"][name]
    try:
        declarations()[key].check(value)
        expected = True
    except SettingsError:
        expected = False
    text = value if isinstance(value, str) else "".join(value) if isinstance(value, list) else ""
    if not set(text) & {"\n", "\0"}:  # the schema leaves those to the pattern
        assert fits(schema, value) == expected
