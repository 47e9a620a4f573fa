"""What the wheels bring and EmoCam never loads: left out of the package, with the reason.

Files are left out whole; none is changed. Licences, notices and the metadata of each wheel stay.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from installer.linux.elf import Binary, binaries

#: Pattern of a path below site-packages, and why it is left out.
RULES: tuple[tuple[str, str], ...] = (
    (r"(numpy|pandas|pyarrow|ibis|tqdm|dateutil)/(.*/)?tests/.*", "tests of the libraries"),
    (r"(pandas|pyarrow)/conftest\.py", "tests of the libraries"),
    (r"tqdm/completion\.sh", "for a command that is not there"),
    (r"(?!.*\.dist-info/).*\.(pyi|pxd|pxi|pyx|h|hpp|hh|a|cmake|cc|cpp|c)", "for compilers only"),
    (r"(.*/)?py\.typed", "for type checkers only"),
    (r"pyarrow/(include|src)/.*", "for compilers only"),
    # EmoCam opens no network; these would.
    (r"pyarrow/_(flight|s3fs|gcsfs|azurefs|hdfs)\..*", "file systems over a network"),
    (r"pyarrow/(flight|_substrait|substrait|gandiva|cuda|_cuda|_orc|orc)\..*", "not used"),
    (r"ai_edge_litert/(vendors|tools)/.*", "compilers for other chips"),
    (r"ai_edge_litert/libLiteRtWebGpuAccelerator\.so", "a GPU is never used"),
    (r"PySide6/(doc|glue|include|lib|scripts|support|typesystems)/.*", "for Qt's developers"),
    (r"PySide6/[a-z]+", "Qt's tools for developers"),
    (r"PySide6/Qt/(libexec|metatypes|mkspecs|modules|qml|resources|sbom)/.*", "no QML is used"),
    (r"PySide6/Qt/translations/(?!qtbase_).*", "texts of parts that are not there"),
    (
        r"PySide6/Qt/plugins/(?!(iconengines|imageformats|platforminputcontexts|platforms|"
        r"platformthemes|wayland-[a-z-]*client|wayland-shell-integration|"
        r"xcbglintegrations)/).*",
        "plugins of parts that are not there",
    ),
    (
        r"PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc)\.so",
        "no desk",
    ),
    (r"PySide6/Qt/plugins/imageformats/libqpdf\.so", "no PDF is shown"),
    (r"PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin\.so", "needs QML"),
    (r"shiboken6/(Shiboken|include|lib)/.*", "for compilers only"),
    # The package is dpkg's, not pip's: it must not offer itself to be uninstalled by that.
    (r"[^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)", "pip's own notes"),
)
#: Shared libraries that stay only where something that stays asks for them.
POOLS = re.compile(r"(PySide6/Qt/lib|PySide6|pyarrow)/lib\w[^/]*\.so[^/]*|[^/]+\.libs/.*")
_BINDING = re.compile(r"PySide6/(Qt\w+)\.abi3\.so")
_QT_LIBRARY = re.compile(r"libQt6(\w+)\.so\.6")
_USUAL = frozenset({"QtCore", "QtGui", "QtWidgets"})


def superfluous(site: Path, source: Path) -> dict[Path, str]:
    """What to leave out.

    Args:
        site: the site-packages folder, filled.
        source: EmoCam's own package, whose imports say which parts of Qt are used.

    Returns:
        The reason, by path.
    """
    rules = [(re.compile(pattern), reason) for pattern, reason in RULES]
    out: dict[Path, str] = {}
    rest: list[Path] = []
    for path in sorted(each for each in site.rglob("*") if each.is_file() or each.is_symlink()):
        name = path.relative_to(site).as_posix()
        for pattern, reason in rules:
            if pattern.fullmatch(name):
                out[path] = reason
                break
        else:
            rest.append(path)
    shared = binaries(rest)
    bindings = _bindings(site, shared, qt_modules(source))
    for each in shared:
        name = each.path.relative_to(site).as_posix()
        if (binding := _BINDING.fullmatch(name)) and binding[1] not in bindings:
            out[each.path] = "a part of Qt that is not used"
    for each in unneeded(site, [each for each in shared if each.path not in out]):
        out[each] = "a library that nothing left asks for"
    return out


def qt_modules(source: Path) -> set[str]:
    """The modules of PySide6 that a package's modules import; the usual ones at least."""
    found = set(_USUAL)
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "PySide6":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6."):
                found.add((node.module or "").split(".")[1])
            elif isinstance(node, ast.Import):
                words = [alias.name.split(".") for alias in node.names]
                found |= {word[1] for word in words if word[0] == "PySide6" and len(word) > 1}
    return found


def _bindings(site: Path, shared: Iterable[Binary], wanted: set[str]) -> set[str]:
    """The wanted modules of PySide6 and those that they import themselves.

    A binding of a Qt library imports the bindings of the libraries that this one asks for.
    """
    needs: dict[str, set[str]] = {}
    for each in shared:
        name = each.path.relative_to(site).as_posix()
        if (found := _BINDING.fullmatch(name)) or (found := _QT_LIBRARY.fullmatch(each.soname)):
            key = found[1] if found[1].startswith("Qt") else f"Qt{found[1]}"
            parts = (_QT_LIBRARY.fullmatch(library) for library in each.needed)
            needs.setdefault(key, set()).update(f"Qt{part[1]}" for part in parts if part)
    kept: set[str] = set()
    queue = list(wanted)
    while queue:
        if (name := queue.pop()) not in kept:
            kept.add(name)
            queue += needs.get(name, ())
    return kept


def unneeded(site: Path, shared: list[Binary]) -> list[Path]:
    """The libraries of the pools that nothing which stays asks for, again and again."""
    left = list(shared)
    while True:
        asked = {name for each in left for name in each.needed}
        stay = []
        for each in left:
            pool = POOLS.fullmatch(each.path.relative_to(site).as_posix()) is not None
            # Asked for by the name it states, under which its file must be found, too.
            wanted = each.soname in asked and each.path.name == each.soname
            if not pool or wanted:
                stay.append(each)
        if len(stay) == len(left):
            kept = {each.path for each in left}
            return [each.path for each in shared if each.path not in kept]
        left = stay
