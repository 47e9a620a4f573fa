"""The real process with its real pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emocam.errors import ExitCode
from emocam.expression import Expression, SensorState
from emocam.wire import (
    BURST,
    MAX_READINGS_PER_SECOND,
    READING_SIZE,
    Reading,
    decode_reading,
    encode_message,
)

Sample = Callable[[str], Path]
COMMAND = [sys.executable, "-P", "-m", "emocam.sensing"]


def configuration(**settings: object) -> bytes:
    """The first message; ``__`` in a name stands for the dot."""
    values = {key.replace("__", "."): value for key, value in settings.items()}
    return encode_message({"type": "configure", "settings": values})


def decode(data: bytes) -> list[Reading]:
    """All readings in what a process said; it may have said nothing else."""
    return [decode_reading(data[i : i + READING_SIZE]) for i in range(0, len(data), READING_SIZE)]


class Process:
    """A running sensing process."""

    def __init__(self, first: bytes) -> None:
        self.popen = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.send(first)

    def send(self, data: bytes) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write(data)
        self.popen.stdin.flush()

    def next(self) -> Reading | None:
        assert self.popen.stdout is not None
        data = self.popen.stdout.read(READING_SIZE)
        return decode_reading(data) if data else None

    def until(self, state: SensorState) -> Reading:
        while (reading := self.next()) is not None:
            if reading.state is state:
                return reading
        raise AssertionError(f"{state} never came")

    def folder(self) -> Path:
        return Path(f"/proc/{self.popen.pid}")

    def finish(self) -> tuple[int, list[Reading], str]:
        """End its stdin; gives the exit code, the remaining readings and stderr."""
        out, errors = self.popen.communicate(timeout=30)
        return self.popen.returncode, decode(out), errors.decode()


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    """Starts processes; none is left behind."""
    started: list[Process] = []

    def start(**settings: object) -> Process:
        started.append(Process(configuration(**settings)))
        return started[-1]

    yield start
    for process in started:
        process.popen.kill()
        process.popen.wait()
        for pipe in (process.popen.stdin, process.popen.stdout, process.popen.stderr):
            assert pipe is not None
            pipe.close()


def run(**settings: object) -> tuple[int, bytes, dict[str, Any]]:
    """A process that ends by itself; gives its exit code, stdout, and the error it stated."""
    # Stdin stays open: its end would end the process.
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(configuration(**settings))
        process.stdin.flush()
        out, errors = process.stdout.read(), process.stderr.read().decode()
        code = process.wait(60)
    assert "Traceback" not in errors
    stated = [json.loads(line) for line in errors.splitlines() if line.startswith('{"error"')]
    assert len(stated) <= 1
    return code, out, stated[0] if stated else {}


def test_a_recording_from_beginning_to_end(sample: Sample) -> None:
    path = sample("single_face.mp4")
    code, out, error = run(camera__source=str(path), sampling__interval=0.5)
    assert (code, error) == (0, {})
    readings = decode(out)
    assert [reading.sequence for reading in readings] == list(range(len(readings)))
    assert readings[0] == Reading(SensorState.STARTING, 0, 0)
    assert readings[1].state is SensorState.FACE
    assert readings[1].time_ms == 0
    assert readings[-1].state is SensorState.ENDED
    assert 2300 <= readings[-1].time_ms <= 20_000  # its clock goes on after the last look
    looks = readings[1:-1]
    assert {reading.state for reading in looks} == {SensorState.FACE}
    assert looks[0].expression is Expression.NEUTRAL
    assert looks[-1].expression is Expression.HAPPINESS
    assert 2 <= len(looks) <= 12
    times = [reading.time_ms for reading in looks]
    assert times == sorted(set(times))


def test_nobody_is_never_given_an_expression(sample: Sample) -> None:
    _, out, _ = run(camera__source=str(sample("no_face.mp4")), sampling__interval=0.2)
    readings = decode(out)
    assert len(readings) > 3
    assert SensorState.FACE not in {reading.state for reading in readings}


def test_a_face_that_leaves_is_missed_at_once(sample: Sample) -> None:
    _, out, _ = run(camera__source=str(sample("face_noface.mov")), sampling__interval=3.0)
    looks = decode(out)[1:-1]
    states = [reading.state for reading in looks]
    first = states.index(SensorState.NO_FACE)
    assert set(states[:first]) == {SensorState.FACE}
    assert SensorState.FACE not in states[first:]
    # The next look is a quick one that confirms it, long before the interval is over.
    assert looks[first + 1].time_ms - looks[first].time_ms < 2000


def test_the_rate_has_its_limit_even_at_the_fastest(
    sample: Sample, start: Callable[..., Process]
) -> None:
    begin, count = time.monotonic(), 0
    process = start(camera__source=str(sample("WolfgangLanger_Pexels.mp4")), sampling__interval=0.2)
    process.until(SensorState.FACE)
    while time.monotonic() < begin + 6 or count < 8:
        assert process.next() is not None
        count += 1
    assert count <= (time.monotonic() - begin) * MAX_READINGS_PER_SECOND + BURST


def test_the_end_of_stdin_ends_it_at_once(sample: Sample, start: Callable[..., Process]) -> None:
    for interval in (1.0, 60.0):
        process = start(camera__source=str(sample("single_face.jpg")), sampling__interval=interval)
        process.until(SensorState.FACE)
        begin = time.monotonic()
        code, _, _ = process.finish()
        assert code == 0
        assert time.monotonic() - begin < 20  # and not after the 60 s of the interval


def test_an_end_before_the_first_message() -> None:
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_sigterm_ends_it_and_sigint_does_not(sample: Sample, start: Callable[..., Process]) -> None:
    process = start(camera__source=str(sample("single_face.jpg")), sampling__interval=60.0)
    process.until(SensorState.FACE)
    process.popen.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.popen.poll() is None
    begin = time.monotonic()
    process.popen.send_signal(signal.SIGTERM)
    assert process.popen.wait(30) == 0
    assert time.monotonic() - begin < 20  # and not after the 60 s of the interval


def test_a_reader_that_leaves_ends_it(sample: Sample, start: Callable[..., Process]) -> None:
    process = start(camera__source=str(sample("single_face.jpg")), sampling__interval=0.2)
    process.until(SensorState.FACE)
    assert process.popen.stdout is not None
    process.popen.stdout.close()
    assert process.popen.wait(30) == 0


def test_settings_can_change_while_it_runs(sample: Sample, start: Callable[..., Process]) -> None:
    process = start(camera__source=str(sample("single_face.jpg")), sampling__interval=60.0)
    process.until(SensorState.FACE)
    process.send(configuration(camera__source=str(sample("no_face.mp4"))))
    process.until(SensorState.NO_FACE)
    process.send(configuration(camera__source="/dev/video63"))
    process.until(SensorState.UNPLUGGED)
    assert process.finish()[0] == 0


def test_a_webcam_that_is_away_after_a_restart_is_waited_for(tmp_path: Path) -> None:
    values = {"camera.source": "No Such Webcam"}
    process = Process(encode_message({"type": "configure", "settings": values, "restart": 1}))
    try:
        process.until(SensorState.UNPLUGGED)
        process.until(SensorState.UNPLUGGED)
        assert process.finish()[0] == 0
    finally:
        process.popen.kill()


# --- what cannot be used


def refused(code: ExitCode, kind: str, *words: str, **settings: object) -> None:
    found, out, error = run(**settings)
    assert found == code
    assert out in (b"", None)
    assert error["error"] == kind
    assert error["exit_code"] == code
    assert error["remedy"]
    for word in words:
        assert word in error["cause"]


def test_a_file_that_is_not_there() -> None:
    refused(ExitCode.CAMERA, "CameraError", "none.mp4", camera__source="/no/such/none.mp4")


@pytest.mark.parametrize("enabled", [False, True])
def test_attention_is_said_where_it_is_turned_on(
    enabled: bool, start: Callable[..., Process], sample: Sample
) -> None:
    """Also in a process that has given up its files."""
    process = start(
        camera__source=str(sample("single_face.jpg")),
        sampling__interval=0.2,
        attention__enabled=enabled,
    )
    reading = process.until(SensorState.FACE)
    for _ in range(5):
        reading = process.next() or reading
    assert reading.state is SensorState.FACE
    assert (reading.attention is not None) == enabled
    code, _, _ = process.finish()
    assert code == 0


def test_a_calibration_that_cannot_be_is_refused(
    start: Callable[..., Process], sample: Sample
) -> None:
    process = start(
        camera__source=str(sample("single_face.jpg")),
        attention__enabled=True,
        attention__calibration="9 -9 -9 9 0.1",
    )
    code, readings, errors = process.finish()
    assert code == ExitCode.SETTINGS
    assert readings == []
    assert "attention.calibration" in errors


def test_a_video_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no video" * 1000)
    refused(ExitCode.CAMERA, "CameraError", "bad.mp4", camera__source=str(tmp_path / "bad.mp4"))


def test_a_webcam_that_nobody_knows() -> None:
    refused(ExitCode.CAMERA, "CameraError", "Brio", camera__source="Brio")


def test_a_model_that_is_cut_short(own_model: Path, sample: Sample) -> None:
    own_model.write_bytes(own_model.read_bytes()[:200_000])
    refused(
        ExitCode.MODEL, "ModelError", "damaged",
        camera__source=str(sample("single_face.jpg")), model__path=str(own_model),
    )  # fmt: skip


def test_a_sidecar_that_does_not_fit(own_model: Path, sample: Sample) -> None:
    path = own_model.with_suffix(".json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "input_size": 100}))
    refused(
        ExitCode.MODEL, "ModelError", "its sidecar says",
        camera__source=str(sample("single_face.jpg")), model__path=str(own_model),
    )  # fmt: skip


def test_settings_that_are_none(sample: Sample) -> None:
    refused(ExitCode.SETTINGS, "SettingsError", "camera.fps", camera__fps="fast")


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b'{"type":"scene"}\n', b"\xff\xfe\n", b"{" * 70000]
)
def test_a_first_message_that_is_none(line: bytes) -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(line)
        process.stdin.flush()
        stated = json.loads(process.stderr.read())
        assert process.wait(30) == ExitCode.INTERNAL == stated["exit_code"]


# --- the promise


def test_once_it_sees_it_can_only_say_readings(
    sample: Sample, start: Callable[..., Process]
) -> None:
    """Descriptors 1 and 2 lead nowhere, one pipe leads out, and stderr's has been given up."""
    process = start(camera__source=str(sample("single_face.jpg")), sampling__interval=0.2)
    process.until(SensorState.FACE)
    process.until(SensorState.FACE)
    links = {int(each.name): str(each.readlink()) for each in (process.folder() / "fd").iterdir()}
    assert links[1] == links[2] == os.devnull
    assert process.popen.stdout is not None
    mine = str(Path(f"/proc/self/fd/{process.popen.stdout.fileno()}").readlink())
    assert process.popen.stderr is not None
    errors = str(Path(f"/proc/self/fd/{process.popen.stderr.fileno()}").readlink())
    assert list(links.values()).count(mine) == 1
    assert errors not in links.values()
    writable = []
    for number, link in links.items():
        flags = (
            (process.folder() / "fdinfo" / str(number)).read_text().split("flags:")[1].split()[0]
        )
        if int(flags, 8) & os.O_ACCMODE and link != os.devnull:
            writable.append(link)
    assert writable == [mine]
    assert not any("socket:" in link for link in links.values())
    # Nothing came on stderr but what was said before the source was opened.
    os.set_blocking(process.popen.stderr.fileno(), False)
    said = process.popen.stderr.read() or b""
    assert len(said) < 200


def test_it_leaves_no_core_dump_and_keeps_to_one_thread(
    sample: Sample, start: Callable[..., Process]
) -> None:
    process = start(camera__source=str(sample("single_face.mp4")), camera__loop=True)
    process.until(SensorState.FACE)
    (line,) = (
        line
        for line in (process.folder() / "limits").read_text().splitlines()
        if line.startswith("Max core file size")
    )
    assert line.split()[4:6] == ["1", "1"]  # bytes; core(5) says why not 0
    names = [(task / "comm").read_text().strip() for task in (process.folder() / "task").iterdir()]
    assert len(names) == 2, names  # the main thread, and the one that reads stdin


# --- questions


def ask(question: str, **settings: object) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [*COMMAND, question], input=configuration(**settings), capture_output=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_list() -> None:
    code, answer = ask("--list")
    assert code == 0
    for camera in answer["cameras"]:
        assert {"index", "name", "path", "id"} <= set(camera)
        assert camera["name"] != "EmoCam"


def checks(**settings: object) -> dict[str, dict[str, str]]:
    code, answer = ask("--check", **settings)
    assert code == 0
    for check in answer["checks"]:
        assert check["summary"]
        assert (check["status"] == "ok") == (not check["remedy"])
    return {check["id"]: check for check in answer["checks"]}


def test_check_when_all_is_well(sample: Sample) -> None:
    found = checks(camera__source=str(sample("single_face.mp4")))
    assert {check["status"] for check in found.values()} == {"ok"}
    assert set(found) == {"camera", "model", "face-model", "preview", "sensing-confined"}


def test_check_tells_each_problem(own_model: Path) -> None:
    own_model.write_bytes(b"")
    found = checks(camera__source="No Such Webcam", model__path=str(own_model))
    assert found["camera"]["status"] == found["model"]["status"] == "problem"
    assert found["face-model"]["status"] == "ok"
    assert "No Such Webcam" in found["camera"]["summary"]


def test_an_unknown_question() -> None:
    done = subprocess.run([*COMMAND, "--fly"], capture_output=True, input=b"", check=False)
    assert done.returncode == ExitCode.INTERNAL
    assert "--list" in json.loads(done.stderr)["cause"]


def test_a_machine_that_forbids_core_dumps_altogether() -> None:
    """An ordinary user cannot raise a hard limit of 0, and must not have to."""
    code = (
        "import ctypes, os, resource; from emocam.sensing import native; "
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
        # Root may raise limits by a capability, which goes with the effective user.
        "os.getuid() or os.setresuid(0, 65534, 65534); "
        "native.prepare(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(0, 0)", done.stderr
