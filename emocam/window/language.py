"""The language of the window: of its own texts, of Qt's, of emoji, and where a line begins."""

from __future__ import annotations

import emoji
from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from emocam.expression import EMOJI, Picture
from emocam.languages.tags import is_right_to_left
from emocam.words import speak_as

#: Names of emoji are there in these (CLDR's, by the package emoji).
_SPOKEN = {"zh_CN": "zh"}

#: Where Qt would take a region whose digits are others than those in EmoCam's own texts.
_WITH_REGION = {"ar": "ar_AE"}


def talk(application: QApplication, wanted: str) -> str:
    """Choose the language.

    Args:
        application: its direction and Qt's own texts follow.
        wanted: as ``window.language``.

    Returns:
        The language, such as ``de``.
    """
    language = speak_as(wanted)
    english = wanted == "auto" and language == "en"
    locale = QLocale.system() if english else QLocale(_WITH_REGION.get(language, language))
    QLocale.setDefault(locale)
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language), "qtbase", "_", folder):
        application.installTranslator(translator)
    application.setLayoutDirection(direction(language))
    return language


def direction(language: str) -> Qt.LayoutDirection:
    """Where a line begins in a language."""
    right = is_right_to_left(language)
    return Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight


def spoken(picture: Picture, language: str) -> str:
    """What a screen reader says for the emoji of a picture: its CLDR name."""
    code = _SPOKEN.get(language, language.partition("_")[0])
    name = emoji.demojize(EMOJI[picture], language=code if code in emoji.LANGUAGES else "en")
    return name.strip(":").replace("_", " ")
