"""Names of languages, as environments, systems and gettext write them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Languages that are written from right to left.
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
#: Scripts and regions of Chinese that are written with simplified characters.
_SIMPLIFIED = frozenset({"Hans", "CN", "SG"})


def of_environment(environment: Mapping[str, str]) -> list[str]:
    """The languages that an environment asks for, best first.

    As GNU gettext has it: ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` says the language, and
    ``LANGUAGE`` a list of them, which counts for nothing where the former say ``C``.

    Args:
        environment: of the process.

    Returns:
        Names such as ``pt_BR``; empty if nothing is set.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    base = _bare(locale)
    if base in ("C", "POSIX"):
        return ["en"]
    listed = [_bare(each) for each in environment.get("LANGUAGE", "").split(":") if each]
    return [as_gettext(each) for each in listed or [base] if each]


def as_gettext(tag: str) -> str:
    """A language as gettext names it.

    Args:
        tag: of RFC 5646, such as ``zh-Hans-SG``, or of POSIX, such as ``zh_CN``.

    Returns:
        Such as ``zh_CN``, ``zh_TW`` or ``pt_BR``: language and region; the region of Chinese says
        which characters are meant.
    """
    first, *others = tag.replace("_", "-").split("-")
    first = first.lower()
    # A script has four letters, a region two, or three digits.
    scripts = [each.title() for each in others if len(each) == 4]
    regions = [each.upper() for each in others if len(each) == 2 or each.isdigit()]
    if first == "zh":
        known = scripts or regions
        return "zh_CN" if not known or known[0] in _SIMPLIFIED else "zh_TW"
    return "_".join([first, *regions[:1]])


def until_english(languages: Iterable[str]) -> list[str]:
    """The languages that are better than English, which EmoCam speaks without a catalogue.

    Args:
        languages: best first.
    """
    better: list[str] = []
    for each in languages:
        if each.partition("_")[0] in ("en", "C", "POSIX"):
            break
        better.append(each)
    return better


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left.

    Args:
        language: such as ``ar``.
    """
    return language.partition("_")[0] in _RIGHT_TO_LEFT


def _bare(name: str) -> str:
    """Without encoding and variant: ``de_DE.UTF-8@euro`` is ``de_DE``."""
    return name.partition(".")[0].partition("@")[0]
