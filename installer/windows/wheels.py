"""The locked wheels for Windows, unpacked; what EmoCam never loads is left out."""

from __future__ import annotations

import base64
import compileall
import csv
import hashlib
import py_compile
import re
import sys
import zipfile
from pathlib import Path

from packaging.markers import Marker

from installer.papers.lock import LOCK, locked
from installer.steps import WORK, BuildError, pip, run

#: Of the Windows that the installer is for, in the words of PEP 508.
ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_release": "10",
    "platform_system": "Windows",
    "platform_version": "10",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "win32",
    "extra": "",
}

#: What is left out, and why: patterns of paths below site-packages. Licences and metadata stay.
RULES: tuple[tuple[str, str], ...] = (
    (r"(numpy|pandas|pyarrow|ibis|tqdm|dateutil)/(.*/)?tests/.*", "their tests"),
    (r"pandas/conftest\.py", "their tests"),
    (r"(?!.*\.dist-info/).*\.(pyi|pxd|pxi|pyx|h|hpp|hh|a|lib|pdb|cmake|cc|cpp|c)", "for compilers"),
    (r"(.*/)?py\.typed", "for type checkers"),
    (r"pyarrow/(include|src)/.*", "for compilers"),
    (r"pyarrow/(_flight|_s3fs|_gcsfs|_azurefs|_hdfs|arrow_flight).*", "network"),
    (r"pyarrow/(_orc|_substrait|_cuda|arrow_substrait).*", "not used"),
    (r"ai_edge_litert/(vendors|tools)/.*", "compilers for other chips"),
    (r"ai_edge_litert/libLiteRtWebGpuAccelerator\.dll", "a GPU is never used"),
    (r"PySide6/(doc|glue|include|lib|metatypes|modules|qml|resources|sbom|scripts|support|"
     r"typesystems|examples)/.*", "for Qt's developers, and QML"),
    (r"PySide6/[a-zA-Z_]+\.exe", "Qt's tools for developers"),
    (r"PySide6/opengl32sw\.dll", "widgets are drawn without OpenGL"),
    (r"PySide6/translations/(?!qtbase_).*", "texts of parts that are not there"),
    (r"PySide6/plugins/(?!(platforms|styles|imageformats|iconengines)/).*", "plugins of those"),
    (r"PySide6/plugins/platforms/qdirect2d\.dll", "another way to draw"),
    (r"PySide6/plugins/imageformats/qpdf\.dll", "no PDF is shown"),
    (r"PySide6/(Qt6|Qt)(?!(Core|Gui|Widgets|Svg)\.(dll|pyd)$)\w+\.(dll|pyd)", "parts not used"),
    (r"shiboken6/(Shiboken|include|lib)/.*", "for compilers"),
    (r"[^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)", "pip's own notes"),
)  # fmt: skip


def requirements() -> str:
    """The part of the lock that Windows needs, as pip reads it, hashes included."""
    wanted = []
    for each in locked():
        if not each.marker or Marker(each.marker).evaluate(ENVIRONMENT):
            hashes = " ".join(f"--hash=sha256:{sha256}" for sha256 in each.sha256)
            wanted.append(f"{each.name}=={each.version} {hashes}\n")
    return "".join(wanted)


def fetch() -> list[Path]:
    """The wheels, from the package index, each with a hash of the lock.

    Raises:
        BuildError: if one cannot be had.
    """
    folder = WORK / "windows" / "wheels"
    stamp = folder / "of.sha256"
    key = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != key:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.whl"):
            old.unlink()
        wanted = folder / "windows.txt"
        wanted.write_text(requirements(), encoding="utf-8")
        command = [*pip(), "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--platform", "win_amd64", "--python-version", "3.11"]
        command += ["--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
        run([*command, "--only-binary=:all:", "--dest", folder, "--requirement", wanted])
        stamp.write_text(key)
    return sorted(folder.glob("*.whl"))


def unpack(wheels: list[Path], site: Path) -> int:
    """Unpack wheels as pip does (PyPA, "Binary distribution format"), without what is left out.

    Args:
        wheels: of pure Python or for Windows.
        site: the folder site-packages.

    Returns:
        How many bytes were left out.

    Raises:
        BuildError: if a file is not what its wheel's RECORD says, or lies outside.
    """
    left_out = 0
    rules = [re.compile(pattern) for pattern, _ in RULES]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            sums = _record(archive, wheel.name)
            for info in sorted(archive.infolist(), key=lambda each: each.filename):
                name = _place(info.filename)
                if info.is_dir() or name is None:
                    continue
                if any(rule.fullmatch(name) for rule in rules):
                    left_out += info.file_size
                    continue
                path = (site / name).resolve()
                if not path.is_relative_to(site.resolve()):
                    raise BuildError(f"{wheel.name} would write outside: {name}")
                data = archive.read(info)
                if sums.get(info.filename) not in (_sum(data), "") or info.filename not in sums:
                    raise BuildError(f"{info.filename} of {wheel.name} is not as its RECORD says")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    return left_out


def _place(name: str) -> str | None:
    """Where a wheel's file goes below site-packages; None for scripts and the like."""
    if found := re.match(r"[^/]+\.data/(purelib|platlib)/(.+)", name):
        return found[2]
    return None if re.match(r"[^/]+\.data/", name) else name


def _record(archive: zipfile.ZipFile, wheel: str) -> dict[str, str]:
    names = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/RECORD", name)]
    if len(names) != 1:
        raise BuildError(f"{wheel} has no RECORD")
    lines = archive.read(names[0]).decode().splitlines()
    return {row[0]: row[1] for row in csv.reader(lines) if row}


def _sum(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def compile_all(site: Path) -> None:
    """Compile all modules: those who run EmoCam may not write where it lies.

    The compiled files carry the hash of their source, so that they are the same in each build.

    Raises:
        BuildError: if this is not the Python that the installer carries.
    """
    if sys.version_info[:2] != (3, 11):
        raise BuildError("The Windows installer is built with Python 3.11, whose code it carries")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(
        site, quiet=2, invalidation_mode=mode, stripdir=str(site), workers=1, force=True
    )
