"""Who says a value: the strongest layer holds, whatever the others say."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.cli_settings import load
from emocam.errors import ControlError, SettingsError
from emocam.settings import Kind, Layers, Settings, declarations, load_file

kinds = st.sampled_from([kind for kind in Kind if kind is not Kind.DEFAULT])
values = st.sampled_from([("mood.hold", 2.0), ("mood.hold", 3.0), ("camera.fps", 7)])


@given(st.lists(st.tuples(kinds, values)))
def test_the_strongest_that_says_anything_holds(said: list[tuple[Kind, tuple[str, float]]]) -> None:
    layers = Layers()
    last: dict[str, dict[Kind, float]] = {}
    for kind, (key, value) in said:
        layers = layers.saying(kind, key, value, f"{kind} {key}")
        last.setdefault(key, {})[kind] = value
    for key in declarations():
        strongest = next((kind for kind in Kind if kind in last.get(key, {})), Kind.DEFAULT)
        expected = last.get(key, {}).get(strongest, declarations()[key].default)
        assert layers.origin(key).kind is strongest
        assert layers.value(key) == layers.settings().value(key) == expected
        assert layers.origin(key).locked == (strongest is Kind.MANDATORY)
        assert layers.without(key, *Kind).origin(key).kind is Kind.DEFAULT
    assert set(layers.origins()) == set(last)


def test_layers_of_settings_have_them_hold() -> None:
    settings = Settings().replace("mood.hold", 2.0).replace("camera.source", "a")
    assert Layers.of(settings).settings() == settings
    again = Layers.of(settings).replaced(Settings(), "--other")
    assert again.settings() == Settings()
    assert again.origin("mood.hold").by == "--other"


def options(path: Path, *arguments: str, **flags: str) -> SimpleNamespace:
    return SimpleNamespace(settings=path, set=list(arguments), **flags)


def test_file_arguments_and_flags_say_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[camera]\nfps = 7\nsource = "a"\nwidth = 640\n[mood]\nhold = 2.0\nmargin = 9\n'
    )
    loaded = load(options(path, "mood.hold=3", camera="b"))  # type: ignore[arg-type]
    assert len(loaded.problems) == 1
    origins = {key: (origin.kind, origin.by) for key, origin in loaded.origins.items()}
    assert origins == {
        "camera.fps": (Kind.FILE, str(path)),
        "camera.width": (Kind.FILE, str(path)),
        "camera.source": (Kind.ARGUMENT, "--camera"),
        "mood.hold": (Kind.ARGUMENT, "--set"),
    }
    assert loaded.settings == loaded.layers.settings()
    assert (loaded.settings.camera.source, loaded.settings.mood.hold) == ("b", 3.0)
    assert loaded.layers.path == path
    assert load_file(tmp_path / "none").layers.path == tmp_path / "none"


def test_what_is_locked_is_refused_with_the_name_of_who_did_it() -> None:
    layers = Layers().saying(Kind.MANDATORY, "mood.caution", "careful", "/etc/emocam/x.toml")
    layers.refuse_locked("mood.hold")
    with pytest.raises(ControlError, match=r"/etc/emocam/x\.toml"):
        layers.refuse_locked("mood.caution")
    with pytest.raises(SettingsError, match=r"mood\.caution"):
        layers.refuse_locked("mood.caution", SettingsError)
