# ruff: noqa: E402 - what needs PyTorch is imported after the test for it
"""From a trained net to an int8 file that EmoCam accepts, and what is measured of it."""

import json
import os
import signal
import threading
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import make_faces, needs_torch
from PIL import Image

needs_torch()

import torch

from emocam.sidecar import load_sidecar, read_model
from training import variations
from training.cli import main
from training.config import Config, NetConfig, TrainConfig
from training.data import Faces
from training.errors import DataError, ModelFileError
from training.evaluate import evaluate
from training.explain import choose, grad_cam, layers
from training.graft import graft
from training.judging import headline, judge, standard_error
from training.labels import FER2013
from training.models import TfliteModel
from training.nets import ExpressionNet
from training.predicting import predict
from training.quantise import RANGES, calibration_pictures, convert, produce, quantise
from training.search import search
from training.soup import save
from training.warmstart import load_weights

CPU = torch.device("cpu")
SMALL = NetConfig(stem=8, widths=(8, 16, 16), depths=(1, 1, 1), dropout=0.0)

needs_converter = pytest.mark.skipif(
    find_spec("litert_torch") is None or find_spec("ai_edge_quantizer") is None,
    reason="the converter is not installed: pip install '.[train]'",
)
# The converter's own imports warn; what it warns of is not ours to mend.
ignore_converter = pytest.mark.filterwarnings("ignore")


def a_net(seed: int = 1, twin: bool = False) -> ExpressionNet:
    """A net with random weights whose readings differ from face to face."""
    torch.manual_seed(seed)
    net = ExpressionNet(replace(SMALL, twin=twin))
    with torch.no_grad():
        net.train()
        for _ in range(20):
            net(torch.from_numpy(make_faces(56, 7).images.astype(np.float32)).unsqueeze(1))
        net.ferplus.weight.mul_(6)
        net.fer2013.weight.mul_(6)
        if net.twin is not None:
            net.twin.ferplus.weight.mul_(6)
    return net.eval()


@needs_converter
@ignore_converter
def test_each_twin_reads_another_side(tmp_path: Path, faces: Faces) -> None:
    net = a_net(twin=True)
    kept = tmp_path / "float.tflite"
    made = produce(net, faces, tmp_path / "m.tflite", True, 84, "drawn", "0.1", kept)
    pictures = faces.part("valid").images
    exact, _ = TfliteModel(kept)(pictures)
    x = torch.from_numpy(pictures.astype(np.float32)).unsqueeze(1)
    with torch.no_grad():
        one = net.answers(x)[0][0]
        other = net.answers(x.flip(3))[1][0]
    assert np.allclose(exact, ((one + other) / 2).softmax(1).numpy(), atol=1e-3)
    assert np.abs(TfliteModel(made.path)(pictures)[0] - exact).mean() < 0.03

    again = ExpressionNet(net.config)
    sample = torch.from_numpy(faces.images.astype(np.float32)).unsqueeze(1)
    load_weights(again, made.path, sample)
    assert np.abs(predict(again, pictures, CPU)[0] - predict(net, pictures, CPU)[0]).mean() < 0.03
    # A net without a twin takes the first of the two, and a file without one leaves a twin fresh.
    single = ExpressionNet(SMALL)
    load_weights(single, made.path, sample)
    with torch.no_grad():
        assert (single(x)[0].softmax(1) - one.softmax(1)).abs().mean() < 0.03
    produce(single, faces, tmp_path / "s.tflite", False, 84, "drawn", "0.1")
    save(single, 48, tmp_path / "single.pt")
    # Grafted on the net it comes from, the last stage says what it said there.
    for second in ("s.tflite", "single.pt"):
        grafted = graft(tmp_path / "single.pt", tmp_path / second, faces)
        with torch.no_grad():
            (own, _), (its, _) = grafted.answers(x)
        # Not to the digit: its normalisations were set anew, on other faces.
        assert np.corrcoef(own.flatten(), its.flatten())[0, 1] > 0.9
    save(ExpressionNet(replace(SMALL, widths=(8, 16, 24))), 48, tmp_path / "other.pt")
    with pytest.raises(ModelFileError, match="differ"):
        graft(tmp_path / "single.pt", tmp_path / "other.pt", faces)
    load_weights(again, tmp_path / "s.tflite", sample)
    with torch.no_grad():
        assert (again.answers(x)[0][0].softmax(1) - one.softmax(1)).abs().mean() < 0.05


@needs_converter
@ignore_converter
@pytest.mark.parametrize("mirror", [False, True])
def test_the_int8_file_fits_emocam_and_the_net(tmp_path: Path, faces: Faces, mirror: bool) -> None:
    net = a_net()
    kept = tmp_path / "float.tflite"
    made = produce(net, faces, tmp_path / "m.tflite", mirror, 84, "drawn", "0.1", kept)

    sidecar = load_sidecar(made.path)
    read_model(made.path, sidecar.sha256)
    assert sidecar == made.sidecar
    assert sidecar.input_size == 48

    model = TfliteModel(made.path)
    assert model._input["dtype"] is np.int8
    # The whole of 0..255 must fit the input's scale: bright faces would be clipped otherwise.
    scale, zero = model._input["quantization"]
    assert (127 - zero) * scale >= 254
    assert (-128 - zero) * scale <= 0.5

    pictures = faces.part("valid").images
    int8, int8_seven = model(pictures)
    first, second = predict(net, pictures, CPU)
    exact, exact_seven = TfliteModel(kept)(pictures)
    if mirror:
        assert np.allclose(exact, TfliteModel(kept)(pictures[:, :, ::-1].copy())[0], atol=1e-4)
    else:
        assert np.allclose(exact, first, atol=1e-3)
        assert np.allclose(exact_seven, second, atol=1e-3)
    assert np.abs(int8 - exact).mean() < 0.03
    assert np.abs(int8_seven - exact_seven).mean() < 0.03

    if not mirror:
        # And back: the int8 file is a start for training that computes the same.
        again = ExpressionNet(SMALL)
        sample = torch.from_numpy(faces.images.astype(np.float32)).unsqueeze(1)
        assert "0 left out" in load_weights(again, made.path, sample)
        back, _ = predict(again, pictures, CPU)
        assert np.abs(back - exact).mean() < 0.03
        with pytest.raises(ModelFileError, match="no layer of the shape"):
            load_weights(ExpressionNet(replace(SMALL, widths=(8, 16, 24))), made.path, sample)


def test_calibration_sees_black_and_white(faces: Faces) -> None:
    pictures = calibration_pictures(faces.part("train"), 10)
    assert pictures.shape == (10, 48, 48, 1)
    assert (pictures.min((1, 2, 3)) == 0).all()
    assert (pictures.max((1, 2, 3)) == 255).all()


@needs_converter
@ignore_converter
def test_a_rare_bright_face_keeps_its_place_in_the_ranges(tmp_path: Path) -> None:
    kept = tmp_path / "float.tflite"
    kept.write_bytes(convert(a_net(), 48, mirror=False))
    pictures = np.full((61, 48, 48, 1), 60, np.float32)
    pictures[:, ::2] = 20
    pictures[0, :, ::3] = 255  # long before the last of them
    brightest = {}
    for ranges in RANGES:
        model = tmp_path / f"{ranges}.tflite"
        model.write_bytes(quantise(kept.read_bytes(), pictures, ranges))
        scale, zero = TfliteModel(model)._input["quantization"]
        brightest[ranges] = (127 - zero) * scale
    assert brightest["all"] >= 254
    # The quantiser's own way has forgotten it, which is why it is not ours.
    assert brightest["average"] < 100


def test_files_that_are_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="does not exist"):
        TfliteModel(tmp_path / "none.tflite")
    (tmp_path / "bad.tflite").write_bytes(b"no model")
    with pytest.raises(ModelFileError, match="is no TFLite model"):
        TfliteModel(tmp_path / "bad.tflite")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_evaluation_writes_figures_that_agree_with_each_other(tmp_path: Path, faces: Faces) -> None:
    net = a_net()

    def reading(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return predict(net, images, CPU)

    model = tmp_path / "some.pt"
    model.write_bytes(b"x")
    result = evaluate(model, faces, "valid", tmp_path / "out", reading, None, False, None, reading)
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text())["split"] == "valid"
    head = result["headline"]
    counts = np.array(result["classes"]["ferplus"]["confusion"])
    assert counts.sum() == head["ferplus_rows"]
    assert np.trace(counts) / counts.sum() == pytest.approx(head["ferplus_accuracy"])
    assert head["true_negatives_kept"] >= 0.7 + standard_error(0.7, head["negative_rows"])
    assert head["best_true_negatives_kept"] >= 0.7
    assert result["float"]["ferplus_accuracy"] == head["ferplus_accuracy"]
    text = (tmp_path / "out" / "tables.md").read_text()
    assert f"| {100 * head['ferplus_accuracy']:.2f} ± " in text
    for block in text.strip().split("\n\n"):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block
    assert set(result["stability"]) >= {"shift 1 px left", "rotation 5 degrees"}
    assert "face of 24 px" in result["conditions"]
    for name in ("confusion_ferplus", "calibration", "negatives", "slices", "conditions"):
        assert (tmp_path / "out" / f"{name}.png").stat().st_size > 5000


def test_a_perfect_reader_gets_perfect_figures(faces: Faces) -> None:
    known = {image.tobytes(): i for i, image in enumerate(faces.images)}

    def reading(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = [known[i.tobytes()] for i in images]
        top = faces.votes[rows, :8].argmax(1)
        return np.eye(8, dtype=np.float32)[top], np.eye(7, dtype=np.float32)[faces.labels[rows]]

    head = headline(judge(faces.part("valid"), reading, None))
    assert head["ferplus_accuracy"] == head["fer2013_accuracy"] == 1.0
    assert head["wrong_negatives"] == 0
    assert head["true_negatives_kept"] == 1.0
    assert head["ferplus_ece"] < 0.01


def test_variations_change_what_they_say(faces: Faces) -> None:
    images = faces.images[:6]
    assert np.array_equal(variations.shifted(images, 1, 0)[:, :, 1:], images[:, :, :-1])
    assert np.array_equal(variations.shifted(images, 0, -1)[:, :-1], images[:, 1:])
    assert np.array_equal(variations.rotated(images, 0.0), images)
    assert variations.sharpness(variations.seen_at(images, 16)).mean() < (
        variations.sharpness(images).mean()
    )
    assert variations.dimmed(images, 0.25).mean() < 0.3 * images.mean()
    dark = variations.skin_brightness(variations.dimmed(images, 0.5))
    assert (dark < variations.skin_brightness(images)).all()
    symmetric = (images.astype(int) + images[:, :, ::-1]) // 2
    assert np.allclose(variations.asymmetry(symmetric.astype(np.uint8)), 0, atol=0.01)
    covered = variations.covered(images, (0.25, 0.5))
    assert (covered[:, 14] == covered[:, 14, :1]).all()


def test_grad_cam_finds_what_the_class_hangs_on(faces: Faces) -> None:
    # A net that can learn only one thing: is there a bright spot anywhere, or none?
    rng = np.random.default_rng(3)
    images = rng.integers(90, 110, (64, 48, 48)).astype(np.uint8)
    images[:16, 6:14, 34:42] = 250
    images[16:32, 34:42, 6:14] = 250
    x = torch.from_numpy(images.astype(np.float32)).unsqueeze(1)
    torch.manual_seed(1)
    spotter = ExpressionNet(SMALL)
    optimiser = torch.optim.Adam(spotter.parameters(), lr=3e-3)
    target = torch.tensor([1] * 32 + [0] * 32)
    for _ in range(30):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(spotter.train()(x)[0], target).backward()
        optimiser.step()
    seen, said = grad_cam(spotter, "block2", images[:32], np.ones(32, np.int64))
    assert (said.argmax(1) == 1).all()
    top_right, bottom_left = seen[:, :20, 28:].mean((1, 2)), seen[:, 28:, :20].mean((1, 2))
    assert (top_right[:16] > 1.5 * bottom_left[:16]).all()
    assert (bottom_left[16:] > 1.5 * top_right[16:]).all()

    net = a_net()
    maps, probabilities = grad_cam(net, "block3", faces.images[:4], None)
    assert maps.shape == (4, 48, 48)
    assert maps.min() >= 0
    assert maps.max() == pytest.approx(1, abs=1e-3)
    assert np.allclose(probabilities, predict(net, faces.images[:4], CPU)[0], atol=1e-4)
    with pytest.raises(ModelFileError, match="known are block1, block2, block3"):
        grad_cam(net, "block9", faces.images[:4], None)
    assert list(layers(net)) == ["block1", "block2", "block3"]
    with pytest.raises(DataError, match="does not exist"):
        choose(faces, [99999])


@pytest.mark.filterwarnings("ignore")  # Optuna's storage warns of its own future
def test_search_tries_and_goes_on(tmp_path: Path, faces: Faces) -> None:
    base = Config(
        name="search",
        near_duplicates=False,
        net=SMALL,
        train=TrainConfig(epochs=1, batch=28),
    )
    assert len(search(faces, base, 1, tmp_path, CPU).trials) == 1
    assert len(search(faces, base, 1, tmp_path, CPU).trials) == 2
    assert len((tmp_path / "trials.csv").read_text().splitlines()) == 3

    # A signal in the middle of a trial ends the search, not only the trial.
    def interrupt() -> None:
        while not (tmp_path / "trial2" / "metrics.csv").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    long = replace(base, train=replace(base.train, epochs=10_000))
    thread = threading.Thread(target=interrupt)
    thread.start()
    states = [trial.state.name for trial in search(faces, long, 5, tmp_path, CPU).trials]
    thread.join()
    assert states == ["COMPLETE", "COMPLETE", "PRUNED"]


@needs_converter
@ignore_converter
def test_from_pictures_to_a_judged_file_by_the_command_line(
    tmp_path: Path, npz: Path, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str | Path) -> str:
        assert main([str(word) for word in words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    # Pictures in folders, as people have their own: nobody has voted on them.
    for index, image in enumerate(faces.images):
        folder = tmp_path / "own" / str(faces.split[index]) / FER2013[faces.labels[index]]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{index}.png")
    small = ["train.epochs=6", "train.batch=28", "near_duplicates=false", "size=40"]
    small += ["net.stem=8", "net.widths=[8, 16, 16]", "net.depths=[1, 1, 1]"]
    sets = [word for value in small for word in ("--set", value)]
    own = ("--data", tmp_path / "own")
    said = run("fit", *own, "--out", tmp_path / "run", *sets)
    assert "126 faces without FER+ votes" in said
    best = tmp_path / "run" / "best.pt"
    assert best.exists()

    model, kept = tmp_path / "deep" / "m.tflite", tmp_path / "other" / "float.tflite"
    run("quantise", best, *own, "--mirror", "--out", model, "--keep-float", kept)
    assert load_sidecar(model).input_size == 40
    out = tmp_path / "judged"
    said = run(
        *("evaluate", model, *own, "--quick", "--float", kept, "--reference", kept),
        *("--into-sidecar", "--out", out),
    )
    assert "times the reference's" in said
    judged = json.loads((out / "evaluation.json").read_text())
    assert judged["chosen_on"] == "the sidecar's"
    assert abs(judged["headline"]["ferplus_accuracy"] - judged["float"]["ferplus_accuracy"]) < 0.2
    rates = json.loads(model.with_suffix(".json").read_text())["accuracy"]
    assert rates["happiness"]["rows"] == 6
    assert "contempt" not in rates

    assert "chosen on valid" in run(
        *("evaluate", best, *own, "--quick", "--split", "train", "--out", tmp_path / "on_train")
    )
    assert main(["evaluate", str(best), "--data", str(npz), "--into-sidecar"]) == 1
    assert "has no sidecar to write into" in capsys.readouterr().err
    before, after = run("refit", best, *own, "--halves").splitlines()[-2:]
    assert before.startswith("before: FER+ ")
    assert after.startswith("after: FER+ ")
    assert "recall neutral" in after
    run("refit", best, *own, "--out", tmp_path / "refitted.pt")
    run("soup", best, tmp_path / "refitted.pt", *own, "--out", tmp_path / "soup.pt")
    run("graft", best, tmp_path / "soup.pt", *own, "--out", tmp_path / "twins.pt")
    taught = ("--teacher", tmp_path / "soup.pt", "--teacher", model, "--once")
    run("distill", *own, *taught, "--out", tmp_path / "taught", *sets, "--set", "train.epochs=1")
    again = ("--teacher", tmp_path / "soup.pt", "--once", "--out", tmp_path / "taught")
    assert main(["distill", *map(str, (*own, *again)), *sets]) == 1
    assert "made from other teachers" in capsys.readouterr().err
    sheet = tmp_path / "sheet.png"
    plain = tmp_path / "plain.tflite"
    run("quantise", best, *own, "--out", plain)
    run("explain", plain, *own, "--expression", "surprise", "--layer", "block2", "--out", sheet)
    assert sheet.stat().st_size > 5000


@pytest.mark.parametrize("name", ["weights.pt", "weights.tflite", "last.pt"])
def test_files_that_are_no_start(
    tmp_path: Path, npz: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / name
    bad.write_bytes(b"no weights at all")
    words = ["fit", "--data", str(npz), "--out", str(tmp_path)]
    if name != "last.pt":
        words += ["--weights", str(bad)]
    assert main(words) == 1
    assert str(bad) in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_explore_and_explain_from_the_command_line(
    tmp_path: Path, npz: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "--data", str(npz), "--out", str(tmp_path / "explore")]) == 0
    assert "train: 84 rows" in capsys.readouterr().out
    found = json.loads((tmp_path / "explore" / "data.json").read_text())
    assert found["splits"]["valid"]["fer2013"]["happy"] == 6
    for name in ("classes", "entropy", "samples"):
        assert (tmp_path / "explore" / f"{name}.png").exists()
    assert found["splits"]["valid"]["equal_to_train"] == 0
    assert found["splits"]["valid"]["alike_to_train"] > 0  # drawn faces of one class
    with Image.open(tmp_path / "explore" / "duplicates_train_valid.png") as pairs:
        assert pairs.size == (12 * 50, 3 * 102)
        # A pair is one face twice: the rows of a picture are like those below, others are not.
        upper, lower = np.asarray(pairs, float)[:48, :48], np.asarray(pairs, float)[48:96, :48]
    assert np.corrcoef(upper.ravel(), lower.ravel())[0, 1] > 0.9
    changes = ["train.epochs=1", "net.widths=[8, 8]", "net.depths=[1, 1]", "near_duplicates=false"]
    run = ["fit", "--data", str(npz), "--out", str(tmp_path / "run")]
    assert main(run + [a for c in changes for a in ("--set", c)]) == 0
    sheet = tmp_path / "sheet.png"
    done = main(
        ["explain", str(tmp_path / "run" / "last.pt"), "--data", str(npz), "--out", str(sheet)]
    )
    assert done == 0
    assert sheet.stat().st_size > 5000
