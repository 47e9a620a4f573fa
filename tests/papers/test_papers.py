"""The bill of materials and the licences follow from the lock and from what is installed."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from installer.papers.bill import bill
from installer.papers.licences import document, licensed, spdx
from installer.papers.lock import LOCK, ROOT, locked
from installer.windows import embeddable


@pytest.fixture(scope="module")
def components() -> list[dict[str, Any]]:
    """The bill's components; the bill checks itself against CycloneDX's schema."""
    made: list[dict[str, Any]] = json.loads(bill())["components"]
    return made


def test_every_locked_file_is_in_the_bill(components: list[dict[str, Any]]) -> None:
    hashes = {
        entry["content"]
        for each in components
        for reference in each.get("externalReferences", ())
        for entry in reference["hashes"]
    }
    assert hashes == set(re.findall(r"sha256:([0-9a-f]{64})", LOCK.read_text(encoding="utf-8")))
    assert all(each.get("licenses") for each in components)


def test_files_of_others_are_in_the_bill(components: list[dict[str, Any]]) -> None:
    carried = {*(ROOT / "models").glob("*.tflite"), *(ROOT / "assets" / "fonts").glob("*.ttf")}
    carried |= set((ROOT / "models").glob("*.task"))
    stated = {
        Path(ROOT, each["properties"][0]["value"]): each["hashes"][0]["content"]
        for each in components
        if each["type"] != "library"
    }
    assert stated == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in carried}


def test_what_windows_alone_gets_is_in_the_bill(components: list[dict[str, Any]]) -> None:
    """Scanners find holes of an interpreter by its CPE."""
    carried = {each["cpe"].split(":")[4]: each for each in components if "cpe" in each}
    assert carried["python"]["version"] == embeddable.VERSION
    assert carried["openssl"]["version"] == embeddable.OPENSSL
    inside = {"sqlite", "libexpat", "zlib", "bzip2", "xz", "libffi", "mpdecimal", "distlib"}
    assert carried.keys() == {"python", "openssl"} | inside


def test_two_bills_are_the_same_and_name_no_machine() -> None:
    first = bill()
    assert first == bill()
    assert str(ROOT) not in first
    assert "timestamp" not in first


def test_every_package_has_a_licence_that_goes_with_ours_and_its_text() -> None:
    packages = licensed()
    assert len(packages) > 20
    assert [each.name for each in packages if not each.allowed] == []
    assert [each.name for each in packages if not each.texts] == []


def test_packages_of_other_systems_have_a_licence_too() -> None:
    assert all(spdx(each.name) for each in locked())


def test_the_licences_are_there_in_full() -> None:
    text = document()
    for sentence in (
        "GNU GENERAL PUBLIC LICENSE",
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "SIL OPEN FONT LICENSE",
        "Mozilla Public License Version 2.0",
    ):
        assert sentence.lower() in text.lower(), sentence
    assert "Apache License" in text
    assert str(ROOT) not in text
