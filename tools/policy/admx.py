"""Group Policy: definitions (ADMX) and their English texts (ADML).

Each setting has two policies, a mandatory and a recommended one. Source: Microsoft, "Group Policy
ADMX Syntax Reference Guide".
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from emocam.settings.declaration import Declaration
from emocam.settings.describe import as_toml
from emocam.settings.policy.windows import KEY, RECOMMENDED
from emocam.settings.schema import declarations

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
#: Levels: what is put behind names, the key, and what people read.
LEVELS = (("", KEY, ""), ("_recommended", f"{KEY}\\{RECOMMENDED}", " (recommended)"))
#: The longest text that Group Policy takes.
MAX_LENGTH = 1023


def _groups() -> list[str]:
    return list(dict.fromkeys(key.partition(".")[0] for key in declarations()))


def _name(key: str, suffix: str = "") -> str:
    """Names may have no dots."""
    return key.replace(".", "_").replace("-", "_") + suffix


def definitions() -> bytes:
    """EmoCam.admx."""
    root = _root("policyDefinitions")
    namespaces = Xml.SubElement(root, "policyNamespaces")
    Xml.SubElement(namespaces, "target", prefix="emocam", namespace="EmoCam.Policies")
    Xml.SubElement(root, "resources", minRequiredRevision="1.0")
    supported = Xml.SubElement(Xml.SubElement(root, "supportedOn"), "definitions")
    Xml.SubElement(supported, "definition", name="SUPPORTED", displayName="$(string.SUPPORTED)")
    categories = Xml.SubElement(root, "categories")
    _category(categories, "EmoCam", "")
    _category(categories, "Recommended", "EmoCam")
    for suffix, parent in (("", "EmoCam"), ("_recommended", "Recommended")):
        for group in _groups():
            _category(categories, group + suffix, parent, text=group)
    policies = Xml.SubElement(root, "policies")
    for suffix, key, _ in LEVELS:
        for each in declarations().values():
            _policy(policies, each, suffix, key)
    return _bytes(root)


def _category(parent: Xml.Element, name: str, above: str, text: str = "") -> None:
    words = f"$(string.category_{text or name})"
    category = Xml.SubElement(parent, "category", name=name, displayName=words)
    if above:
        Xml.SubElement(category, "parentCategory", ref=above)


def _policy(parent: Xml.Element, about: Declaration, suffix: str, key: str) -> None:
    name = _name(about.key, suffix)
    attributes = {
        "name": name,
        "class": "Machine",
        "displayName": f"$(string.{name})",
        "explainText": f"$(string.{name}_help)",
        "key": key,
    }
    truth = isinstance(about.default, bool)
    if truth:
        attributes["valueName"] = about.key
    else:
        attributes["presentation"] = f"$(presentation.{name})"
    policy = Xml.SubElement(parent, "policy", attributes)
    Xml.SubElement(policy, "parentCategory", ref=about.key.partition(".")[0] + suffix)
    Xml.SubElement(policy, "supportedOn", ref="SUPPORTED")
    if truth:
        for state, number in (("enabledValue", "1"), ("disabledValue", "0")):
            Xml.SubElement(Xml.SubElement(policy, state), "decimal", value=number)
    else:
        _element(Xml.SubElement(policy, "elements"), about, name, key)


def _element(parent: Xml.Element, about: Declaration, name: str, key: str) -> None:
    place = {"id": name, "valueName": about.key}
    if isinstance(about.default, tuple):
        Xml.SubElement(parent, "list", id=name, key=f"{key}\\{about.key}", valuePrefix="")
    elif isinstance(about.default, int):
        low, high = f"{about.minimum or 0:.0f}", f"{about.maximum or 2**32 - 1:.0f}"
        Xml.SubElement(
            parent, "decimal", {**place, "required": "true", "minValue": low, "maxValue": high}
        )
    elif about.choices:
        choice = Xml.SubElement(parent, "enum", {**place, "required": "true"})
        for word in about.choices:
            text = f"$(string.{_name(about.key)}_is_{_name(word)})"
            item = Xml.SubElement(choice, "item", displayName=text)
            Xml.SubElement(Xml.SubElement(item, "value"), "string").text = word
    else:
        Xml.SubElement(parent, "text", {**place, "maxLength": str(MAX_LENGTH)})


def resources() -> bytes:
    """en-US/EmoCam.adml."""
    root = _root("policyDefinitionResources")
    Xml.SubElement(root, "displayName").text = "EmoCam"
    Xml.SubElement(root, "description").text = "Settings of EmoCam, an avatar for the webcam"
    tables = Xml.SubElement(root, "resources")
    texts = Xml.SubElement(tables, "stringTable")
    for name, text in _texts():
        Xml.SubElement(texts, "string", id=name).text = text
    presentations = Xml.SubElement(tables, "presentationTable")
    for suffix, _, _ in LEVELS:
        for about in declarations().values():
            if not isinstance(about.default, bool):
                name = _name(about.key, suffix)
                _presentation(Xml.SubElement(presentations, "presentation", id=name), about, name)
    return _bytes(root)


def _texts() -> Iterator[tuple[str, str]]:
    yield "SUPPORTED", "EmoCam 0.1 or later"
    yield "category_EmoCam", "EmoCam"
    yield "category_Recommended", "Recommended (users can choose otherwise)"
    for group in _groups():
        yield f"category_{group}", group.capitalize()
    for suffix, _, words in LEVELS:
        for about in declarations().values():
            name = _name(about.key, suffix)
            yield name, about.key + words
            yield f"{name}_help", _help(about, recommended=bool(suffix))
    for about in declarations().values():
        if about.choices and not isinstance(about.default, tuple):
            for word in about.choices:
                yield f"{_name(about.key)}_is_{_name(word)}", word


def _help(about: Declaration, *, recommended: bool) -> str:
    parts = [about.description, f"Allowed: {about.allowed}."]
    parts.append(f"Without any policy and choice: {as_toml(about.default)}.")
    if isinstance(about.default, bool):
        parts.append("Enabled means true, Disabled means false.")
    else:
        parts.append("Disabled sets nothing, as Not Configured does.")
    if recommended:
        parts.append("Holds until the user chooses otherwise.")
    else:
        parts.append("Users cannot change it while it is set here.")
    return "\n\n".join(parts)


def _presentation(parent: Xml.Element, about: Declaration, name: str) -> None:
    label = (about.unit and f"{about.key} in {about.unit}") or about.key
    if isinstance(about.default, tuple):
        Xml.SubElement(parent, "listBox", refId=name).text = label
    elif isinstance(about.default, int):
        box = Xml.SubElement(parent, "decimalTextBox", refId=name, defaultValue=str(about.default))
        box.text = label
    elif about.choices:
        first = str(about.choices.index(str(about.default)))
        Xml.SubElement(
            parent, "dropdownList", refId=name, noSort="true", defaultItem=first
        ).text = label
    else:
        box = Xml.SubElement(parent, "textBox", refId=name)
        Xml.SubElement(box, "label").text = label
        Xml.SubElement(box, "defaultValue").text = str(about.default)


def _root(name: str) -> Xml.Element:
    return Xml.Element(name, xmlns=NAMESPACE, revision="1.0", schemaVersion="1.0")


def _bytes(root: Xml.Element) -> bytes:
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
