"""The catalogues of texts: ``python -m tools.messages`` after a text of the code has changed.

Takes the texts out of the code into ``emocam/locale/emocam.pot``, brings each language's
``emocam.po`` up to date (what is new is empty there, or marked fuzzy with the nearest old text),
and compiles it to the ``emocam.mo`` that EmoCam reads. docs/languages.md says how to translate.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "emocam" / "locale"
TEMPLATE = LOCALES / "emocam.pot"
#: The languages beside English.
LANGUAGES = ("de", "fr", "es", "pt", "zh_CN", "ja", "ar")

#: What marks a text, and which arguments are texts.
_MARKS: dict[str, tuple[int, ...] | None] = {"_": None, "n_": (1, 2)}
#: In the declarations of settings the second argument is the description.
_DECLARED: dict[str, tuple[int, ...] | None] = {"setting": (2,)}
#: The same whenever it is written, or each run would change the files.
_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def extract() -> Catalog:
    """The texts in the code, with the files that they are in."""
    catalog = Catalog(
        project="EmoCam",
        version="1",
        msgid_bugs_address="see docs/languages.md",
        last_translator="The EmoCam authors",
        copyright_holder="The EmoCam authors",
        creation_date=_NO_TIME,
        fuzzy=False,
        header_comment="# Texts of EmoCam. GPL-2.0-or-later, like EmoCam.",
    )
    schema = ROOT / "emocam" / "settings" / "schema.py"
    for file in sorted((ROOT / "emocam").rglob("*.py")):
        marks = _DECLARED if file == schema else _MARKS
        place = file.relative_to(ROOT).as_posix()
        for _line, text, _comments, _context in extract_from_file("python", file, keywords=marks):
            catalog.add(text, locations=[(place, 0)])
    return catalog


def read(file: Path, language: str | None = None) -> Catalog:
    """A catalogue.

    Raises:
        OSError: if it cannot be read.
        babel.messages.pofile.PoFileError: if it is broken.
    """
    with file.open("rb") as opened:
        return read_po(opened, locale=language, abort_invalid=True)


def place(language: str, kind: str = "po") -> Path:
    """The file of a language.

    Args:
        language: such as ``zh_CN``.
        kind: ``po`` or ``mo``.
    """
    return LOCALES / language / "LC_MESSAGES" / f"emocam.{kind}"


def as_po(catalog: Catalog) -> bytes:
    """A catalogue as text."""
    for message in catalog:
        message.flags.discard("python-format")  # "100 % of" is no directive
    buffer = io.BytesIO()
    # Without the numbers of lines, which every change of the code would change.
    write_po(
        buffer, catalog, width=100, include_lineno=False, sort_output=True, ignore_obsolete=True
    )
    return buffer.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """A catalogue as EmoCam reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str, template: Catalog) -> Catalog:
    """A language's catalogue with the texts of the template; written as ``.po`` and ``.mo``."""
    file = place(language)
    if file.exists():
        catalog = read(file, language)
        catalog.update(template, no_fuzzy_matching=False, update_creation_date=False)
    else:
        catalog = Catalog(locale=language, fuzzy=False)
        catalog.update(template)
    for name in ("project", "version", "copyright_holder", "msgid_bugs_address"):
        setattr(catalog, name, getattr(template, name))
    catalog.last_translator, catalog.language_team = template.last_translator, _name(language)
    catalog.header_comment = f"# EmoCam in {_name(language)}. GPL-2.0-or-later, like EmoCam."
    catalog.creation_date = catalog.revision_date = _NO_TIME
    catalog.fuzzy = False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(as_po(catalog))
    place(language, "mo").write_bytes(as_mo(catalog))
    return catalog


def _name(language: str) -> str:
    """The English name of a language."""
    return str(Locale.parse(language).english_name)


def main() -> int:
    """Write all; returns 1 where a translation is missing or in doubt, and names it."""
    template = extract()
    LOCALES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(as_po(template))
    lacking = 0
    for language in LANGUAGES:
        catalog = update(language, template)
        for message in catalog:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and (message.fuzzy or not all(texts)):
                lacking += 1
                print(f"{place(language).relative_to(ROOT)}: {message.id!r}")
    print(
        f"{len(template)} texts, {len(LANGUAGES)} languages, {lacking} translations to be written"
    )
    return int(lacking > 0)


if __name__ == "__main__":
    sys.exit(main())
