"""Whatever reads bytes from outside: it takes them or says what is wrong, and nothing else happens.

The inputs are real ones, spoilt by Hypothesis: bytes changed, cut, doubled, put in. ``make test``
tries a few hundred of each kind, ``make fuzz`` many more.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emocam.attention import CODES
from emocam.control import protocol
from emocam.control.watching import Watchers
from emocam.errors import EmoCamError
from emocam.expression import Picture, SensorState
from emocam.resources import resource
from emocam.scene import Scene
from emocam.sensing.expression_model import ExpressionModel
from emocam.sessions.layout import Header, Row
from emocam.sessions.reader import read_log
from emocam.sessions.share import Terms
from emocam.sessions.share import decode as decode_share
from emocam.sessions.share import make as make_share
from emocam.sessions.writer import LogWriter, files
from emocam.settings import Layers, Settings, declarations, load_file
from emocam.settings.describe import listing
from emocam.settings.policy import judged, linux, macos
from emocam.settings.write import edited
from emocam.sidecar import load_sidecar
from emocam.stage.packs.archive import read_archive
from emocam.stage.packs.contents import Contents
from emocam.stage.packs.manifest import read_manifest
from emocam.stage.packs.pictures import read_picture
from emocam.stage.process import configuration
from emocam.stage.vector import parse
from emocam.stream import ReadingStream
from emocam.wire import Reading, decode_message, encode_message, encode_reading, quantise

EXAMPLES = int(os.environ.get("EMOCAM_FUZZ", "200"))
Corpus = list[bytes]
_INTERESTING = [b"", b"\0", b"\xff", b"\n", b'"', b"}", b"-1", b"1e999", b"\xed\xa0\x80", b"../"]


def _edit(data: bytes, edits: Iterable[tuple[str, float, float, bytes]]) -> bytes:
    """Spoil bytes; places are shares of the length."""
    for kind, first, second, new in edits:
        start, end = sorted((int(first * len(data)), int(second * len(data))))
        end = min(end, start + 4096)
        match kind:
            case "put":
                data = data[:start] + new + data[start:]
            case "replace":
                data = data[:start] + new + data[start + len(new) :]
            case "cut":
                data = data[:start] + data[end:]
            case "end":
                data = data[:start]
            case "double":
                data = data[:end] + data[start:end] + data[end:]
    return data[: 4 << 20]


def spoilt(corpus: Corpus) -> st.SearchStrategy[bytes]:
    """Real inputs with up to six edits, and bytes that were never real."""
    share = st.floats(0, 1)
    new = st.one_of(st.sampled_from(_INTERESTING), st.binary(max_size=16))
    kinds = st.sampled_from(["put", "replace", "cut", "end", "double"])
    edits = st.lists(st.tuples(kinds, share, share, new), max_size=6)
    return st.one_of(st.builds(_edit, st.sampled_from(corpus), edits), st.binary(max_size=200))


def fuzz(corpus: Corpus, read: Callable[[bytes], object]) -> str:
    """Let many inputs be read; gives how many, and what became of them.

    Any exception that is no EmoCamError is a fault and is raised.
    """
    count = {"taken": 0, "refused": 0}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilt(corpus))
    def each(data: bytes) -> None:
        try:
            read(data)
        except EmoCamError:
            count["refused"] += 1
        else:
            count["taken"] += 1

    each()
    return f"{sum(count.values())} inputs, {count['taken']} taken, {count['refused']} refused"


Figure = Callable[[str], None]


def line(**values: object) -> bytes:
    return encode_message(values)


@pytest.mark.fuzz("readings from sensing")
def test_readings(figure: Figure) -> None:
    face = quantise([0.1, 0.9, 0, 0, 0, 0, 0, 0])
    several = b"".join(
        encode_reading(Reading(SensorState.FACE, 1, 1000, face, n, 3, CODES[n])) for n in range(3)
    )
    states = b"".join(encode_reading(Reading(s, n, n)) for n, s in enumerate(SensorState) if n != 1)
    figure(fuzz([several, states], lambda data: ReadingStream().feed(data, 0.0)))


@pytest.mark.fuzz("messages to the stage")
def test_messages(figure: Figure) -> None:
    def read(data: bytes) -> None:
        message = decode_message(data)
        if message.get("type") == "scene":
            Scene.from_message(message)
        else:
            configuration(message)

    scenes = [line(**Scene.of(picture).to_message()) for picture in Picture]
    configure = line(type="configure", settings=Settings().to_dict(), restart=1)
    figure(fuzz([*scenes, configure], read))


@pytest.mark.fuzz("what the stage says of watchers")
def test_watchers(figure: Figure) -> None:
    told = line(type="status", state="watched", how="event", count=2, names=["Zoom", "Chromium"])
    figure(fuzz([told], lambda data: Watchers.from_message(decode_message(data))))


@pytest.mark.fuzz("requests to the control socket")
def test_requests(figure: Figure) -> None:
    corpus = [
        b'{"action":"hold","arguments":{"picture":"heart"},"id":7}\n',
        b'{"action":"status"}\n',
        b'{"action":"set","arguments":{"key":"mood.hold","value":"1"},"id":"x"}\n',
    ]
    figure(fuzz(corpus, protocol.decode_request))


@pytest.mark.fuzz("answers of the control socket")
def test_answers(figure: Figure) -> None:
    corpus = [
        b'{"id":7,"ok":true,"result":{"mode":"live"}}\n',
        b'{"hello":"emocam","protocol":1}\n',
    ]
    figure(fuzz(corpus, protocol.decode_answer))


@pytest.mark.fuzz("session logs")
def test_session_logs(figure: Figure, tmp_path: Path) -> None:
    path, made = tmp_path / "a.sqlite", tmp_path / "made.sqlite"
    log = LogWriter(made, Header("a", 1e9))
    for second in range(300):
        log.write(Row(float(second), "no_face"))
    wal = files(made)[1].read_bytes()
    main = made.read_bytes()  # what a killed run leaves: some in the log, some beside it
    log.close(1e9 + 300)

    def read(data: bytes) -> None:
        for each in files(path):
            each.unlink(missing_ok=True)
        path.write_bytes(data)
        read_log(path)

    def read_wal(data: bytes) -> None:
        for each in files(path):
            each.unlink(missing_ok=True)
        path.write_bytes(main)
        files(path)[1].write_bytes(data)
        assert not read_log(path).header.ended

    figure(f"{fuzz([made.read_bytes()], read)}; -wal: {fuzz([wal], read_wal)}")


@pytest.mark.fuzz("share files")
def test_share_files(figure: Figure) -> None:
    rows = [Row(float(second), "no_face", attention="screen") for second in range(100)]
    corpus = [
        make_share(rows, Terms("Optics 3", 15, 2.0, 7)).encode(),
        make_share([], Terms("光学", 600, 0.25, 1)).encode(),
    ]
    figure(fuzz(corpus, lambda data: decode_share(data).encode()))


@pytest.mark.fuzz("settings files")
def test_settings_files(figure: Figure, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        listing(load_file(path).settings)

    figure(fuzz([listing(Settings()).encode()], read))


@pytest.mark.fuzz("writing into settings files")
def test_settings_writer(figure: Figure) -> None:
    """What is written says the new value; what cannot be is refused."""

    def write(data: bytes) -> None:
        new = edited(data, "settings.toml", "mood.hold", 2.5)
        assert tomllib.loads(new.decode("utf-8-sig"))["mood"]["hold"] == 2.5

    figure(fuzz([listing(Settings()).encode(), b"mood.hold = 1.0\n[x]\ny = [1, # one\n]\n"], write))


@pytest.mark.fuzz("policy files")
def test_policies(figure: Figure) -> None:
    """What is damaged leaves the privacy settings at their safest."""
    safest = {k: each.privacy for k, each in declarations().items() if each.privacy is not None}
    installed = Path(__file__).parents[2] / "installer" / "policy"
    kinds = {"a.toml": "example.toml", "a.plist": "emocam.mobileconfig"}
    corpora = {name: [(installed / file).read_bytes()] for name, file in kinds.items()}
    corpora["a.json"] = [b'{"mandatory":{"mood":{"caution":"open"},"camera":{"allowed":["x"]}}}']
    for name, corpus in corpora.items():
        parse = macos.parse if name == "a.plist" else linux.parse

        def read(data: bytes, name: str = name, parse: Callable[..., Any] = parse) -> None:
            reading = parse(data, name)
            policy = judged(reading)
            layers = policy.over(Layers())
            layers.settings()
            if policy.closed:
                assert all(layers.value(key) == value for key, value in safest.items())
            if reading.damage:  # it may have said which webcams are allowed
                assert layers.value("camera.allowed")

        figure(fuzz(corpus, read))


@pytest.mark.fuzz("sidecars of models")
def test_sidecars(figure: Figure, tmp_path: Path) -> None:
    model = Path(shutil.copy(resource("models", "expression.tflite"), tmp_path))
    sidecar = model.with_suffix(".json")

    def read(data: bytes) -> None:
        sidecar.write_bytes(data)
        load_sidecar(model)

    figure(fuzz([resource("models", "expression.json").read_bytes()], read))


@pytest.mark.fuzz("model files")
def test_models(figure: Figure, tmp_path: Path) -> None:
    """Only what the sidecar's sum confirms reaches the parser of the library."""
    model = Path(shutil.copy(resource("models", "expression.tflite"), tmp_path))
    shutil.copy(resource("models", "expression.json"), tmp_path)

    def read(data: bytes) -> None:
        model.write_bytes(data)
        ExpressionModel(model)

    figure(fuzz([model.read_bytes()], read))


def _zip(folder: Path) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir())[:4]:
            archive.write(path, path.name)
    return held.getvalue()


@pytest.mark.fuzz("packs: zips")
def test_zips(figure: Figure) -> None:
    def read(data: bytes) -> Contents:
        return read_archive(data, "pack.zip")

    figure(fuzz([_zip(resource("assets", "emoji", "classic"))], read))


@pytest.mark.fuzz("packs: pack.toml")
def test_manifests(figure: Figure) -> None:
    packs = resource("assets", "emoji")
    corpus = [(packs / name / "pack.toml").read_bytes() for name in ("classic", "contrast")]
    figure(fuzz(corpus, read_manifest))


def _pictures() -> dict[str, bytes]:
    from PIL import Image

    made = {}
    for name, options in {
        "a.png": {},
        "a.webp": {},
        "a.gif": {"save_all": True, "append_images": [Image.new("RGB", (9, 7), "red")]},
    }.items():
        held = io.BytesIO()
        Image.new("RGB", (9, 7), "blue").save(held, name[2:].upper(), **options)
        made[name] = held.getvalue()
    return made


@pytest.mark.fuzz("packs: pictures of pixels")
@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif"])
def test_pictures(name: str, figure: Figure) -> None:
    figure(f"{name[2:]}: {fuzz([_pictures()[name]], lambda data: read_picture(data, name))}")


@pytest.mark.fuzz("packs: SVGs")
def test_svgs(figure: Figure) -> None:
    folder = resource("assets", "emoji", "classic")
    corpus = [(folder / f"{name}.svg").read_bytes() for name in ("neutral", "heart", "busy")]

    def read(data: bytes) -> None:
        drawing = read_picture(data, "a.svg")
        try:
            parse(drawing.svg)  # type: ignore[union-attr]
        except ValueError:
            return  # not on the list of what moves: the other renderer draws it

    figure(fuzz(corpus, read))


@pytest.mark.fuzz("pictures in the place of a webcam")
def test_source_pictures(figure: Figure) -> None:
    from emocam.sensing.sources.image import ImageSource

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.png")

        def read(data: bytes) -> None:
            path.write_bytes(data)
            source = ImageSource(path)
            source.check()

        figure(fuzz([_pictures()["a.png"]], read))
