"""The Windows installer, tried under Wine: a smoke test, and no proof for Windows itself.

Two things differ from Windows. Wine 10 lacks a function of the C runtime that NumPy 2 calls, so
NumPy 1.26.4 takes its place after the installation; and Microsoft's runtime comes from the wheel
msvc-runtime on PyPI, as an administrator would install it.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from wine import ROOT, Wine

from emocam import __version__
from installer.steps import WORK, pip
from installer.windows.__main__ import sign

APP = "C:\\Program Files\\EmoCam\\app\\"
EMOCAM = APP + "emocam.exe"
UNINSTALL = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\EmoCam"
SAMPLE = ROOT / "build/samples/WolfgangLanger_Pexels.mp4"
WHEELS = {"numpy==1.26.4": "win_amd64", "msvc-runtime==14.44.35112": "win_amd64"}


def installer() -> Path:
    """The installer, built if it is not in ``dist/``."""
    path = ROOT / "dist" / f"EmoCam-{__version__}-x64.exe"
    if not path.exists():
        subprocess.run(
            [sys.executable, "-m", "installer.windows", "dist", "--fast"], check=True, cwd=ROOT
        )
    return path


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    for tool in ("debootstrap", "makensis", "osslsigncode"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    if os.geteuid() != 0:
        pytest.skip("needs root for a chroot")
    made = Wine(Path(os.environ.get("EMOCAM_WINE_ROOT", ROOT / "build/dist/wine")))
    try:
        made.make()
        shutil.copy(installer(), made.work / "setup.exe")
        shutil.copy(SAMPLE, made.work / "sample.mp4")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What Wine needs instead of what Windows has."""
    found = {}
    for requirement, platform in WHEELS.items():
        folder = tmp_path_factory.mktemp("wheel")
        command = [*pip(), "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--platform", platform, "--python-version", "3.11", "--implementation", "cp"]
        subprocess.run([*command, "--dest", str(folder), requirement], check=True)
        found[requirement.partition("==")[0]] = next(folder.glob("*.whl"))
    return found


def log(wine: Wine, name: str) -> str:
    return wine.drive(name).read_bytes().decode("utf-16-le", errors="replace")


@pytest.mark.dist("Windows: without Microsoft's runtime the installer refuses and changes nothing")
def test_no_runtime(wine: Wine, figure: Callable[[str], None]) -> None:
    done = wine.run("setup.exe", "/S", "/LOG=C:\\one.log")
    assert done.returncode == 15
    assert "vc_redist.x64.exe" in log(wine, "one.log")
    assert not wine.drive("Program Files", "EmoCam").exists()
    figure("exit code 15")


@pytest.mark.dist("Windows: a virtual camera with another sum is refused, and nothing is changed")
def test_foreign_camera(wine: Wine, wheels: dict[str, Path], figure: Callable[[str], None]) -> None:
    with zipfile.ZipFile(wheels["msvc-runtime"]) as archive:
        for name in archive.namelist():
            if name.endswith("data/data/vcruntime140_threads.dll"):
                wine.drive("windows/system32/vcruntime140_threads.dll").write_bytes(
                    archive.read(name)
                )
    (wine.work / "camera").mkdir()
    for bits in (64, 32):
        (wine.work / "camera" / f"UnityCaptureFilter{bits}bit.dll").write_bytes(b"another one")
    done = wine.run("setup.exe", "/S", "/CAMERADIR=Z:\\work\\camera", "/LOG=C:\\two.log")
    assert done.returncode == 14
    assert "has the sha256" in log(wine, "two.log")
    assert not wine.drive("Program Files", "EmoCam").exists()
    figure("exit code 14")


@pytest.mark.dist("Windows: silent installation")
def test_install(wine: Wine, wheels: dict[str, Path], figure: Callable[[str], None]) -> None:
    assert wine.run("setup.exe", "/S", "/AUTOSTART=2").returncode == 16
    began = time.monotonic()
    done = wine.run("setup.exe", "/S", "/AUTOSTART=1", "/LOG=C:\\three.log", seconds=300)
    took = time.monotonic() - began
    assert done.returncode == 0, log(wine, "three.log")
    entry = wine.run("reg", "query", UNINSTALL).stdout
    assert __version__ in entry
    assert '"C:\\Program Files\\EmoCam\\uninstall.exe" /S' in entry
    run = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    assert 'emocamw.exe" run --wait' in wine.run("reg", "query", run).stdout
    app = wine.drive("Program Files/EmoCam/app")
    size = sum(path.stat().st_size for path in app.rglob("*") if path.is_file())
    packed = (wine.work / "setup.exe").stat().st_size
    site = app / "Lib/site-packages"
    for path in (*site.glob("numpy*"),):
        shutil.rmtree(path)
    with zipfile.ZipFile(wheels["numpy"]) as archive:
        archive.extractall(site)
    figure(f"{packed / 1e6:.0f} MB, {size / 1e6:.0f} MB installed in {took:.0f} s under Wine")


@pytest.mark.dist(
    "Windows: emocam --version, doctor --json, and the policy that forbids class reports"
)
def test_commands(wine: Wine, figure: Callable[[str], None]) -> None:
    assert wine.run(EMOCAM, "--version").stdout.strip() == f"emocam {__version__}"
    checks = {
        each["id"]: each
        for each in json.loads(wine.run(EMOCAM, "doctor", "--json").stdout)["checks"]
    }
    assert checks["model"]["status"] == checks["face-model"]["status"] == "ok"
    assert checks["pack"]["status"] == checks["composition"]["status"] == "ok"
    assert "UnityCapture" in checks["virtual-camera-filter"]["remedy"]
    policy = wine.run(EMOCAM, "policy", "show").stdout
    assert "session.class_reports" in policy
    figure(f"{len(checks)} checks")


@pytest.mark.dist("Windows: a run from a file to a file, told over the control pipe what to do")
def test_run(wine: Wine, figure: Callable[[str], None]) -> None:
    words = ("--output", "Z:\\work\\out.mp4")
    started = subprocess.Popen(
        wine.command(
            EMOCAM, "run", "--no-tray", "--camera", "Z:\\work\\sample.mp4", "--set",
            "camera.loop=true", *words, "--events", "Z:\\work\\events.jsonl",
        ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 90
        status: dict[str, object] = {}
        while time.monotonic() < end and status.get("shown") != ["happiness"]:
            time.sleep(1)
            answer = wine.run(EMOCAM, "ctl", *words, "status", "--json")
            status = json.loads(answer.stdout) if answer.returncode == 0 else {}
        assert status["shown"] == ["happiness"]
        assert wine.run(EMOCAM, "ctl", *words, "hold", "heart").returncode == 0
        assert wine.run(EMOCAM, "ctl", *words, "quit").returncode == 0
        assert started.wait(30) == 0
    finally:
        started.kill()
        started.wait()
    assert wine.run(EMOCAM, "ctl", *words, "status").returncode == 9
    read = [json.loads(line) for line in (wine.work / "events.jsonl").read_text().splitlines()]
    assert {"sadness", "happiness"} <= {each["expression"] for each in read}
    assert (wine.work / "out.mp4").stat().st_size > 50_000
    figure(f"{len(read)} readings")


@pytest.mark.dist("Windows: installing over itself, then removal, leaves nothing")
def test_remove(wine: Wine, figure: Callable[[str], None]) -> None:
    assert wine.run("setup.exe", "/S", "/LOG=C:\\four.log", seconds=300).returncode == 0
    assert not wine.drive("Program Files/EmoCam/app.old").exists()
    wine.run("C:\\Program Files\\EmoCam\\uninstall.exe", "/S", "/LOG=C:\\five.log")
    end = time.monotonic() + 60  # it goes on in a copy of itself, as NSIS's do
    while time.monotonic() < end and wine.drive("Program Files/EmoCam").exists():
        time.sleep(0.5)
    assert not wine.drive("Program Files/EmoCam").exists()
    for key in (UNINSTALL, "HKLM\\Software\\Policies\\EmoCam"):
        assert wine.run("reg", "query", key).returncode != 0
    assert list(wine.drive("ProgramData").rglob("*EmoCam*")) == []
    figure("no file, no key")


@pytest.mark.dist("Windows: two builds, elsewhere and at another hour, are the same, byte by byte")
def test_reproducible(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """With zlib: LZMA, which NSIS runs in one thread, takes minutes. EMOCAM_SQUEEZE=xz has it."""
    for tool in ("makensis", "osslsigncode"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    fast = [] if os.environ.get("EMOCAM_SQUEEZE") == "xz" else ["--fast"]
    built = []
    began = time.monotonic()
    for name, zone, mask in (("one", "Pacific/Auckland", 0o022), ("two", "UTC", 0o077)):
        folder, work = tmp_path / name, WORK / f"windows-{name}"
        subprocess.run(
            [sys.executable, "-m", "installer.windows", folder, "--work", work, *fast],
            check=True, cwd=ROOT, env={**os.environ, "TZ": zone}, umask=mask, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        built.append(next(folder.glob("*.exe")))
    took = (time.monotonic() - began) / 2
    assert filecmp.cmp(*built, shallow=False), "compare build/dist/windows-*/tree"
    for name in ("one", "two"):
        shutil.rmtree(WORK / f"windows-{name}")
    size = built[0].stat().st_size
    figure(f"{size / 1e6:.0f} MB with {'zlib' if fast else 'LZMA'}, {took:.0f} s each")


@pytest.mark.dist("Windows: signed with a certificate of the caller's, and verified")
def test_signing(tmp_path: Path, figure: Callable[[str], None]) -> None:
    for tool in ("openssl", "osslsigncode"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
         str(certificate), "-days", "2", "-subj", "/CN=EmoCam test", "-addext",
         "extendedKeyUsage=codeSigning"],
        check=True, capture_output=True,
    )  # fmt: skip
    path = tmp_path / "setup.exe"
    shutil.copy(installer(), path)
    hook = tmp_path / "hook.sh"
    hook.write_text(
        f'osslsigncode sign -certs "{certificate}" -key "{key}" -in "$1" -out "$1.signed" '
        '&& mv "$1.signed" "$1"\n'
    )
    sign(path, f"sh {hook}")
    verify = ["osslsigncode", "verify", "-CAfile", str(certificate), "-in", str(path)]
    said = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    assert "CN=EmoCam test" in said.stdout
    with path.open("r+b") as file:  # one byte of the program
        file.seek(5000)
        file.write(b"X")
    assert subprocess.run(verify, capture_output=True, check=False).returncode != 0
    figure("signed and verified; a changed byte is found")
