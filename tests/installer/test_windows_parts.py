"""What is pure in the builders for Windows and macOS."""

from __future__ import annotations

import hashlib
import plistlib
import re
import zipfile
from pathlib import Path

import pytest

from installer.macos import bundle
from installer.papers.lock import locked
from installer.steps import BuildError
from installer.windows import camera, launchers, wheels
from installer.windows.__main__ import HERE, listing
from installer.windows.embeddable import PATH_FILE


def wheel(folder: Path, files: dict[str, bytes], record: dict[str, str] | None = None) -> Path:
    """A wheel with these files, and a RECORD that is right but for what is given."""
    sums = {name: wheels._sum(data) for name, data in files.items()} | (record or {})
    lines = [f"{name},{value},{len(files[name])}\n" for name, value in sums.items()]
    path = folder / "made-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr("made-1.0.dist-info/RECORD", "".join(lines))
    return path


def test_each_requirement_of_windows_has_hashes_and_none_is_of_another_system() -> None:
    lines = wheels.requirements().splitlines()
    names = {line.partition("==")[0] for line in lines}
    assert len(lines) == len(names) > 20
    assert all("--hash=sha256:" in line for line in lines)
    assert "colorama" in names
    assert not {"python-xlib", "pyobjc-core"} & names
    assert names <= {each.name for each in locked()}


def test_a_wheel_is_unpacked_without_what_is_never_loaded(tmp_path: Path) -> None:
    files = {"made/a.py": b"a = 1\n", "made/a.pyi": b"a: int\n", "made-1.0.data/scripts/x": b"x"}
    left_out = wheels.unpack([wheel(tmp_path, files)], tmp_path / "site")
    assert (tmp_path / "site/made/a.py").read_bytes() == b"a = 1\n"
    assert {path.name for path in (tmp_path / "site/made").iterdir()} == {"a.py"}
    assert left_out >= len(b"a: int\n")


def test_a_wheel_that_is_not_as_its_record_says_is_refused(tmp_path: Path) -> None:
    made = wheel(tmp_path, {"made/a.py": b"a = 1\n"}, {"made/a.py": wheels._sum(b"a = 2\n")})
    with pytest.raises(BuildError, match="RECORD"):
        wheels.unpack([made], tmp_path / "site")


def test_a_wheel_that_would_write_outside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="outside"):
        wheels.unpack([wheel(tmp_path, {"../a.py": b"a = 1\n"})], tmp_path / "site")


def test_launchers_end_in_a_zip_that_starts_emocam(tmp_path: Path) -> None:
    launchers.put(tmp_path)
    for name, python in (("emocam.exe", b"python.exe"), ("emocamw.exe", b"pythonw.exe")):
        data = (tmp_path / name).read_bytes()
        assert data.startswith(b"MZ")
        assert b"#!<launcher_dir>\\" + python + b"\n" in data
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert b"from emocam.__main__ import main" in archive.read("__main__.py")


def test_files_are_listed_in_the_same_order_and_quoted(tmp_path: Path) -> None:
    for name in ("b.txt", "a$.txt", "Lib/x/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    lines = listing(tmp_path).splitlines()
    assert [line for line in lines if line.startswith("SetOutPath")] == [
        'SetOutPath "$INSTDIR\\app\\Lib\\x"',
        'SetOutPath "$INSTDIR\\app"',
    ]
    assert any(line.endswith('a$$.txt"') for line in lines)
    assert lines == listing(tmp_path).splitlines()


def test_the_path_file_lets_nothing_in_from_outside() -> None:
    assert "import site" not in PATH_FILE
    assert PATH_FILE.split() == ["python311.zip", ".", "Lib\\site-packages"]


def test_the_camera_is_taken_only_with_the_right_sums(tmp_path: Path) -> None:
    with pytest.raises(camera.CameraRefusedError, match="cannot be read"):
        camera.check(tmp_path, camera.KNOWN)
    for name in camera.FILES:
        (tmp_path / name).write_bytes(name.encode())
    with pytest.raises(camera.CameraRefusedError, match="has the sha256"):
        camera.check(tmp_path, camera.KNOWN)
    sums = ",".join(hashlib.sha256(name.encode()).hexdigest().upper() for name in camera.FILES)
    files = camera.check(tmp_path, camera.stated(sums))
    assert [path.name for path in files] == list(camera.FILES)


@pytest.mark.parametrize(
    "text", ["abc", "0" * 64, ",".join(["0" * 64] * 3), "g" * 64 + "," + "0" * 64]
)
def test_sums_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(camera.CameraRefusedError, match="two sums"):
        camera.stated(text)


def test_each_filter_is_registered_by_the_regsvr32_of_its_kind() -> None:
    every = camera.commands(Path("C:/x"), Path("C:/Windows"), remove=False)
    assert [Path(words[0]).parent.name for words in every] == ["System32", "SysWOW64"]
    assert all("/i:UnityCaptureName=EmoCam" in words for words in every)
    assert all("/u" in words for words in camera.commands(Path(), Path(), remove=True))
    codes = iter((1, 0))
    tried: list[list[str]] = []
    assert not camera.perform(every, lambda words: (tried.append(words), next(codes))[1])
    assert tried == every


def test_nothing_is_unpacked_where_users_can_write() -> None:
    """Plugins and what runs meanwhile lie below $TEMP, which is SYSTEM's for device management."""
    script = (HERE / "emocam.nsi").read_text(encoding="utf-8")
    for function in (".onInit", "un.onInit"):
        first = script.partition(f"Function {function}\n")[2].splitlines()[0].strip()
        assert first == "!insertmacro SafeTemp"
    assert 'UnsafeStrCpy $TEMP "$PROGRAMFILES64"' in script
    assert "$TEMP\\" not in script, "no file of a known name lies there either"


def test_every_exit_code_and_switch_of_the_installer_is_documented() -> None:
    script = (HERE / "emocam.nsi").read_text(encoding="utf-8")
    guide = (HERE.parents[1] / "docs" / "install-windows.md").read_text(encoding="utf-8")
    codes = re.findall(r"^!define E_\w+ (\d+)", script, re.MULTILINE)
    assert len(codes) == 6
    assert all(f"| {code} |" in guide for code in codes)
    switches = set(re.findall(r'"/([A-Z0-9]+)="', script))
    assert {"AUTOSTART", "CAMERADIR", "VCREDIST", "LOG", "CLASSREPORTS"} <= switches
    assert all(f"`/{switch}=" in guide for switch in switches)


def test_the_mac_application_says_what_the_camera_is_for() -> None:
    about = plistlib.loads(bundle.property_list("1.2.3"))
    assert about["NSCameraUsageDescription"]
    assert about["CFBundleShortVersionString"] == "1.2.3"
    agent = plistlib.loads(bundle.launch_agent("/Applications/EmoCam.app"))
    assert agent["ProgramArguments"][1:] == ["run", "--at-login"]
    assert bundle.ENTITLEMENTS["com.apple.security.device.camera"] is True
