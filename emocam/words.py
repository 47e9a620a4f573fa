"""The user's language: texts of the tray, the window and the preview, from gettext catalogues.

Texts in the code are English and marked with :func:`_` or :func:`n_`; the catalogues lie in
``emocam/locale/LANGUAGE/LC_MESSAGES/emocam.mo``. What a program reads (JSON, the settings file, the
command line) stays English.
"""

from __future__ import annotations

import gettext
from pathlib import Path

_LOCALES = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def speak(languages: list[str] | None = None) -> str:
    """Choose the language of this process.

    Args:
        languages: such as ``["pt_BR", "pt"]``, best first; None for the environment's
            (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``, as gettext has it).

    Returns:
        The language that is spoken now, such as ``de``; ``en`` where there is no catalogue.
    """
    global _catalogue
    _catalogue = gettext.translation("emocam", _LOCALES, languages, fallback=True)
    return str(_catalogue.info().get("language", "en"))


def _(text: str) -> str:
    """A text in the user's language."""
    return _catalogue.gettext(text)


def n_(one: str, many: str, count: int) -> str:
    """A text that depends on a number, in the user's language."""
    return _catalogue.ngettext(one, many, count)
