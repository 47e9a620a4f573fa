"""What the window calls settings, their groups and their words, in the user's language. Pure."""

from __future__ import annotations

from emocam.expression import Picture
from emocam.settings import Declaration
from emocam.window import words
from emocam.words import _


def group(name: str) -> str:
    """A group of settings; one without a name of its own as the file has it."""
    return {
        "camera": _("Camera"),
        "sampling": _("How often EmoCam looks"),
        "face": _("Faces"),
        "model": _("Expression model"),
        "mood": _("What may be shown"),
        "output": _("What is published"),
        "avatar": _("Avatar"),
        "attention": _("Attention"),
        "preview": _("What EmoCam sees"),
        "session": _("Session logs"),
        "login": _("Start"),
        "keys": _("Keys that work in every program"),
        "window": _("This window"),
    }.get(name, words.sentence(name))


def setting(key: str) -> str:
    """A setting; one without a name of its own by its key."""
    return {
        "camera.source": _("Camera"),
        "camera.prefer": _("Cameras in order of preference"),
        "camera.width": _("Width"),
        "camera.height": _("Height"),
        "camera.fps": _("Pictures a second"),
        "camera.loop": _("Repeat a recording"),
        "camera.when": _("When the camera is on"),
        "camera.linger": _("Stays on afterwards"),
        "camera.allowed": _("Cameras that may be used"),
        "sampling.interval": _("Time between two looks"),
        "sampling.quick": _("Quick looks after a change"),
        "face.finder": _("Face finder"),
        "face.confidence": _("Least score of a face"),
        "face.people": _("Several people"),
        "model.path": _("A model of your own"),
        "mood.caution": _("Caution"),
        "mood.smoothing": _("Smoothing"),
        "mood.margin": _("Lead that a change needs"),
        "mood.hold": _("Least time of an expression"),
        "mood.away_after": _("Away after"),
        "mood.off": _("Never shown"),
        "mood.merge_disgust": _("Disgust counts as anger"),
        "output.target": _("Published as"),
        "output.label": _("Name of the camera"),
        "output.width": _("Width of the picture"),
        "output.height": _("Height of the picture"),
        "output.fps": _("Frames a second"),
        "avatar.pack": _("Emoji pack"),
        "avatar.allowed_packs": _("Packs that may be used"),
        "avatar.background": _("Background"),
        "avatar.size": _("Size"),
        "avatar.position": _("Place"),
        "avatar.name_plate": _("Name plate"),
        "avatar.transition": _("Length of a change"),
        "avatar.motion": _("Motion"),
        "attention.enabled": _("Read where you look"),
        "attention.show_away": _("Show when you look away"),
        "attention.calibration": _("Calibration"),
        "preview.allowed": _("May be looked at"),
        "session.allowed": _("Logs may be kept"),
        "session.class_reports": _("Reports of a class may be made"),
        "login.autostart": _("Start at login"),
        "keys.freeze": _("Freeze"),
        "keys.neutral": _("Neutral"),
        "keys.hide": _("Hide"),
        "keys.raise_hand": _("Raise hand"),
        "window.language": _("Language"),
        "window.text_size": _("Size of text"),
        "window.contrast": _("Colours"),
    }.get(key, words.sentence(key.partition(".")[2].replace("_", " ")))


def choice(key: str, word: str) -> str:
    """A word that a setting may have; one without a name of its own as the file has it."""
    if key == "mood.off":
        return words.sentence(words.picture(Picture(word)))
    return {
        ("camera.when", "watched"): _("While a program watches"),
        ("camera.when", "always"): _("Always"),
        ("face.people", "nearest"): _("The nearest person"),
        ("face.people", "each"): _("Each, side by side"),
        ("face.people", "group"): _("What most show"),
        ("mood.caution", "careful"): _("Careful: never a negative expression"),
        ("mood.caution", "balanced"): _("Balanced: negative ones when clear and steady"),
        ("mood.caution", "open"): _("Open: as read"),
        ("avatar.position", "top-left"): _("Top left"),
        ("avatar.position", "top"): _("Top"),
        ("avatar.position", "top-right"): _("Top right"),
        ("avatar.position", "left"): _("Left"),
        ("avatar.position", "centre"): _("Centre"),
        ("avatar.position", "right"): _("Right"),
        ("avatar.position", "bottom-left"): _("Bottom left"),
        ("avatar.position", "bottom"): _("Bottom"),
        ("avatar.position", "bottom-right"): _("Bottom right"),
        ("avatar.motion", "full"): _("Full: it morphs, blinks and breathes"),
        ("avatar.motion", "reduced"): _("Reduced: it stands still and fades"),
        ("window.contrast", "system"): _("The desktop's"),
        ("window.contrast", "high"): _("High contrast"),
        # Each language by its own name, so that who reads no other one finds it.
        ("window.language", "auto"): _("The system's"),
        ("window.language", "en"): "English",
        ("window.language", "de"): "Deutsch",
        ("window.language", "fr"): "Français",
        ("window.language", "es"): "Español",
        ("window.language", "pt"): "Português",
        ("window.language", "zh_CN"): "简体中文",
        ("window.language", "ja"): "日本語",
        ("window.language", "ar"): "العربية",
    }.get((key, word), word)


def description(declaration: Declaration) -> str:
    """What a setting does."""
    return _(declaration.description)


def matches(declaration: Declaration, sought: str) -> bool:
    """Whether somebody who seeks these words may mean a setting.

    Args:
        declaration: of the setting.
        sought: words, each of which must be found somewhere.
    """
    key = declaration.key
    places = (group(key.partition(".")[0]), setting(key), description(declaration), key)
    everything = " ".join(places).casefold()
    return all(word in everything for word in sought.casefold().split())


def origin(entry: dict[str, object]) -> str:
    """Where a value comes from; empty for a default.

    Args:
        entry: of one setting in the answer to ``settings``.
    """
    return {
        "mandatory": _("Locked by {who}"),
        "recommended": _("Recommended by {who}"),
        "file": _("Set in your settings file"),
        "argument": _("Set on the command line of this run"),
        "run": _("Set for this run only"),
    }.get(str(entry.get("origin")), "").format(who=entry.get("by") or _("your organisation"))
