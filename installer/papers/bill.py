"""The bill of materials (CycloneDX): every package and every file that others made.

cyclonedx-py tells what is installed here and who needs whom; the lock adds the hashes and what is
installed on other systems only; models and fonts lie in EmoCam itself.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from emocam import __version__
from installer.papers.licences import spdx
from installer.papers.lock import ROOT, Locked, locked
from installer.windows import embeddable

#: Files of others that lie in EmoCam: name, path, licence, maker.
_FILES = (
    ("MediaPipe BlazeFace, short range", "models/face_detector.tflite", "Apache-2.0"),
    ("MediaPipe Face Landmarker, landmarks", "models/face_landmarks.tflite", "Apache-2.0"),
    ("MediaPipe Face Landmarker, blendshapes", "models/face_blendshapes.tflite", "Apache-2.0"),
    ("EmoCam expression model", "models/expression.tflite", "GPL-2.0-or-later"),
    ("Source Sans Pro Semibold", "assets/fonts/SourceSansPro-Semibold.ttf", "OFL-1.1"),
)
#: What the Windows installer alone carries: name, version, licence, and the name for scanners.
_WINDOWS = (
    ("CPython", embeddable.VERSION, "Python-2.0", "python:python"),
    ("OpenSSL", embeddable.OPENSSL, "Apache-2.0", "openssl:openssl"),
    *embeddable.PARTS,
    ("distlib", importlib.metadata.version("distlib"), "PSF-2.0", "pypa:distlib"),
)


def bill() -> str:
    """The bill as JSON; the same for the same lock, system and Python.

    Raises:
        RuntimeError: if it does not follow CycloneDX, or what is installed is not what is locked.
    """
    found, packages = _installed(), locked()
    listed = found["components"]
    kept = {(canonicalize_name(each["name"]), each["version"]): each for each in listed}
    missing = [each for each in packages if each.here and (each.name, each.version) not in kept]
    if missing:
        names = ", ".join(f"{each.name} {each.version}" for each in missing)
        raise RuntimeError(f"Locked and not installed: {names}. Run: make setup")
    components = [_package(each, kept.get((each.name, each.version))) for each in packages]
    references = {each["bom-ref"] for each in components}
    root = found["metadata"]["component"]
    root["version"] = __version__
    found["components"] = components + [_file(*each) for each in _FILES]
    found["components"] += [_carried(*each) for each in _WINDOWS]
    found["dependencies"] = [
        _among(each, references) for each in found["dependencies"]
        if each["ref"] in references | {root["bom-ref"]}
    ]  # fmt: skip
    text = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise RuntimeError(f"The bill does not follow CycloneDX 1.6: {error}")
    return text


def _installed() -> dict[str, Any]:
    """What cyclonedx-py says of this environment."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += [
        "--no-validate",
        "--sv",
        "1.6",
        "--pyproject",
        str(ROOT / "pyproject.toml"),
        sys.executable,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    bill: dict[str, Any] = json.loads(said)
    return bill


def _package(package: Locked, seen: dict[str, Any] | None) -> dict[str, Any]:
    purl = f"pkg:pypi/{package.name}@{package.version}"
    about = seen or {
        "bom-ref": f"{package.name}=={package.version}",
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "scope": "optional",
    }
    about["externalReferences"] = [
        {
            "type": "distribution",
            "comment": "the hashes of its files for all systems",
            "url": f"https://pypi.org/project/{package.name}/{package.version}/",
            "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(package.sha256)],
        }
    ]
    about["licenses"] = [{"expression": spdx(package.name)}]
    if package.marker:
        about["properties"] = [{"name": "emocam:marker", "value": package.marker}]
    return about


def _file(name: str, path: str, licence: str) -> dict[str, Any]:
    sha256 = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    return {
        "bom-ref": path,
        "type": "machine-learning-model" if path.startswith("models/") else "file",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
        "licenses": [{"license": {"id": licence}}],
        "properties": [{"name": "emocam:path", "value": path}],
    }


def _carried(name: str, version: str, licence: str, known_as: str) -> dict[str, Any]:
    return {
        "bom-ref": f"windows/{name}=={version}",
        "type": "library",
        "name": name,
        "version": version,
        "cpe": f"cpe:2.3:a:{known_as}:{version}:*:*:*:*:*:*:*",
        "purl": f"pkg:generic/{name.lower()}@{version}",
        "scope": "optional",
        "licenses": [{"license": {"name" if " " in licence else "id": licence}}],
        "properties": [{"name": "emocam:artefact", "value": "the Windows installer"}],
    }


def _among(entry: dict[str, Any], references: set[str]) -> dict[str, Any]:
    """A line of the graph without what only the tests need."""
    needs = sorted(set(entry.get("dependsOn", ())) & references)
    return {"ref": entry["ref"], "dependsOn": needs} if needs else {"ref": entry["ref"]}


def write(path: Path) -> None:
    """Write the bill."""
    path.write_text(bill(), encoding="utf-8")
