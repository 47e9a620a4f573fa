"""The user's language: texts of the tray, the window and the preview, from gettext catalogues.

Texts in the code are English and marked with :func:`_` or :func:`n_`; the catalogues lie in
``emocam/locale/LANGUAGE/LC_MESSAGES/emocam.mo`` (docs/languages.md). What a program reads (JSON,
the settings file, the command line) stays English.
"""

from __future__ import annotations

import gettext
import struct
from pathlib import Path

from emocam.languages import preferred
from emocam.languages.tags import until_english

_LOCALES = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def speak(languages: list[str] | None = None) -> str:
    """Choose the language of this process.

    Args:
        languages: such as ``["pt_BR", "pt"]``, best first; None for those that the user set for
            this process (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``) or for the system.

    Returns:
        The language that is spoken now, such as ``de``; ``en`` where there is no catalogue.
    """
    global _catalogue
    wanted = until_english(preferred() if languages is None else languages)
    try:
        # An empty list would have gettext look into the environment by itself.
        _catalogue = gettext.translation("emocam", _LOCALES, wanted or ["en"], fallback=True)
    except (OSError, ValueError, LookupError, struct.error):
        _catalogue = gettext.NullTranslations()  # a damaged catalogue costs its language alone
    return language()


def speak_as(setting: str) -> str:
    """Choose the language of this process by the setting ``window.language``.

    Args:
        setting: ``auto``, or a language.

    Returns:
        As :func:`speak`.
    """
    return speak(None if setting == "auto" else [setting])


def language() -> str:
    """The language that is spoken now, such as ``de``."""
    return str(_catalogue.info().get("language", "en"))


def _(text: str) -> str:
    """A text in the user's language."""
    return _catalogue.gettext(text) if text else ""


def n_(one: str, many: str, count: int) -> str:
    """A text that depends on a number, in the user's language."""
    return _catalogue.ngettext(one, many, count)
