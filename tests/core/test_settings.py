"""Settings: each declaration holds, bad lines cost nothing but themselves, files stay untouched."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import SettingsError
from emocam.settings import Settings, apply_overrides, declarations, load_file
from emocam.settings.declaration import Declaration
from emocam.settings.describe import as_toml, listing, markdown
from emocam.settings.load import MAX_SIZE
from emocam.wire import MAX_MESSAGE_SIZE, encode_message

ROOT = Path(__file__).resolve().parent.parent.parent
keys = st.sampled_from(sorted(declarations()))


@st.composite
def fitting(draw: st.DrawFn, key: str) -> object:
    """A value that the declaration allows."""
    declaration = declarations()[key]
    default = declaration.default
    if isinstance(default, bool):
        return draw(st.booleans())
    if isinstance(default, int):
        step = declaration.multiple or 1
        low, high = int(declaration.minimum or 0), int(declaration.maximum or 3)
        return step * draw(st.integers(-(-low // step), high // step))
    if isinstance(default, float):
        return draw(st.floats(declaration.minimum, declaration.maximum))
    if isinstance(default, tuple):
        return draw(st.lists(_word(declaration), unique=True, max_size=9))
    return draw(_word(declaration))


def _word(declaration: Declaration) -> st.SearchStrategy[str]:
    """Words that a setting allows."""
    if declaration.choices:
        return st.sampled_from(declaration.choices)
    if declaration.pattern:
        return st.from_regex(declaration.pattern, fullmatch=True).filter(
            lambda text: not set(text) & {"\0", "\n"} and len(text) < 4000
        )
    return st.text(st.characters(codec="utf-8", exclude_characters="\0\n"), max_size=40)


@given(st.data(), st.lists(keys, unique=True))
def test_what_fits_survives_a_message_and_a_file(data: st.DataObject, chosen: list[str]) -> None:
    settings = Settings()
    for key in chosen:
        settings = settings.replace(key, data.draw(fitting(key)))
    assert Settings.from_dict(settings.to_dict()) == settings
    again = Settings()
    for group, values in tomllib.loads(listing(settings)).items():
        for name, value in values.items():
            again = again.replace(f"{group}.{name}", value)
    assert again == settings


anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=4)
    | st.lists(st.integers() | st.text(max_size=5), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


@given(keys, anything)
def test_any_value_fits_or_is_explained(key: str, value: object) -> None:
    problem = None
    settings = Settings()
    try:
        settings = settings.replace(key, value)
    except SettingsError as error:
        problem = error
    assert type(settings.value(key)) is type(declarations()[key].default)
    if problem is not None:
        assert key in problem.cause
        assert "Allowed" in problem.remedy


@given(st.text(max_size=200))
def test_any_text_is_loaded_without_an_exception(text: str) -> None:
    from emocam.settings.load import _load_text

    loaded = _load_text(text, Path("settings.toml"))
    assert isinstance(loaded.settings, Settings)


@given(st.binary(max_size=200))
def test_any_bytes_are_loaded_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    path.write_bytes(data)
    load_file(path)
    assert path.read_bytes() == data


def load(tmp_path: Path, text: str) -> tuple[Settings, list[str]]:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    loaded = load_file(path)
    assert path.read_text(encoding="utf-8") == text
    return loaded.settings, [str(problem) for problem in loaded.problems]


def test_a_bad_value_names_line_and_allowed_values_and_the_rest_loads(tmp_path: Path) -> None:
    settings, problems = load(
        tmp_path,
        '[mood]\nhold = 2.0\ncaution = "reckless"\n\n[camera]\nwidth = "wide"\nfps = 15\n',
    )
    assert settings.mood.hold == 2.0
    assert settings.camera.fps == 15
    assert settings.mood.caution == "balanced"
    assert len(problems) == 2
    assert "line 3" in problems[0]
    assert '"careful", "balanced", "open"' in problems[0]
    assert "line 6" in problems[1]
    assert "160 to 3840" in problems[1]


def test_an_unknown_name_suggests_a_known_one(tmp_path: Path) -> None:
    settings, problems = load(tmp_path, "[sampling]\nintervall = 2.0\nquick = 1\n")
    assert settings.sampling.quick == 1
    assert "line 2" in problems[0]
    assert "sampling.interval" in problems[0]


def test_lines_that_are_no_toml_cost_only_themselves(tmp_path: Path) -> None:
    settings, problems = load(
        tmp_path, '[camera]\nthis is no toml\nfps = 20\nsource = "open\nloop = true\n[avatar\n'
    )
    assert settings.camera.fps == 20
    assert settings.camera.loop
    assert [("line 2" in p, "line 4" in p, "line 6" in p) for p in problems] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_a_broken_header_costs_its_table_and_no_other(tmp_path: Path) -> None:
    settings, problems = load(
        tmp_path, "[camera]\nfps = 7\n[output\nwidth = 640\nheight = 360\n[mood]\nhold = 2.0\n"
    )
    assert settings == Settings().replace("camera.fps", 7).replace("mood.hold", 2.0)
    assert "line 3" in problems[0]


@pytest.mark.parametrize("text", ["a." * 3000 + "a = 1", "x = " + "9" * 5000, "x = " + "[" * 9000])
def test_monstrous_values_are_explained(text: str, tmp_path: Path) -> None:
    settings, problems = load(tmp_path, f"{text}\n[camera]\nfps = 7\n")
    assert problems
    assert settings in (Settings(), Settings().replace("camera.fps", 7))


def test_a_whole_number_will_do_for_a_number_but_not_the_reverse(tmp_path: Path) -> None:
    settings, problems = load(tmp_path, "[sampling]\ninterval = 2\nquick = 1.5\n")
    assert settings.sampling.interval == 2.0
    assert isinstance(settings.sampling.interval, float)
    assert len(problems) == 1


def test_an_odd_size_is_a_bad_value_like_any_other(tmp_path: Path) -> None:
    settings, problems = load(tmp_path, "[output]\nwidth = 321\nfps = 25\n")
    assert settings.output.fps == 25
    assert "line 2" in problems[0]
    assert "even" in problems[0]


def test_a_file_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    loaded = load_file(tmp_path / "none.toml")
    assert loaded.settings == Settings()
    assert not loaded.problems


def test_a_folder_in_the_place_of_the_file_is_explained(tmp_path: Path) -> None:
    loaded = load_file(tmp_path)
    assert loaded.settings == Settings()
    assert "cannot be read" in str(loaded.problems[0])


def test_a_huge_file_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"#" * (2 << 20))
    assert "larger" in str(load_file(path).problems[0])


@pytest.mark.parametrize(
    ("argument", "key", "value"),
    [
        ("camera.fps=15", "camera.fps", 15),
        ("sampling.interval=2", "sampling.interval", 2.0),
        ("camera.source=/dev/video3", "camera.source", "/dev/video3"),
        ('camera.source="My Cam"', "camera.source", "My Cam"),
        ("camera.source=0", "camera.source", "0"),
        ("camera.loop=true", "camera.loop", True),
        ("mood.off=fear,disgust", "mood.off", ("fear", "disgust")),
        ('mood.off=["fear"]', "mood.off", ("fear",)),
        ("mood.off=", "mood.off", ()),
        ("avatar.background=#ffffff", "avatar.background", "#ffffff"),
    ],
)
def test_overrides(argument: str, key: str, value: object) -> None:
    assert apply_overrides(Settings(), [argument]).value(key) == value


@pytest.mark.parametrize(
    "argument",
    ["camera.fps", "camera.fps=fast", "camera.fps=0", "no.such=1", "camera.loop=yes", ""],
)
def test_bad_overrides_are_explained(argument: str) -> None:
    with pytest.raises(SettingsError):
        apply_overrides(Settings(), [argument])


def test_a_single_setting_survives_as_toml() -> None:
    text = 'a "quoted" \\ name'
    assert tomllib.loads(f"x = {as_toml(text)}")["x"] == text


def test_the_document_of_the_settings_is_up_to_date() -> None:
    document = ROOT / "docs" / "settings.md"
    assert document.read_text(encoding="utf-8") == markdown(), (
        "run: emocam settings --markdown > docs/settings.md"
    )


def test_a_list_in_a_thousand_lists_is_no_list() -> None:
    with pytest.raises(SettingsError, match="cannot be"):
        apply_overrides(Settings(), [f"mood.off={'[' * 5000}"])


def test_settings_that_no_message_could_carry_are_refused() -> None:
    long = "😀" * 4000
    settings = apply_overrides(Settings(), [f"camera.source={long}"])
    line = encode_message({"type": "configure", "settings": settings.to_dict(), "restart": 2**63})
    assert len(line) - len(json.dumps(settings.to_dict())) < MAX_MESSAGE_SIZE - MAX_SIZE
    with pytest.raises(SettingsError, match=r"too long together\. Shorten camera\.source"):
        apply_overrides(settings, [f"model.path={long[:1000]}"])
