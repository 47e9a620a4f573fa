"""Every setting, declared once: type, range or choices, default, unit and description.

The settings file, ``--set``, the checks, docs/settings.md and the messages between the processes
all come from the declarations here. To add a setting, add one field to a group.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from emocam.attention import CALIBRATION_FORM, CALIBRATION_PATTERN
from emocam.errors import SettingsError
from emocam.expression import Expression
from emocam.settings.declaration import Declaration, Value, setting

#: The file that ``output.target = "preview"`` writes in the working folder.
PREVIEW_FILE = "emocam-preview.mp4"
#: A word in ``camera.allowed`` that no webcam fits.
NO_CAMERA = "none"
#: What ``output.target`` may be that is no file.
NO_FILE = frozenset({"virtual", "none"})


class Caution(StrEnum):
    """How much must speak for a negative expression before it is shown."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    OPEN = "open"


class CameraWhen(StrEnum):
    """When the webcam is open."""

    WATCHED = "watched"
    ALWAYS = "always"


class People(StrEnum):
    """Whose expressions are shown where several people are before one camera."""

    NEAREST = "nearest"
    EACH = "each"
    GROUP = "group"


_EXPRESSIONS = tuple(expression.label for expression in Expression)


@dataclass(frozen=True, slots=True)
class Camera:
    """The webcam, or what stands in for it."""

    source: str = setting(
        "auto",
        "The webcam: its id, name, index or path, or a video or picture file; auto takes the "
        "first real one of camera.prefer, or else of all.",
        pattern=r"\S(.*\S)?",
        form='"auto", the id, name, number or path of a webcam, or the path of a video or picture',
    )
    prefer: tuple[str, ...] = setting(
        (),
        "Webcams in the order in which auto takes them, when it comes to that also in a run.",
        pattern=r"\S(.*\S)?",
        form="a list of ids or names of webcams, best first",
    )
    allowed: tuple[str, ...] = setting(
        (),
        "The webcams that may be opened, by id or whole name; empty for all. A recording is none.",
        pattern=r"\S(.*\S)?",
        form='a list of ids or whole names of webcams; "none" fits no webcam',
        in_doubt=(NO_CAMERA,),
    )
    width: int = setting(640, "Width asked of the webcam.", minimum=160, maximum=3840, unit="px")
    height: int = setting(480, "Height asked of the webcam.", minimum=120, maximum=2160, unit="px")
    fps: int = setting(
        10, "Frame rate asked of the webcam; low saves power.", minimum=1, maximum=60, unit="Hz"
    )
    loop: bool = setting(False, "Whether a video file starts again when it is over.")
    when: str = setting(
        CameraWhen.WATCHED.value,
        "When the webcam is open: while a program reads EmoCam (where that cannot be known: "
        "always), or always.",
        choices=tuple(when.value for when in CameraWhen),
        privacy=CameraWhen.WATCHED.value,
    )
    linger: float = setting(
        5.0,
        "Time that the webcam stays open after the last program has left EmoCam.",
        minimum=0.0,
        maximum=3600.0,
        unit="s",
    )


@dataclass(frozen=True, slots=True)
class Sampling:
    """When the sensor looks."""

    interval: float = setting(
        1.0, "Time between two looks at rest.", minimum=0.2, maximum=60.0, unit="s"
    )
    quick: int = setting(
        3,
        "How many quick looks may follow one that differs, to confirm a change at once.",
        minimum=0,
        maximum=3,
    )


@dataclass(frozen=True, slots=True)
class Face:
    """How faces are found."""

    finder: str = setting(
        "litert",
        "What runs MediaPipe's face detector: LiteRT itself, or the mediapipe package.",
        choices=("litert", "mediapipe"),
    )
    confidence: float = setting(
        0.5, "The least score at which something counts as a face.", minimum=0.1, maximum=0.99
    )
    people: str = setting(
        People.NEAREST.value,
        "Whom the avatar stands for: the nearest person, each of up to four side by side, "
        "or what most of the group show.",
        choices=tuple(each.value for each in People),
    )


@dataclass(frozen=True, slots=True)
class Model:
    """The expression model."""

    path: str = setting(
        "",
        "A model of your own (.tflite, with its .json beside it); empty for the built-in one.",
        form="the path of a .tflite file, or empty",
    )


@dataclass(frozen=True, slots=True)
class MoodSettings:
    """From readings to what is shown."""

    caution: str = setting(
        Caution.BALANCED.value,
        "When negative expressions show: never (careful), when clear and steady (balanced), "
        "or as read (open).",
        choices=tuple(level.value for level in Caution),
        privacy=Caution.CAREFUL.value,
    )
    smoothing: float = setting(
        0.4, "Time constant of the smoothing over looks.", minimum=0.0, maximum=10.0, unit="s"
    )
    margin: float = setting(
        0.1,
        "How much more probable than the shown expression another must be to replace it.",
        minimum=0.0,
        maximum=0.5,
    )
    hold: float = setting(
        1.0, "The least time that an expression is shown.", minimum=0.0, maximum=30.0, unit="s"
    )
    away_after: float = setting(
        3.0, "Time without a face until the avatar is away.", minimum=0.0, maximum=60.0, unit="s"
    )
    off: tuple[str, ...] = setting(
        (), "Expressions that are never shown; neutral instead.", choices=_EXPRESSIONS[1:]
    )
    merge_disgust: bool = setting(False, "Whether disgust counts as anger.")


@dataclass(frozen=True, slots=True)
class Output:
    """Where the avatar goes."""

    target: str = setting(
        "virtual",
        "The virtual camera, a preview file in the working folder, an MP4 file of that name, or "
        "nothing: your avatar is in EmoCam's windows alone.",
        pattern=r"virtual|preview|none|.*\.[mM][pP]4",
        form='"virtual", "preview", "none" or the path of an .mp4 file',
    )
    label: str = setting(
        "EmoCam",
        "Label of the virtual camera.",
        pattern=r"[\x20-\x7e]{1,31}",
        form="1 to 31 letters",
    )
    width: int = setting(
        1280, "Width of the picture.", multiple=2, minimum=320, maximum=1920, unit="px"
    )
    height: int = setting(
        720, "Height of the picture.", multiple=2, minimum=180, maximum=1080, unit="px"
    )
    fps: int = setting(30, "Frame rate.", minimum=5, maximum=60, unit="Hz")


@dataclass(frozen=True, slots=True)
class Avatar:
    """How the avatar looks."""

    pack: str = setting(
        "classic",
        "The emoji pack, as emocam packs list names it.",
        pattern=r"[a-z0-9][a-z0-9_-]{0,63}",
        form="the name of a pack",
    )
    allowed_packs: tuple[str, ...] = setting(
        (),
        "The packs that may be chosen, the first where another was; empty for all.",
        pattern=r"[a-z0-9][a-z0-9_-]{0,63}",
        form="a list of names of packs",
    )
    background: str = setting(
        "#20262e",
        "What is behind the avatar: a colour, two colours from top to bottom, key green, or your "
        "own picture (PNG, JPEG, WebP; cropped to fit).",
        pattern=r"#[0-9a-fA-F]{6}(-#[0-9a-fA-F]{6})?|green|.*\.([pP][nN][gG]|[jJ][pP][eE]?[gG]|[wW][eE][bB][pP])",
        form='"#20262e", "#20262e-#4a5a70", "green" or the path of a picture',
    )
    size: float = setting(
        0.8, "Height of the avatar as a share of the picture's height.", minimum=0.2, maximum=1.0
    )
    position: str = setting(
        "centre",
        "Where the avatar is; left and right stay within what narrow tiles show.",
        choices=(
            "top-left",
            "top",
            "top-right",
            "left",
            "centre",
            "right",
            "bottom-left",
            "bottom",
            "bottom-right",
        ),
    )
    name_plate: str = setting(
        "",
        "Your own words on a plate below the avatar; empty for none.",
        pattern=r"[^\x00-\x1f\x7f]{0,60}",
        form="at most 60 letters in one line",
    )
    transition: float = setting(
        0.25, "Length of the way from one picture to the next.", minimum=0.0, maximum=2.0, unit="s"
    )
    motion: str = setting(
        "full",
        "How much the avatar moves: it morphs, blinks and breathes (full), or stands still and "
        "only fades (reduced).",
        choices=("full", "reduced"),
    )


@dataclass(frozen=True, slots=True)
class AttentionSettings:
    """Whether it is read where somebody looks."""

    enabled: bool = setting(
        False,
        "Whether it is read where you look: at the screen, elsewhere, or eyes shut.",
        privacy=False,
    )
    show_away: bool = setting(
        False, "Whether the avatar looks away while you do (needs attention.enabled)."
    )
    calibration: str = setting(
        "",
        "Where your screen is, as seen from you; empty for the usual place below the webcam.",
        pattern=CALIBRATION_PATTERN,
        form=CALIBRATION_FORM,
    )


@dataclass(frozen=True, slots=True)
class PreviewSettings:
    """The window that shows the user what EmoCam sees."""

    allowed: bool = setting(
        True,
        "Whether the preview may be opened; it is the only window with camera pictures.",
        privacy=False,
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is kept of runs."""

    level: str = setting(
        "info",
        "What is written into the log: starts, ends, faults and changed settings (info), also "
        "what is shown (debug), or nothing (off).",
        choices=("info", "debug", "off"),
        privacy="info",
    )


_KEYS: Mapping[str, Any] = {
    "pattern": r"(((ctrl|alt|shift|super)\+)+([a-z0-9]|f([1-9]|1[0-9]|2[0-4])))?",
    "form": 'such as "ctrl+alt+h" (ctrl, alt, shift, super with a letter, a digit or f1 to f24), '
    "or empty",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that work in every program, where the desktop allows it; the second press undoes."""

    freeze: str = setting("", "Keys that keep what is shown; empty for none.", **_KEYS)
    neutral: str = setting("", "Keys that hold the neutral picture.", **_KEYS)
    hide: str = setting("", "Keys that pause: the camera is closed, and that is shown.", **_KEYS)
    raise_hand: str = setting("", "Keys that hold the raised hand.", **_KEYS)


@dataclass(frozen=True, slots=True)
class Window:
    """The window, from its next start on."""

    language: str = setting(
        "auto",
        "The language of window, tray and preview; auto takes the system's.",
        choices=("auto", "en", "de", "fr", "es", "pt", "zh_CN", "ja", "ar"),
    )
    text_size: int = setting(
        100,
        "Size of the window's text, as a share of the desktop's own.",
        minimum=80,
        maximum=200,
        unit="%",
    )
    contrast: str = setting(
        "system",
        "Colours of the window: the desktop's, or white and yellow on black with clear edges.",
        choices=("system", "high"),
    )


@dataclass(frozen=True, slots=True)
class Login:
    """What happens when the user logs in."""

    autostart: bool = setting(
        False,
        "Whether the entry that an installer made for all users starts EmoCam at login.",
    )


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Session logs: nothing is logged unless you start one."""

    allowed: bool = setting(True, "Whether a session log may be started.", privacy=False)
    class_reports: bool = setting(
        True,
        "Whether share files for the report of a class may be made from logs.",
        privacy=False,
    )
    max_hours: float = setting(
        4.0, "The longest session; its log is full then.", minimum=0.1, maximum=24.0, unit="h"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, grouped as in the file."""

    camera: Camera = Camera()
    sampling: Sampling = Sampling()
    face: Face = Face()
    model: Model = Model()
    mood: MoodSettings = MoodSettings()
    output: Output = Output()
    avatar: Avatar = Avatar()
    attention: AttentionSettings = AttentionSettings()
    preview: PreviewSettings = PreviewSettings()
    log: LogSettings = LogSettings()
    keys: Keys = Keys()
    window: Window = Window()
    login: Login = Login()
    session: SessionSettings = SessionSettings()

    def value(self, key: str) -> Value:
        """The value of ``group.name``.

        Raises:
            SettingsError: if there is no such setting.
        """
        group, name = _split(key)
        return cast("Value", getattr(getattr(self, group), name))

    def replace(self, key: str, value: object) -> Settings:
        """These settings with one value changed.

        Raises:
            SettingsError: if there is no such setting or the value does not fit.
        """
        group, name = _split(key)
        fitting = declarations()[key].check(value)
        changed = dataclasses.replace(getattr(self, group), **{name: fitting})
        return dataclasses.replace(self, **{group: changed})

    def to_dict(self) -> dict[str, Any]:
        """Key to value, for a message to another process."""
        return {key: self.value(key) for key in declarations()}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Settings:
        """The settings in a message.

        Raises:
            SettingsError: at the first unknown key or value that does not fit.
        """
        settings = cls()
        for key, value in values.items():
            settings = settings.replace(key, value)
        return settings


def _split(key: str) -> tuple[str, str]:
    if key not in declarations():
        raise SettingsError(f'There is no setting "{key}"', _suggestion(key))
    group, _, name = key.partition(".")
    return group, name


def _suggestion(key: str) -> str:
    import difflib  # only a message about a mistake needs it

    near = difflib.get_close_matches(key, declarations(), n=3, cutoff=0.5)
    return f"Perhaps {' or '.join(near)} is meant" if near else "See docs/settings.md"


def _declare() -> Iterator[Declaration]:
    for group in dataclasses.fields(Settings):
        for field in dataclasses.fields(cast("Any", group.default)):
            default = cast("Value", field.default)
            yield Declaration(f"{group.name}.{field.name}", default, **field.metadata)


_DECLARATIONS = {declaration.key: declaration for declaration in _declare()}


def declarations() -> Mapping[str, Declaration]:
    """Every declaration by its key, in the order of the groups."""
    return _DECLARATIONS
