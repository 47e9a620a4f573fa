"""The language of the window: of its own texts, of Qt's, of emoji, and where a line begins."""

from __future__ import annotations

import emoji
from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from emocam.expression import EMOJI, Picture
from emocam.words import speak

#: Languages that are written from right to left.
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
#: Names of emoji are there in these (CLDR's, by the package emoji).
_SPOKEN = {"zh_CN": "zh"}


def talk(application: QApplication, wanted: str) -> str:
    """Choose the language.

    Args:
        application: its direction and Qt's own texts follow.
        wanted: as ``window.language``.

    Returns:
        The language, such as ``de``.
    """
    if wanted == "auto":
        language = speak()
        locale = QLocale.system() if language == "en" else QLocale(language)
    else:
        speak([wanted])
        language, locale = wanted, QLocale(wanted)
    QLocale.setDefault(locale)
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language), "qtbase", "_", folder):
        application.installTranslator(translator)
    application.setLayoutDirection(direction(language))
    return language


def direction(language: str) -> Qt.LayoutDirection:
    """Where a line begins in a language."""
    if language.partition("_")[0] in _RIGHT_TO_LEFT:
        return Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight


def spoken(picture: Picture, language: str) -> str:
    """What a screen reader says for the emoji of a picture: its CLDR name."""
    code = _SPOKEN.get(language, language.partition("_")[0])
    name = emoji.demojize(EMOJI[picture], language=code if code in emoji.LANGUAGES else "en")
    return name.strip(":").replace("_", " ")
