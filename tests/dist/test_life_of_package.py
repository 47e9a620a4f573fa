"""The package on bare Debian machines: installed, used, upgraded, removed, purged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Packages
from machine import CHROOTS, REPO, Machine

from installer.steps import DIST, python_package, version

Figure = Callable[[str], None]

FILM = REPO / "build/samples/WolfgangLanger_Pexels.mp4"
INSTALL = "dpkg --force-unsafe-io -i"
CLASS_REPORTS = "/etc/emocam/policy.d/10-class-reports.toml"
#: All files with what is in them; but for what dpkg and ld write about themselves.
LIST = (
    "set -o pipefail; find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /given -o -path /tmp -o "
    "-path '/var/lib/dpkg/*-old' -o -path /var/lib/dpkg/available -o -path '/var/lib/dpkg/lock*' -o "
    "-path /var/log -o -path /var/cache -o -path /run -o -path /var/lib/dpkg/triggers/Lock -o "
    "-path /root \\) -prune -o "
    "\\( -type f -printf '%M %u %g %p ' -exec sha256sum {} \\; -o -printf '%M %u %g %p %l\\n' \\) "
    "| sort"
)


@pytest.fixture
def film(packages: Packages) -> str:
    """The sample recording, as the machines see it."""
    shutil.copy(FILM, packages.folder / "film.mp4")
    return "/given/film.mp4"


def as_ann(script: str) -> str:
    """A script of an ordinary user's."""
    return f"su - ann -c '{script}'"


@pytest.mark.dist("install, run as an ordinary user, upgrade, remove, purge")
def test_whole_life(machine: Machine, packages: Packages, film: str, figure: Figure) -> None:
    before = files(machine)
    machine.run(f"{INSTALL} /given/{packages.older.name}")
    assert "older" in machine.run("dpkg-query -W emocam")
    assert machine.run("ls /usr/lib/emocam/lib/python3.11/site-packages/emocam/gone.py")
    began = time.monotonic()
    machine.run(f"{INSTALL} /given/{packages.real.name}")
    took = time.monotonic() - began
    assert machine.run("dpkg-query -W -f '${Version}' emocam") == version()
    assert machine.run("find / -xdev -name gone.py -path '*emocam*'") == ""
    assert machine.run("dpkg -V emocam") == ""
    assert machine.run("emocam --version").strip() == f"emocam {version()}"
    run = f"emocam run --no-tray --camera {film} --output out.mp4 --events e.jsonl --duration 20"
    machine.run(as_ann(run))
    events = machine.run("cat /home/ann/e.jsonl")
    assert '"state":"face"' in events
    assert machine.run("stat -c %s /home/ann/out.mp4").strip() > "1"
    assert machine.run(as_ann("emocam run --at-login")) == ""
    doctor = machine.run(as_ann("emocam doctor"), check=False)
    assert "Traceback" not in doctor
    assert re.search(r"^ok +model:", doctor, re.M), doctor
    # Bytecode is used as it came: nothing was written below /usr by root's or the user's run.
    assert machine.run("find /usr/lib/emocam -newer /var/lib/dpkg/status -type f") == ""
    machine.run("dpkg -r emocam")
    left = machine.run("find /usr /etc -xdev -path '*emocam*'").split()
    assert [path for path in left if not path.startswith("/etc")] == []
    assert "/etc/modprobe.d/emocam.conf" in left
    assert CLASS_REPORTS in left
    machine.run("dpkg -P emocam; rm -rf /home/ann/out.mp4 /home/ann/e.jsonl /home/ann/.cache /home/ann/.config /home/ann/.local")
    assert changes(before, files(machine)) == []
    figure(f"the upgrade took {took:.0f} s")


@pytest.mark.dist("ten times installed, upgraded and purged, the machine is as it was")
def test_ten_times(machine: Machine, packages: Packages, figure: Figure) -> None:
    before = files(machine)
    began = time.monotonic()
    once = (
        f"{INSTALL} /given/{packages.older.name}; {INSTALL} /given/plain/{packages.plain.name}; "
        "emocam --version; dpkg -P emocam; "
    )
    machine.run(f"for i in 1 2 3 4 5 6 7 8 9 10; do {once} done")
    took = (time.monotonic() - began) / 10
    assert changes(before, files(machine)) == []
    figure(f"{len(before.splitlines())} files compared; {took:.0f} s each time")


@pytest.mark.dist("removal ends a run that goes on, an upgrade does not")
def test_removal_ends_runs(machine: Machine, packages: Packages, film: str) -> None:
    run = f"emocam run --no-tray --camera {film} --set camera.loop=true --output out.mp4"
    said = machine.run(
        f"{INSTALL} /given/{packages.older.name} >/dev/null; "
        f"({as_ann(run)} >/dev/null 2>&1; echo ended $?) & sleep 8; "
        f"{INSTALL} /given/plain/{packages.plain.name} >/dev/null; sleep 3; echo upgraded; "
        "dpkg -r emocam >/dev/null; wait; echo removed"
    )
    words = [line for line in said.splitlines() if line.split()[:1] in (["ended"], ["upgraded"])]
    assert words == ["upgraded", "ended 0"], said


@pytest.mark.dist("each binary finds its libraries with Depends alone")
def test_depends_are_enough(machine: Machine, packages: Packages, figure: Figure) -> None:
    machine.run(f"{INSTALL} /given/plain/{packages.plain.name}")
    said = machine.run(
        "cd /usr/lib/emocam/lib/python3.11/site-packages; "
        "find . -name '*.so*' -type f | while read -r each; do "
        'ldd "$each" 2>/dev/null | grep "not found" | sed "s|^|$each|" || true; done'
    )
    missing = {line.split()[0] for line in said.splitlines()}
    assert missing <= {"./PySide6/Qt/plugins/platformthemes/libqgtk3.so"}, said
    # And Qt finds its platforms; the modules of every process can be imported.
    machine.run(
        as_ann(
            "QT_QPA_PLATFORM=offscreen /usr/lib/emocam/bin/python3 -c "
            '"from PySide6.QtWidgets import QApplication; QApplication([]); '
            'import pandas, pyarrow.parquet, duckdb, ibis, cv2, av, pyvirtualcam"'
        )
    )
    figure(f"{len(missing)} argued")


@pytest.mark.dist("DKMS builds the module for Debian's kernel, modprobe gives it EmoCam's options")
def test_module(machine: Machine, packages: Packages, figure: Figure) -> None:
    machine.run(
        "apt-get -qq update; apt-get -qq install -y --no-install-recommends "
        f"/given/plain/{packages.plain.name} v4l2loopback-dkms linux-headers-amd64 kmod >/tmp/log 2>&1"
        " || { tail -30 /tmp/log; false; }"
    )
    release = machine.run("ls /lib/modules").split()[-1]
    machine.run(f"dkms autoinstall -k {release} >/tmp/log 2>&1 || {{ cat /tmp/log; false; }}")
    status = machine.run("dkms status").strip()
    assert f"{release}, x86_64: installed" in status, status
    machine.run(f"depmod {release}")
    said = machine.run(f"modprobe -n -v --set-version {release} v4l2loopback").strip()
    (line,) = [line for line in said.splitlines() if "v4l2loopback.ko" in line]
    options = 'devices=1 video_nr=40 card_label="EmoCam" exclusive_caps=1'
    assert line.endswith(options), said
    figure(f"{status.splitlines()[0]}; {options}")


@pytest.mark.dist("a policy of the administrator's starts EmoCam at login")
def test_autostart_by_policy(machine: Machine, packages: Packages) -> None:
    machine.run(f"{INSTALL} /given/plain/{packages.plain.name}")
    ask = as_ann("emocam run --at-login --no-tray --camera /none.mp4 --output x.mp4; echo $?")
    assert machine.run(ask).strip() == "0"
    machine.run(
        "printf '[mandatory.login]\\nautostart = true\\n' >/etc/emocam/policy.d/a.toml"
    )
    assert machine.run(ask).strip().endswith("4"), "the camera is not there, and was looked for"


@pytest.mark.dist("class reports are forbidden at first; what the administrator changes outlives an upgrade")
def test_class_reports(machine: Machine, packages: Packages, figure: Figure) -> None:
    def held() -> dict[str, object]:
        shown = json.loads(machine.run(as_ann("emocam policy show --json")))
        assert shown["problems"] == []
        return {each["key"]: (each["value"], each["by"]) for each in shown["policies"]}

    machine.run(f"{INSTALL} /given/{packages.older.name}")
    assert held() == {"session.class_reports": (False, CLASS_REPORTS)}
    # A later name wins; the package's own file may also be changed, or taken away.
    later = CLASS_REPORTS.replace("10-class-reports", "50-school")
    machine.run(f"sed 's/false/true/' {CLASS_REPORTS} >{later}")
    assert held() == {"session.class_reports": (True, later)}
    machine.run(f"rm {later}; sed -i 's/false/true/' {CLASS_REPORTS}")
    upgrade = f"{INSTALL} /given/plain/{packages.plain.name}"
    machine.run(upgrade)
    assert held() == {"session.class_reports": (True, CLASS_REPORTS)}
    machine.run(f"rm {CLASS_REPORTS}; {upgrade}")
    assert held() == {}
    machine.run(f"dpkg -P emocam; test ! -e {Path(CLASS_REPORTS).parents[1]}")
    figure("forbidden, changed, taken away, purged")


@pytest.mark.dist("piuparts")
def test_piuparts(bare_debian: Path, packages: Packages, figure: Figure) -> None:
    folder = CHROOTS / "piuparts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    options = ["--existing-chroot", bare_debian, "--tmpdir", folder, "--no-upgrade-test"]
    options += ["--no-eatmydata", "--skip-logrotatefiles-test", "--distribution", "bookworm"]
    done = subprocess.run(
        ["piuparts", *map(str, options), packages.plain], capture_output=True, text=True
    )
    (packages.folder / "piuparts.log").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout[-3000:]
    shutil.rmtree(folder, ignore_errors=True)
    figure("install and purge; " + done.stdout.strip().splitlines()[-1].split("INFO: ")[-1])


@pytest.mark.dist("pipx installs the wheel, and it runs")
def test_pipx(machine: Machine, packages: Packages, film: str, figure: Figure) -> None:
    wheel = python_package("wheel", DIST)
    shutil.copy(wheel, packages.folder / wheel.name)
    began = time.monotonic()
    machine.run(
        "apt-get -qq update; apt-get -qq install -y --no-install-recommends pipx >/dev/null; "
        + as_ann(f"pipx install /given/{wheel.name}")
    )
    run = f"emocam run --no-tray --camera {film} --output out.mp4 --events e.jsonl --duration 20"
    machine.run(as_ann(f"PATH=~/.local/bin:$PATH; {run}"))
    assert '"state":"face"' in machine.run("cat /home/ann/e.jsonl")
    figure(f"{time.monotonic() - began:.0f} s")


def files(machine: Machine) -> str:
    """All files of a machine, as LIST says."""
    found = machine.run(LIST)
    # A bare Debian has thousands: a list that went wrong must not pass for one without changes.
    assert len(found.splitlines()) > 5000, found[:500]
    assert " /etc/passwd " in found
    return found


def changes(before: str, after: str) -> list[str]:
    """The lines that only one of two lists has."""
    return sorted(set(before.splitlines()) ^ set(after.splitlines()))
