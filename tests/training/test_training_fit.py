# ruff: noqa: E402 - what needs PyTorch is imported after the test for it
"""Configuration, schedule, augmentation and training itself."""

import csv
import io
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import make_faces, needs_torch
from PIL import Image

needs_torch()

import torch

from training.augment import (
    AugmentConfig,
    augment,
    blur,
    jpeg,
    low_light,
    low_resolution,
    noise,
    occlude,
)
from training.checkpoints import load_net
from training.cli import main
from training.config import Config, NetConfig, TrainConfig, load
from training.data import Faces
from training.duplicates import without_leaks
from training.errors import ConfigError, ModelFileError
from training.fit import Run
from training.labels import majority
from training.nets import ExpressionNet, multiply_adds, parameters, without_twin
from training.predicting import predict, validate
from training.refit import halves, refit
from training.schedule import Progress, finish_time, rate
from training.soup import save, soup
from training.targets import Targets, losses, row_weights, wrong_negatives
from training.teachers import committee, kept_answers

SMALL = Config(
    near_duplicates=False,
    net=NetConfig(stem=8, widths=(8, 16, 16), depths=(1, 1, 1), dropout=0.0),
    train=TrainConfig(epochs=10, batch=14, rate=0.05, average=0.9),
    augment=AugmentConfig(rotate=5, scale=0.05, shift=0.03, occlude=0.1),
)
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_training_learns_and_leaves_its_record(tmp_path: Path) -> None:
    config = replace(
        SMALL,
        train=replace(SMALL.train, epochs=12, rate=0.1),
        augment=AugmentConfig(*([0.0] * 13)),
    )
    history = Run(make_faces(420, 70), config, tmp_path, CPU).fit()
    assert history[-1]["valid_ferplus"] > 0.6
    assert history[-1]["valid_nll"] < history[0]["valid_nll"]
    rows = list(csv.DictReader((tmp_path / "metrics.csv").read_text().splitlines()))
    assert [int(r["epoch"]) for r in rows] == list(range(1, 13))
    assert any((tmp_path / "events").iterdir())
    assert isinstance(load_net(tmp_path / "best.pt"), ExpressionNet)


def test_a_run_cut_in_two_ends_where_an_uncut_one_does(tmp_path: Path, faces: Faces) -> None:
    config = replace(SMALL, train=replace(SMALL.train, epochs=3))
    Run(faces, config, tmp_path / "whole", CPU).fit()

    class Cut(Exception):  # noqa: N818 - no error, only a way out
        pass

    def stop(row: dict[str, float]) -> None:
        if row["progress"] > 0.6:
            raise Cut

    with pytest.raises(Cut):
        Run(faces, config, tmp_path / "cut", CPU).fit(stop)
    Run(faces, config, tmp_path / "cut", CPU).fit()
    whole = load_net(tmp_path / "whole" / "last.pt").state_dict()
    cut = load_net(tmp_path / "cut" / "last.pt").state_dict()
    for name, value in whole.items():
        assert torch.allclose(value, cut[name], atol=1e-5), name


def test_a_signal_leaves_a_checkpoint(
    tmp_path: Path, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(faces, SMALL, tmp_path, CPU)
    step = run._step
    run._step = lambda *a: (signal.raise_signal(signal.SIGTERM), step(*a))[1]  # type: ignore[method-assign]
    assert run.fit() == []
    assert "stopped" in capsys.readouterr().out
    again = Run(faces, SMALL, tmp_path, CPU)
    assert (again.epoch, again.step) == (0, 1)


def test_a_checkpoint_of_another_net_is_refused(tmp_path: Path, faces: Faces) -> None:
    short = replace(SMALL, train=replace(SMALL.train, epochs=1))
    Run(faces, short, tmp_path, CPU).fit()
    other = replace(short, net=replace(SMALL.net, stem=4))
    with pytest.raises(ModelFileError, match="does not fit this configuration"):
        Run(faces, other, tmp_path, CPU)
    with pytest.raises(ModelFileError, match="does not exist"):
        load_net(tmp_path / "none.pt")
    (tmp_path / "bad.pt").write_bytes(b"no checkpoint")
    with pytest.raises(ModelFileError, match="is no checkpoint"):
        load_net(tmp_path / "bad.pt")


def test_mixup_and_teachers_train_too(tmp_path: Path, faces: Faces) -> None:
    train = replace(SMALL.train, epochs=1, mixup=0.3, balance=0.5)
    teacher = ExpressionNet(replace(SMALL.net, stem=4))
    run = Run(faces, replace(SMALL, train=train), tmp_path, CPU, teachers=[teacher])
    assert np.isfinite(run.fit()[0]["loss"])


def test_the_first_part_reads_small_pictures_and_the_end_is_calm(
    tmp_path: Path, faces: Faces
) -> None:
    train = replace(SMALL.train, epochs=2, small=32, small_until=0.45, late_from=0.45)
    calm = AugmentConfig(*([0.0] * 13))
    run = Run(faces, replace(SMALL, train=train, late=calm), tmp_path, CPU)
    seen: list[torch.Tensor] = []
    run.net.stem.register_forward_pre_hook(
        lambda stem, inputs: seen.append(inputs[0] * 64 + 128) if stem.training else None
    )
    run.fit()
    assert {x.shape[-1] for x in seen[:6]} == {32}
    assert {x.shape[-1] for x in seen[6:]} == {48}
    known = torch.from_numpy(faces.images.astype(np.float32)).flatten(1)
    assert torch.cdist(seen[-1].flatten(1), known).min(1).values.max() < 5


def test_twins_learn_each_by_itself_and_start_beside_a_net_without_one(
    tmp_path: Path, faces: Faces
) -> None:
    save(ExpressionNet(SMALL.net), 48, tmp_path / "single.pt")
    config = replace(SMALL, net=replace(SMALL.net, twin=True), train=replace(SMALL.train, epochs=2))
    run = Run(faces, config, tmp_path / "run", CPU, weights=tmp_path / "single.pt")
    single = load_net(tmp_path / "single.pt")
    assert torch.equal(run.net.ferplus.weight, single.ferplus.weight)
    before = run.net.twin.ferplus.weight.clone()
    assert np.isfinite(run.fit()[-1]["loss"])
    assert not torch.equal(run.net.twin.ferplus.weight, before)
    net = load_net(tmp_path / "run" / "last.pt")
    x = torch.from_numpy(faces.images[:4].astype(np.float32)).unsqueeze(1)
    (one, _), (other, _) = net.answers(x)
    assert not torch.allclose(one, other)
    assert torch.allclose(net(x)[0], (one + other) / 2)
    assert torch.allclose(without_twin(net)(x)[0], one)


def test_teachers_asked_once_hear_both_sides_and_are_kept(tmp_path: Path, faces: Faces) -> None:
    asked: list[np.ndarray] = []

    def member(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked.append(images)
        bright = images[:, :, :24].mean((1, 2)) > images[:, :, 24:].mean((1, 2))
        return np.eye(8, dtype=np.float32)[bright.astype(int)], np.full((len(images), 7), 1 / 7)

    train = replace(SMALL.train, epochs=1, distill=1.0)
    config = replace(SMALL, train=train)
    run = Run(faces, config, tmp_path, CPU, answers=committee([member]))
    assert len(asked) == 2
    assert np.array_equal(asked[0][:, :, ::-1], asked[1])
    # One side says one thing and the other another: the mean is undecided between the two.
    assert torch.allclose(run.targets.ferplus[:, 0], run.targets.ferplus[:, 1])
    assert (run.targets.ferplus[:, 0] > 0.4).all()
    assert torch.allclose(run.targets.ferplus.sum(1), torch.ones(84))
    Run(faces, config, tmp_path, CPU, answers=committee([member]))
    # Only a few once more, to see that the kept answers are these teachers'.
    assert [len(each) for each in asked[2:]] == [16, 16]
    with pytest.raises(ModelFileError, match="answers for 84 pictures, not 42"):
        kept_answers(committee([member]), faces.images[:42], tmp_path / "answers.npz")


def test_a_soup_of_equal_nets_is_that_net_and_of_others_their_mean(
    tmp_path: Path, faces: Faces
) -> None:
    paths = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        paths.append(tmp_path / f"{seed}.pt")
        save(ExpressionNet(SMALL.net), 48, paths[-1])
    still = AugmentConfig(*([0.0] * 13))
    first, second = load_net(paths[0]), load_net(paths[1])
    same = soup([paths[0], paths[0]], None, faces, still)
    assert torch.allclose(same.ferplus.weight, first.ferplus.weight)
    mixed = soup(paths, [3.0, 1.0], faces, still)
    expected = 0.75 * first.ferplus.weight + 0.25 * second.ferplus.weight
    assert torch.allclose(mixed.ferplus.weight, expected)
    # The statistics are those of the mixed net on real pictures, not a mean of statistics.
    x = torch.from_numpy(without_leaks(faces).train.images).float().unsqueeze(1)
    seen = mixed.stem[0]((x - 128) / 64)
    assert torch.allclose(mixed.stem[1].running_mean, seen.mean((0, 2, 3)), atol=1e-3)
    with pytest.raises(ModelFileError, match="1 shares for 2"):
        soup(paths, [1.0], faces, still)
    save(ExpressionNet(replace(SMALL.net, stem=4)), 48, paths[1])
    with pytest.raises(ModelFileError, match="another net"):
        soup(paths, None, faces, still)


def test_targets_of_rows_nobody_rated_teach_only_what_is_known() -> None:
    faces = make_faces(14, 7)
    votes = faces.votes.copy()
    votes[0] = 0
    votes[1] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 9]
    table = Targets.of(replace(faces, votes=votes), 0.1, CPU)
    assert table.ferplus_weight[:2].tolist() == [0, 0]
    assert table.fer2013_weight[:2].tolist() == [1, 0]
    assert torch.allclose(table.fer2013.sum(1), torch.ones(21))
    first, second = losses(torch.zeros(21, 8), torch.zeros(21, 7), table)
    assert first.item() == pytest.approx(np.log(8), rel=1e-5)
    assert second.item() == pytest.approx(np.log(7), rel=1e-5)
    rows = table.rows(torch.tensor([2, 3]))
    same = rows.mixed(rows, torch.tensor([0.3, 0.8]))
    assert torch.allclose(same.ferplus, rows.ferplus)
    taught = table.taught(torch.full((21, 8), 1 / 8), torch.full((21, 7), 1 / 7), 0.5)
    assert torch.allclose(taught.ferplus[0], torch.full((8,), 1 / 8))


def test_the_loss_against_wrong_negatives_asks_only_harmless_rows() -> None:
    faces = make_faces(14, 7)
    votes = np.zeros_like(faces.votes)
    votes[:, 0] = 5  # half of the votes are no majority
    votes[:, 3] = 5
    votes[0] = [0, 6, 0, 4, 0, 0, 0, 0, 0, 0]
    votes[1] = [0, 0, 0, 9, 1, 0, 0, 0, 0, 0]
    table = Targets.of(replace(faces, votes=votes), 0.1, CPU)
    assert table.harmless.tolist() == [1.0] + [0.0] * 20
    logits = torch.zeros(21, 8, requires_grad=True)
    loss = wrong_negatives(logits, table)
    assert loss.item() == pytest.approx(np.log(3 / 8) ** 2, rel=1e-5)
    loss.backward()
    assert logits.grad is not None
    assert (logits.grad[0, 3:] > 0).all()
    assert (logits.grad[0, :3] < 0).all()
    assert not logits.grad[1:].any()
    both = table.rows(torch.tensor([0, 0])).mixed(
        table.rows(torch.tensor([0, 1])), torch.tensor([0.5, 0.5])
    )
    assert both.harmless.tolist() == [1.0, 0.0]
    assert wrong_negatives(torch.zeros(1, 8), table.rows(torch.tensor([1]))).item() == 0


def test_training_against_wrong_negatives_lessens_them(tmp_path: Path) -> None:
    faces = make_faces(210, 70)
    votes = faces.votes.copy()
    votes[:] = [5, 1, 0, 4, 0, 0, 0, 0, 0, 0]
    votes[:, 0] += 1
    faces = replace(faces, votes=votes)
    sums = []
    for weight in (0.0, 4.0):
        config = replace(SMALL, train=replace(SMALL.train, epochs=4, wrong_negatives=weight))
        run = Run(faces, config, tmp_path / str(weight), CPU)
        run.fit()
        read, _ = predict(load_net(tmp_path / str(weight) / "last.pt"), faces.images, CPU)
        sums.append(read[:, 3:].sum(1).mean())
    assert sums[1] < 0.8 * sums[0]


def test_a_head_learnt_anew_is_more_careful_and_the_rest_is_as_it_was() -> None:
    faces = make_faces(140, 7)
    torch.manual_seed(1)
    net = ExpressionNet(SMALL.net).eval()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    rows = faces.part("train")
    unlearnt = validate(net, rows, CPU)["valid_nll"]
    both = halves(net, faces, TrainConfig(), CPU)
    assert both["after"]["ferplus_nll"] < both["before"]["ferplus_nll"]
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    plain = refit(net, faces, TrainConfig(), CPU)
    assert validate(plain, rows, CPU)["valid_nll"] < 0.98 * unlearnt
    assert len(both["after"]["recall"]) == 8
    told, seven = predict(plain, rows.images, CPU)
    changed = {k for k, v in plain.state_dict().items() if not torch.equal(v, before[k])}
    assert changed == {"ferplus.weight", "ferplus.bias"}
    careful, same = predict(
        refit(net, faces, TrainConfig(wrong_negatives=2.0), CPU), rows.images, CPU
    )
    assert np.array_equal(seven, same)
    top, counted = majority(rows.votes)
    harmless = counted & (top < 2)
    assert careful[harmless, 3:].sum(1).mean() < 0.9 * told[harmless, 3:].sum(1).mean()
    with pytest.raises(ModelFileError, match="has twins"):
        refit(ExpressionNet(replace(SMALL.net, twin=True)), faces, TrainConfig(), CPU)


def test_rows_of_rare_classes_weigh_more() -> None:
    faces = make_faces(140, 7).part("train")
    assert np.array_equal(row_weights(faces, 0), np.ones(len(faces)))
    top, counted = majority(faces.votes)
    kept = faces.take(~(counted & (top == 0) & (np.arange(len(faces)) % 4 > 0)))
    top, counted = majority(kept.votes)
    counts = np.bincount(top[counted], minlength=8)
    weights = row_weights(kept, 0.5)
    assert weights.mean() == pytest.approx(1)
    rare, common = weights[counted & (top == 0)][0], weights[counted & (top == 1)][0]
    assert rare / common == pytest.approx((counts[1] / counts[0]) ** 0.5)
    assert rare > common


def test_a_schedule_planned_by_time_ends_on_time_whatever_happens() -> None:
    now = [0.0]
    progress = Progress(1, end=100.0, clock=lambda: now[0])
    for wait in (1, 1, 30, 2, 1, 40, *([1] * 24)):
        assert not progress.done
        now[0] += wait
        progress.step()
        assert progress.value == pytest.approx(now[0] / 100, abs=0.01)
    now[0] += 2
    assert progress.step() == 1.0


def test_a_schedule_planned_by_passes() -> None:
    progress = Progress(10)
    values = [progress.step() for _ in range(10)]
    assert progress.done
    assert values[4] == pytest.approx(0.5)
    assert rate(0.2, 0.1, 0.2) == pytest.approx(0.1)
    assert rate(0.0, 0.1, 0.2) == pytest.approx(0.01)
    assert rate(1.0, 0.1, 0.2) == pytest.approx(0.0)


def test_augmentation_keeps_shape_and_range_and_repeats_with_a_seed(faces: Faces) -> None:
    x = torch.from_numpy(faces.images[:32].astype(np.float32)).unsqueeze(1)
    torch.manual_seed(3)
    first = augment(x, AugmentConfig())
    torch.manual_seed(3)
    assert torch.equal(first, augment(x, AugmentConfig()))
    assert first.shape == x.shape
    assert first.min() >= 0
    assert first.max() <= 255
    assert (first - x).abs().mean() > 5
    off = AugmentConfig(*([0.0] * 13))
    assert torch.allclose(augment(x, off), x, atol=0.05)
    everything = AugmentConfig(low_light=1, blur=1, noise=1, jpeg=1, low_resolution=1, occlude=1)
    assert torch.isfinite(augment(x, everything)).all()


def test_each_change_does_what_its_name_says(faces: Faces) -> None:
    x = torch.from_numpy(faces.images[:64].astype(np.float32)).unsqueeze(1)
    torch.manual_seed(5)

    def grain(y: torch.Tensor) -> torch.Tensor:
        return (y[..., 1:] - y[..., :-1]).abs().mean((1, 2, 3))

    dark = low_light(x)
    assert (dark.mean((1, 2, 3)) < 0.45 * x.mean((1, 2, 3))).all()
    assert (grain(blur(x)) < grain(x)).all()
    assert (grain(low_resolution(x)) < grain(x)).all()
    spread = (noise(x) - x).std((1, 2, 3))
    assert (spread > 1.8).all()
    assert (spread < 17).all()
    changed = ((occlude(x) - x).abs() > 0).float().mean((1, 2, 3))
    assert changed.max() < 0.3
    assert changed.mean() > 0.05


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ("net.widths=[8, 8, 8, 8]", "the same stages"),
        ("net.dropout=1.5", "net.dropout must be"),
        ("augment.flip=2.0", "augment.flip must be in 0..1"),
        ("augment.rotate=-3.0", "augment.rotate must be 0 or more"),
        ("train.mixup=-1.0", "train.mixup must not be below 0"),
        ("size=50", "multiple of 8"),
        ("train=3 train.epochs=2", "not a table"),
    ],
)
def test_values_that_make_no_training(changes: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load(None, changes.replace(", ", ",").split())


def test_jpeg_is_that_of_an_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = make_faces(28, 7).images
    x = torch.from_numpy(faces.astype(np.float32)).unsqueeze(1)
    for quality in (15, 40, 60):
        monkeypatch.setattr(
            "training.augment._uniform",
            lambda x, low, high, q=quality: torch.full((len(x),), float(q)),
        )
        made = jpeg(x).squeeze(1).clamp(0, 255).numpy()
        for picture, mine in zip(faces, made, strict=True):
            file = io.BytesIO()
            Image.fromarray(picture).save(file, "JPEG", quality=quality)
            theirs = np.asarray(Image.open(file), np.float32)
            # An encoder rounds its tables to whole numbers, so they are not equal.
            assert np.abs(mine - theirs).mean() < 0.25 * np.abs(theirs - picture).mean()


def test_configuration_errors_name_key_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("[train]\nepoch = 3\n")
    with pytest.raises(ConfigError, match="unknown key epoch"):
        load(path)
    path.write_text('[train]\nepochs = "many"\n')
    with pytest.raises(ConfigError, match="must be of the type int"):
        load(path)
    path.write_text("[train]\nmomentum = 1.5\n")
    with pytest.raises(ConfigError, match=r"momentum must be in 0\.\.1"):
        load(path)
    path.write_text("[train]\nsmall = 30\n")
    with pytest.raises(ConfigError, match="multiple of 8"):
        load(path)
    path.write_text("[train\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(path)
    with pytest.raises(ConfigError, match="does not exist"):
        load(tmp_path / "none.toml")
    assert load(None, ["net.depths=[1, 1]", "net.widths=[4, 8]"]).net.widths == (4, 8)
    with pytest.raises(ConfigError, match="write key=value"):
        load(None, ["train.epochs"])


def test_the_product_configurations_load() -> None:
    folder = Path(__file__).parents[2] / "training" / "configs"
    for path in folder.glob("*.toml"):
        net = ExpressionNet(load(path).net)
        assert parameters(net) > 1e5
        assert multiply_adds(net, 48) > 1e6


def test_times_to_finish_by() -> None:
    midnight = 1_700_006_400.0 // 86400 * 86400
    assert finish_time(None, midnight) is None
    assert finish_time("+1.5", midnight) == midnight + 90
    assert finish_time("06:25", midnight) == midnight + 6 * 3600 + 25 * 60
    assert finish_time("00:00", midnight + 1) == midnight + 86400
    with pytest.raises(ConfigError, match="write HH:MM"):
        finish_time("soon", midnight)


def test_the_command_line_ends_bad_input_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "--data", str(tmp_path / "none.npz")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "does not exist" in error
    assert "Traceback" not in error
