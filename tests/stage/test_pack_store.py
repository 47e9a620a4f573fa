"""Packs that are checked, installed, replaced, shown and removed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pack_parts import GOOD_SVG, GOOD_TOML, encoded, frames, good, painted, to_folder, to_zip

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.artwork import Animation, Drawing, Still
from emocam.stage.pack import FilePack, chain, find_pack
from emocam.stage.packs import store
from emocam.stage.packs.answers import answer
from emocam.stage.packs.inspection import inspect_path
from emocam.stage.packs.manifest import Manifest, identifier, read_manifest
from emocam.stage.render import Artist, render_scene


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "emocam" / "packs"


def ask(do: str, **more: Any) -> dict[str, Any]:
    return answer({"type": "packs", "do": do, **more})


def install(path: Path, replace: bool = False) -> dict[str, Any]:
    return ask("install", path=str(path), replace=replace)


def named(version: str, colour: str = "#fc0") -> dict[str, str | bytes]:
    return good(
        toml=GOOD_TOML.replace('"1.0"', f'"{version}"'), svg=GOOD_SVG.replace("#fc0", colour)
    )


@pytest.mark.parametrize("form", ["folder", "zip", "zip of the folder", "zip with litter"])
def test_a_good_pack_is_installed_shown_and_removed(form: str, tmp_path: Path, data: Path) -> None:
    files = {**good(), "LICENSE": "CC0"}
    if form == "folder":
        path = to_folder(tmp_path, files)
    elif form == "zip":
        path = to_zip(tmp_path, files)
    elif form == "zip of the folder":
        path = to_zip(tmp_path, {f"discs/{name}": content for name, content in files.items()})
    else:
        path = to_zip(tmp_path, {**files, "__MACOSX/._neutral.svg": "x", ".DS_Store": "x"})
    told = install(path)
    assert told["problems"] == []
    assert told["id"] == "discs"
    assert [file.name for file in data.iterdir()] == ["discs.zip"]
    with zipfile.ZipFile(data / "discs.zip") as archive:
        assert sorted(archive.namelist()) == ["LICENSE", "neutral.svg", "pack.toml"]
    assert [one["id"] for one in ask("list")["packs"]][-1] == "discs"
    shown = render_scene(Picture.NEUTRAL, Settings().replace("avatar.pack", "discs"))
    assert shown[360, 640].tolist() == [255, 204, 0]
    assert ask("remove", name="Discs") == {"id": "discs"}
    assert list(data.iterdir()) == []
    assert "no emoji pack" in ask("remove", name="discs")["error"]["cause"]


@pytest.mark.parametrize("ending", ["png", "gif", "webp", "apng"])
@pytest.mark.parametrize("count", [1, 3])
def test_each_format_is_shown(ending: str, count: int, tmp_path: Path) -> None:
    path = to_folder(tmp_path, painted(encoded(frames(count, 64), ending), ending))
    assert install(path)["problems"] == []
    artwork = find_pack("discs").artwork(Picture.NEUTRAL)
    assert isinstance(artwork, Still if count == 1 else Animation)
    if isinstance(artwork, Animation):
        assert artwork.durations == (0.1, 0.1, 0.1)
    shown = render_scene(Picture.NEUTRAL, Settings().replace("avatar.pack", "discs"))
    assert np.abs(shown[360, 640].astype(int) - [255, 0, 0]).max() < 8


def test_a_large_animation_is_kept_within_bounds(tmp_path: Path) -> None:
    data = encoded([one.resize((700, 500)) for one in frames(40)], "gif")
    assert install(to_folder(tmp_path, painted(data, "gif")))["problems"] == []
    artwork = find_pack("discs").artwork(Picture.NEUTRAL)
    assert isinstance(artwork, Animation)
    assert sum(frame.nbytes for frame in artwork.frames) <= 24 << 20
    height, width = artwork.frames[0].shape[:2]
    assert abs(width / height - 1.4) < 0.02


def test_an_older_one_is_replaced_and_a_newer_one_is_not(tmp_path: Path) -> None:
    def put(version: str, replace: bool = False) -> dict[str, Any]:
        shutil.rmtree(tmp_path / "pack", ignore_errors=True)
        return install(to_folder(tmp_path, named(version)), replace)

    assert put("1.9")["problems"] == []
    assert "installed already" in put("1.9")["problems"][0]["cause"]
    assert "installed already" in put("1.9.0")["problems"][0]["cause"]
    assert "--replace" in put("1.8")["problems"][0]["remedy"]
    assert put("1.10")["replaced"] == "1.9"
    assert find_pack("discs").manifest.version == "1.10"
    assert put("1.2", replace=True)["replaced"] == "1.10"
    assert find_pack("discs").manifest.version == "1.2"


def test_packs_of_emocam_can_neither_be_removed_nor_shadowed(tmp_path: Path, data: Path) -> None:
    for name in ("classic", "system"):
        assert "belongs to EmoCam" in ask("remove", name=name)["error"]["cause"]
        toml = GOOD_TOML.replace('version = "1.0"', f'id = "{name}"')
        shutil.rmtree(tmp_path / "pack", ignore_errors=True)
        told = install(to_folder(tmp_path, good(toml=toml)), replace=True)
        assert "belongs to EmoCam" in told["problems"][0]["cause"]
    # Not even by hand.
    shutil.rmtree(tmp_path / "pack")
    install(to_folder(tmp_path, good()))
    (data / "discs.zip").rename(data / "classic.zip")
    assert find_pack("classic").name == "Classic"
    assert store.installed() == []


def test_a_zip_that_was_put_there_by_hand_is_not_shown(tmp_path: Path, data: Path) -> None:
    data.mkdir(parents=True)
    shutil.copy(to_zip(tmp_path, good()), data / "discs.zip")
    with pytest.raises(PackError, match="by hand"):
        find_pack("discs")
    assert "by hand" in ask("list")["packs"][-1]["problem"]["cause"]
    assert install(tmp_path / "pack.zip")["problems"] == []  # a broken one may be replaced
    assert find_pack("discs").name == "Discs"


def test_a_check_tells_everything_at_once_and_installs_nothing(tmp_path: Path, data: Path) -> None:
    toml = (
        GOOD_TOML.replace('author = "Somebody"', "")
        + 'alt.de = "Eine Scheibe"\n[pictures.anger]\nalt.en = "Red"\n[pictures.fear]\n'
        + '[pictures.applause]\nalt.en = "Two hands"\n'
    )
    files = {"pack.toml": toml, "neutral.svg": GOOD_SVG, "fear.svg": "<svg", "spare.png": "x"}
    told = ask("check", path=str(to_folder(tmp_path, {**files, "setup.exe": "MZ"})))
    causes = "\n".join(problem["cause"] for problem in told["problems"])
    for words in (
        "setup.exe",
        "author",
        "'anger.svg'",
        "fear.svg: The SVG is no XML",
        "fear has no alt",
    ):
        assert words in causes
    assert len(told["problems"]) == 5
    notes = "\n".join(told["notes"])
    for words in ("'applause'", "'spare.png'", "anger has no alt text in de"):
        assert words in notes
    assert not data.exists()


def test_a_missing_picture_is_noted_with_what_stands_in(tmp_path: Path) -> None:
    findings = inspect_path(to_folder(tmp_path, good()))
    assert findings.problems == []
    assert findings.notes == [
        "neutral is shown for what is missing: " + ", ".join(list(Picture)[1:])
    ]
    toml = GOOD_TOML + '[pictures.happiness]\nfile = "neutral.svg"\nalt.en = "A disc"\n'
    toml += '[pictures.paused]\nfile = "neutral.svg"\nalt.en = "A disc"\n'
    shutil.rmtree(tmp_path / "pack")
    findings = inspect_path(to_folder(tmp_path, good(toml=toml)))
    assert findings.notes[1] == "paused is shown for what is missing: " + ", ".join(
        picture
        for picture in Picture
        if Picture.PAUSED in list(chain(picture))[1:] and picture is not Picture.PAUSED
    )
    assert "happiness is shown for what is missing: laughing" in findings.notes


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, data: Path) -> None:
    data.parent.parent.write_text("no folder")
    told = install(to_folder(tmp_path, good()))
    assert "cannot be written" in told["problems"][0]["cause"]


def test_what_others_left_unfinished_is_swept_away(tmp_path: Path, data: Path) -> None:
    data.mkdir(parents=True)
    for age, name in ((9999, ".unfinished-old"), (0, ".unfinished-new")):
        (data / name).touch()
        os.utime(data / name, (time.time() - age,) * 2)
    install(to_folder(tmp_path, good()))
    assert sorted(file.name for file in data.iterdir()) == [".unfinished-new", "discs.zip"]
    assert store.installed() == ["discs"]


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6, 0.8, 1.0, 1.3])
def test_an_installation_that_is_killed_leaves_the_old_pack_or_the_new(
    delay: float, tmp_path: Path
) -> None:
    """The times are spread over the run; which state each one meets does not matter."""
    install(to_folder(tmp_path, named("1.0", "#f00")))
    shutil.rmtree(tmp_path / "pack")
    path = to_folder(tmp_path, named("2.0", "#00f"))
    script = (
        "import sys; from emocam.stage.packs.answers import answer;"
        "answer({'do': 'install', 'path': sys.argv[1]})"
    )
    command = [sys.executable, "-P", "-c", script, str(path)]
    child = subprocess.Popen(command, start_new_session=True)
    time.sleep(delay)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    pack = find_pack("discs")
    colour = {"1.0": "#f00", "2.0": "#00f"}[pack.manifest.version]
    assert colour in pack.source(Picture.NEUTRAL)
    assert [one["id"] for one in ask("list")["packs"] if "problem" in one] == []


def test_a_picture_that_breaks_at_run_time_falls_back_and_is_told_once() -> None:
    files = {"neutral.svg": GOOD_SVG.encode(), "fear.png": b"broken"}
    toml = GOOD_TOML + "[pictures.fear]\nfile = 'fear.png'\n[pictures.anger]\n"

    def read(name: str) -> bytes:
        if name not in files:
            raise PackError(f"{name} has gone", "Install the pack again")
        return files[name]

    told: list[PackError] = []
    artist = Artist(FilePack(read_manifest(toml.encode()), read), told.append)
    neutral = artist.draw(Picture.NEUTRAL, 64).tobytes()
    for picture in (Picture.FEAR, Picture.ANGER) * 3:
        assert artist.draw(picture, 64).tobytes() == neutral
    assert [error.cause.split('"')[1] for error in told] == ["fear", "anger"]


def test_a_path_that_cannot_be_a_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    paths = ("/dev/zero", "x" * 5000, tmp_path / "ring", tmp_path / "nowhere")
    for path, words in zip(paths, ("a device", "cannot be read", "", "There is no"), strict=True):
        problem = ask("check", path=str(path))["problems"][0]
        assert words in problem["cause"]
        assert problem["remedy"]


@pytest.mark.parametrize("word", ["discs-", "discs_", "my--discs"])
def test_an_id_under_which_a_pack_would_not_be_found_is_refused(word: str, tmp_path: Path) -> None:
    toml = GOOD_TOML.replace('name = "Discs"', f'name = "Discs"\nid = "{word}"')
    assert toml != GOOD_TOML
    (problem,) = install(to_folder(tmp_path, good(toml=toml)))["problems"]
    assert "the id" in problem["cause"]
    assert f'"{identifier(word)}"' in problem["remedy"]


@pytest.mark.parametrize("output", ["/", "/dev/null", ""])
def test_a_sheet_goes_to_a_plain_file_only(output: str) -> None:
    refusal = ask("sheet", name="classic", output=output)["error"]
    assert "cannot be written" in refusal["cause"]
    assert refusal["remedy"]
    assert not Path("/dev/null").is_file()


def test_versions_are_compared_as_numbers() -> None:
    ordered = ["0", "0.1", "0.9", "0.10", "1", "1.0.1", "2"]
    numbers = [Manifest(version=version).version_number for version in ordered]
    assert numbers == sorted(numbers)
    assert Manifest(version="1.0").version_number == Manifest(version="1").version_number


def test_the_pack_that_ships_passes_its_own_inspection() -> None:
    for folder in store.built_in().values():
        findings = inspect_path(folder)
        assert findings.problems == []
        assert isinstance(find_pack(folder.name).artwork(Picture.NEUTRAL), Drawing)
