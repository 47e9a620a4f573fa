"""Builds the machine that the end-to-end test boots, step by step, under ``build/e2e``.

The host's own kernel may load no modules (a container, a build machine), so the test boots a stock
Debian 12 kernel in QEMU on the host's own root file system. No disk image is built and nothing is
changed on the host beyond Debian packages: kernel, headers and v4l2loopback are only unpacked into
``build/e2e``.

Each step leaves a stamp and is skipped while what it depends on is unchanged.
``python tests/e2e/rig.py`` runs them all without booting.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import os
import shlex
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
BUILD = REPO / "build" / "e2e"
FILM = REPO / "build" / "samples" / "WolfgangLanger_Pexels.mp4"

#: The Debian releases whose v4l2loopback is tried, both built for the kernel of the first.
SUITES = ("bookworm", "trixie")

#: Modules that the guest needs before it sees the host's root file system.
BOOT_MODULES = ("virtio_pci", "virtio-rng", "9pnet_virtio", "9p", "overlay")

#: Size and rate of the film that stands in for the person before the webcam. The guest plays it at
#: a third of this rate: everything in there is slow, and so each expression stays long enough.
FILM_SIZE = (640, 360)
FILM_RATE = 12


class RigError(RuntimeError):
    """The machine to boot cannot be built; the message says what to do."""


def _say_nothing(_line: str) -> None:
    pass


class Rig:
    """The set-up steps and where their results lie.

    Args:
        say: takes one line of progress at a time.
    """

    def __init__(self, say: Callable[[str], None] = _say_nothing) -> None:
        self.say = say
        self.debs = BUILD / "debs"
        self.tree = BUILD / "root"
        self.modules = BUILD / "modules"
        self.initramfs = BUILD / "boot" / "initramfs.gz"
        self.kernel = BUILD / "boot" / "vmlinux"
        self.venv = BUILD / "venv"
        self.installed = BUILD / "installed"
        self.face = BUILD / "face.png"
        self.film = BUILD / "film.yuyv"
        self.references = BUILD / "references"

    # -- the steps ------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Run every step that is not done yet.

        Raises:
            RigError: if a step fails; the message names the cause and, where known, the remedy.
        """
        os.umask(0o022)  # the guest's ordinary user reads what is made here
        BUILD.mkdir(parents=True, exist_ok=True)
        self._packages()
        for suite in SUITES:
            self._step(f"packages-{suite}", [suite, *self._deb_names(suite)], self._download, suite)
        release = self.release
        self._step("kernel", [release], self._unpack_kernel)
        for suite in SUITES:
            self._step(f"module-{suite}", [release, suite, "tree"], self._build_module, suite)
        self._step("initramfs", [release, _digest([HERE / "guest" / "init"])], self._initramfs)
        self._step("vmlinux", [release], self._vmlinux)
        self._step("emocam", [_digest(_sources()), sys.version], self._install)
        self._step("package", [_digest([*_sources(), *_installer()])], self._debian_package)
        self._step("film", [str(FILM_SIZE), str(FILM_RATE), "face"], self._make_film)
        self._step(
            "references", [_digest(_sources()), _digest([HERE / "references.py"])], self._render
        )

    @property
    def release(self) -> str:
        """The release of the guest's kernel, such as ``6.1.0-40-amd64``."""
        return (BUILD / "release").read_text().strip()

    def module(self, suite: str) -> Path:
        """The kernel module that was built from the suite's source."""
        return self.modules / suite / "v4l2loopback.ko"

    def module_tree(self, suite: str) -> Path:
        """The root below which the kernel's modules lie, the suite's v4l2loopback among them."""
        return self.modules / suite / "tree"

    def module_version(self, suite: str) -> str:
        """The upstream version of the suite's v4l2loopback."""
        return (self.modules / suite / "version").read_text().strip()

    def _step(
        self, name: str, key: list[str], action: Callable[..., None], *arguments: str
    ) -> None:
        stamp = BUILD / "stamps" / name
        text = json.dumps(key)
        if stamp.exists() and stamp.read_text() == text:
            return
        self.say(f"set-up: {name} ...")
        began = time.monotonic()
        stamp.unlink(missing_ok=True)
        action(*arguments)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(text)
        self.say(f"set-up: {name} took {time.monotonic() - began:.1f} s")

    # -- Debian ---------------------------------------------------------------------------------

    def _packages(self) -> None:
        wanted = packages()
        missing = [name for name in wanted if not _installed(name)]
        if not missing:
            return
        command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise RigError(
                "The end-to-end test needs Debian packages that are not installed. As root: "
                + " ".join(command)
            )
        self.say("set-up: installing " + " ".join(missing))
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "-qq", "update"], "apt-update", env=environment)
        _run(command, "apt-install", env=environment)

    def _apt(self, suite: str) -> list[str]:
        """Options for an apt that knows one suite of the machine's mirror and nothing else."""
        home = BUILD / "apt" / suite
        (home / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (home / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        (home / "status").touch()
        keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
        (home / "sources.list").write_text(f"deb [signed-by={keys}] {_mirror()} {suite} main\n")
        settings = {
            "Dir::Etc::SourceList": home / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State": home,
            "Dir::State::status": home / "status",
            "Dir::Cache": home / "cache",
            "Acquire::Languages": "none",
            "APT::Sandbox::User": "root",
        }
        return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]

    def _deb_names(self, suite: str) -> list[str]:
        names = ["v4l2loopback-dkms"]
        if suite == SUITES[0]:
            names += ["linux-image-amd64", "linux-headers-amd64"]
        return names

    def _download(self, suite: str) -> None:
        apt = self._apt(suite)
        _run(["apt-get", "-qq", *apt, "update"], f"apt-{suite}")
        names = ["v4l2loopback-dkms"]
        if suite == SUITES[0]:
            # The meta package names the release; headers bring their common part and kbuild.
            image = _first(_depends(apt, "linux-image-amd64"), "linux-image-")
            release = image.removeprefix("linux-image-")
            headers = f"linux-headers-{release}"
            parts = [d for d in _depends(apt, headers) if d.startswith("linux-")]
            names += [image, headers, *parts]
            (BUILD / "release").write_text(release + "\n")
        folder = self.debs / suite
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run(["apt-get", "-qq", *apt, "download", *names], f"download-{suite}", cwd=folder)

    # -- kernel and modules -----------------------------------------------------------------------

    def _unpack_kernel(self) -> None:
        shutil.rmtree(self.tree, ignore_errors=True)
        self.tree.mkdir(parents=True)
        for deb in sorted((self.debs / SUITES[0]).glob("linux-*.deb")):
            _run(["dpkg-deb", "-x", str(deb), str(self.tree)], "unpack")
        # The headers' Makefile names the common part by its place on an installed system.
        makefile = self.tree / "usr/src" / f"linux-headers-{self.release}" / "Makefile"
        makefile.write_text(
            makefile.read_text().replace("include /usr/src", f"include {self.tree}/usr/src")
        )
        _run(["busybox", "depmod", "-b", str(self.tree), self.release], "depmod")

    def _build_module(self, suite: str) -> None:
        folder = self.modules / suite
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        deb = _only((self.debs / suite).glob("v4l2loopback-dkms_*.deb"))
        _run(["dpkg-deb", "-x", str(deb), str(folder / "deb")], "unpack")
        source = _only((folder / "deb" / "usr/src").glob("v4l2loopback-*"))
        headers = self.tree / "usr/src" / f"linux-headers-{self.release}"
        build = ["make", "-s", "-C", str(headers), f"M={source}", f"KERNELRELEASE={self.release}"]
        _run([*build, "modules"], f"module-{suite}")
        shutil.copy(source / "v4l2loopback.ko", self.module(suite))
        _run(["strip", "-g", str(self.module(suite))], "strip")
        # As DKMS installs it, for modprobe.
        library = f"lib/modules/{self.release}"
        updates = self.module_tree(suite) / library / "updates/dkms"
        updates.parent.parent.mkdir(parents=True)
        _run(["cp", "-al", self.tree / library, updates.parent.parent], "module-tree")
        updates.mkdir(parents=True)
        shutil.copy(self.module(suite), updates)
        for index in updates.parents[1].glob("modules.*"):
            if index.name not in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
                index.unlink()  # links to the other tree's
        _run(["depmod", "-b", self.module_tree(suite), self.release], "depmod")
        (folder / "version").write_text(source.name.removeprefix("v4l2loopback-") + "\n")

    def _initramfs(self) -> None:
        """A busybox, the modules that reach the host's root, and the script that mounts it."""
        root = BUILD / "initramfs"
        shutil.rmtree(root, ignore_errors=True)
        for name in ("bin", "dev", "lower", "newroot", "proc", "rw", "sys"):
            (root / name).mkdir(parents=True)
        shutil.copy(shutil.which("busybox") or "/bin/busybox", root / "bin/busybox")
        shutil.copy(HERE / "guest" / "init", root / "init")
        (root / "init").chmod(0o755)
        library = f"lib/modules/{self.release}"
        for path in _with_dependencies(self.tree / library, BOOT_MODULES):
            target = root / library / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.tree / library / path, target)
        for listing in ("modules.order", "modules.builtin"):
            shutil.copy(self.tree / library / listing, root / library / listing)
        _run(["busybox", "depmod", "-b", str(root), self.release], "depmod")
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
        archive = subprocess.run(
            ["busybox", "cpio", "-o", "-H", "newc"],
            cwd=root,
            input="\n".join(names).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        ).stdout
        self.initramfs.parent.mkdir(parents=True, exist_ok=True)
        self.initramfs.write_bytes(gzip.compress(archive, 1))

    def _vmlinux(self) -> None:
        """Take the kernel out of its compressed file, or an emulated CPU does that at each boot.

        Offsets: Documentation/arch/x86/boot.rst of the Linux kernel, "The Real-Mode Kernel Header".
        """
        image = (self.tree / "boot" / f"vmlinuz-{self.release}").read_bytes()
        setup_sectors = image[0x1F1]
        offset, length = struct.unpack_from("<II", image, 0x248)
        start = (setup_sectors + 1) * 512 + offset
        payload = image[start : start + length]
        self.kernel.parent.mkdir(parents=True, exist_ok=True)
        if payload.startswith(b"\xfd7zXZ\0"):
            self.kernel.write_bytes(lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload))
        else:  # another compression: QEMU can start the compressed file too, only slower
            self.kernel.write_bytes(image)

    # -- EmoCam, the film, the references ---------------------------------------------------------

    def _install(self) -> None:
        """Build the wheel and install it in a virtual environment of its own, as a user would."""
        wheels = BUILD / "wheel"
        shutil.rmtree(wheels, ignore_errors=True)
        python = self.venv / "bin/python"
        if not python.exists():
            base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
            _run([base, "-m", "venv", "--without-pip", self.venv], "venv")
        pip = _pip()
        build = ["--no-build-isolation", "--no-deps", "--wheel-dir", wheels]
        _run([*pip, "--python", sys.executable, "wheel", "--quiet", *build, REPO], "wheel")
        wheel = _only(wheels.glob("emocam-*.whl"))
        into = [*pip, "--python", python, "install", "--quiet"]
        _run([*into, "--require-hashes", "-r", REPO / "requirements/run.txt"], "install")
        _run([*into, "--no-deps", "--force-reinstall", wheel], "install")

    def _debian_package(self) -> None:
        """Build the Debian package and lay out what it installs, as dpkg does."""
        # Its compression takes minutes and says nothing here; make test-dist has the real one.
        build = [sys.executable, "-m", "installer.linux", BUILD / "package", "--squeeze", "none"]
        shutil.rmtree(BUILD / "package", ignore_errors=True)
        _run([*build], "package", cwd=REPO)
        shutil.rmtree(self.installed, ignore_errors=True)
        self.installed.mkdir()
        deb = _only((BUILD / "package").glob("emocam_*_amd64.deb"))
        _run(["dpkg-deb", "-x", deb, self.installed], "package")
        deb.unlink()

    def _make_film(self) -> None:
        if not FILM.exists():
            fetch = [sys.executable, REPO / "tools/fetch_samples.py", "--pip", shlex.join(_pip())]
            _run([*fetch, FILM.parent], "samples")
        width, height = FILM_SIZE
        picture = f"fps={FILM_RATE},scale={width}:{height}"
        _run(
            [
                *["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", FILM, "-vf", picture],
                *["-pix_fmt", "yuyv422", "-f", "rawvideo", self.film],
            ],
            "film",
        )
        # One picture of it, for a run in which what is shown stays.
        still = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-ss", "17", "-i", FILM]
        _run([*still, "-frames:v", "1", self.face], "film")

    def _render(self) -> None:
        """Have the installed package draw each picture that the camera may show."""
        shutil.rmtree(self.references, ignore_errors=True)
        self.references.mkdir(parents=True)
        _run(
            [str(self.venv / "bin/python"), "-I", str(HERE / "references.py"), self.references],
            "references",
        )


def _pip() -> list[str]:
    """A pip of any Python can fill a virtual environment; Debian keeps pip and venv apart."""
    for python in (Path(sys.base_prefix, "bin/python3"), "python3", "python", "/usr/bin/python3"):
        command = [str(python), "-m", "pip"]
        try:
            if subprocess.run([*command, "--version"], capture_output=True).returncode == 0:
                return command
        except FileNotFoundError:
            continue
    raise RigError("There is no pip (Debian: apt install python3-pip)")


def packages() -> list[str]:
    """The Debian packages in packages.txt."""
    lines = (HERE / "packages.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _installed(package: str) -> bool:
    status = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return status.stdout.strip() == "installed"


def _mirror() -> str:
    """The mirror of Debian's main archive that the machine's own apt uses."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(LABEL)"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listing.stdout.splitlines():
        site, *rest = line.split()
        if rest == ["Debian", "Debian"]:  # the label of security is another
            return site
    return "http://deb.debian.org/debian"


def _depends(apt: list[str], package: str) -> list[str]:
    text = subprocess.run(
        ["apt-cache", *apt, "depends", package], capture_output=True, text=True, check=True
    ).stdout
    prefix = "Depends: "
    lines = (line.strip(" |") for line in text.splitlines())
    return [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]


def _first(names: Iterable[str], prefix: str) -> str:
    for name in names:
        if name.startswith(prefix):
            return name
    raise RigError(f"Debian's meta package names no {prefix}*")


def _only(paths: Iterable[Path]) -> Path:
    found = list(paths)
    if len(found) != 1:
        raise RigError(f"Expected one file, found {[str(p) for p in found]}")
    return found[0]


def _with_dependencies(library: Path, names: Iterable[str]) -> list[str]:
    """Paths of the modules and of all that they need, from depmod's ``modules.dep``."""
    needs = {}
    for line in (library / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()
    by_name = {Path(path).name.removesuffix(".ko").replace("-", "_"): path for path in needs}
    found: set[str] = set()
    # What is built into the kernel has no file and needs none.
    queue = [by_name[key] for name in names if (key := name.replace("-", "_")) in by_name]
    while queue:
        path = queue.pop()
        if path not in found:
            found.add(path)
            queue += needs[path]
    return sorted(found)


def _sources() -> list[Path]:
    """Every file that goes into the wheel."""
    files = [REPO / "pyproject.toml", REPO / "requirements/run.txt"]
    for name in ("emocam", "assets", "models"):
        files += [p for p in (REPO / name).rglob("*") if "__pycache__" not in p.parts]
    return sorted(path for path in files if path.is_file())


def _installer() -> list[Path]:
    """What makes the package of the sources."""
    files = [p for p in (REPO / "installer").rglob("*") if "__pycache__" not in p.parts]
    return sorted(
        path for path in [*files, REPO / "NOTICE", REPO / "CHANGELOG.md"] if path.is_file()
    )


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _run(
    command: list[str | Path],
    log: str,
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> None:
    """Run a command; its words go to a log, whose end is shown if it fails."""
    path = BUILD / "logs" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with path.open("ab") as stream:
        stream.write(f"$ {' '.join(words)}\n".encode())
        stream.flush()
        done = subprocess.run(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(path.read_text(errors="replace").splitlines()[-30:])
        raise RigError(f"{words[0]} failed with {done.returncode}; the end of {path}:\n{tail}")


if __name__ == "__main__":
    try:
        Rig(lambda line: print(line, flush=True)).prepare()
    except RigError as error:
        sys.exit(str(error))
