# ruff: noqa: E402 - what needs PyTorch is imported after the test for it
"""The systems that EmoCam starts from: their recipes, nets, training, and the table of them."""

import itertools
import json
import os
import signal
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_faces import make_faces, needs_torch

needs_torch()

import torch
from torch import nn

from training import compare as comparing
from training.cli import main
from training.compare import Cap, compare, train
from training.data import NO_LABEL, Faces
from training.errors import ConfigError, DataError, ModelFileError
from training.nets import parameters
from training.peers import BACKBONES, build, last_layer, load_pretrained, set_learning
from training.recipes import Recipe, changed, choose, prepared, recipes, sample, turned
from training.standings import as_shown, chart, figures, ours, table

CPU = torch.device("cpu")
ROOT = Path(__file__).resolve().parents[2]

needs_torchvision = pytest.mark.skipif(
    find_spec("torchvision") is None,
    reason="torchvision is not installed: pip install --no-deps torchvision==0.28.0",
)


def small(**changes: Any) -> Recipe:
    """A recipe that trains in a moment."""
    return Recipe("small", "emonet_baseline", **{"batch": 12, "epochs": 2} | changes)


def striped(train: int = 168, valid: int = 42) -> Faces:
    """Noise with a bright stripe whose height is the class: quickly learnt, no two alike."""
    rng = np.random.default_rng(1)
    base = make_faces(train, valid)
    images = rng.integers(60, 140, base.images.shape)
    for image, label in zip(images, base.labels, strict=True):
        image[6 * label : 6 * label + 6] += 110
    return replace(base, images=images.astype(np.uint8))


def answers(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a model says that takes every face for happy."""
    first, second = np.zeros((len(images), 8), np.float32), np.zeros((len(images), 7), np.float32)
    first[:, 1], second[:, 3] = 1, 1
    return first, second


def on_paper(recipe: Recipe) -> nn.Module:
    """The net of a recipe without its numbers, which are many."""
    with torch.device("meta"):
        return build(recipe.net, recipe.classes, recipe.channels, recipe.size).eval()


# What the reports state; None stands for what they leave open.
STATED: dict[str, tuple[str, int | None, int | None, int, int, int | None, float | None]] = {
    # net, size, channels, classes, epochs, batch, rate
    "emonet_baseline": ("emonet_baseline", None, None, 6, 16, 64, 2e-5),
    "emonet_resnet50": ("resnet50", None, None, 6, 12, 32, 5e-4),
    "emonet_alexnet": ("alexnet", None, None, 6, 12, 32, 5e-4),
    "emonet_vgg16": ("vgg16", None, None, 6, 12, 32, 5e-4),
    "emonet_googlenet": ("googlenet", None, None, 6, 12, 32, 5e-4),
    "cpe428_vgg16": ("vgg16", None, None, 7, 7, 256, 1e-4),
    "cpe428_resnet152v2": ("resnet152v2", None, None, 7, 6, None, None),
    "cpe428_resnet152v2_pretrained": ("resnet152v2", None, None, 7, 6, None, None),
    "cs354n": ("cs354n", 96, 3, 7, 25, 32, None),
    "cs354n_efficientnetb2": ("efficientnet_b2", 96, 3, 7, 25, 32, None),
    "cas_plain": ("cas", 48, 1, 7, 50, 32, 1e-4),
    "cas_oversampled": ("cas", 48, 1, 7, 50, 32, 1e-4),
    "cs639_plain": ("cs639", None, None, 7, 10, None, None),
    "cs639_undersampled": ("cs639", None, None, 7, 100, None, None),
    "cs639_oversampled": ("cs639", None, None, 7, 50, None, None),
    "cs639_augmented": ("cs639", None, None, 7, 60, None, None),
}


def test_recipes_say_what_the_reports_state() -> None:
    found = recipes()
    assert set(found) == set(STATED)
    keys = ("net", "size", "channels", "classes", "epochs", "batch", "rate")
    for stem, stated in STATED.items():
        for key, value in zip(keys, stated, strict=True):
            if value is not None:
                assert getattr(found[stem], key) == value, (stem, key)
        assert found[stem].stated, stem
        assert found[stem].assumed, stem
        group = stem.split("_")[0]
        if group == "emonet":
            merged = (found[stem].sampling, found[stem].rows, found[stem].turns)
            assert merged == ("over", 3000, (5, 10, 15, 20, 25, 30))
        assert (found[stem].patience == 10) == (group == "cas")
        assert found[stem].weighted == (group == "cs354n")
        assert (found[stem].schedule == "constant") == (group in ("emonet", "cas"))
    added = found["cas_oversampled"]
    assert (added.sampling, added.rows, added.changed) == ("over", 7000, "added")
    strengths = (added.augment.rotate, added.augment.shear, added.augment.scale)
    assert strengths == (15.0, 0.1, 0.1)
    assert added.augment.flip > 0
    assert found["cs639_undersampled"].sampling == "under"
    assert found["cs639_oversampled"].sampling == "over"
    assert found["cs639_augmented"].augment.shift > 0
    fixed = found["cpe428_resnet152v2_pretrained"]
    assert fixed.pretrained
    assert fixed.fixed == 14  # three layers before, and stages of 3 and 8 blocks


@pytest.mark.parametrize("stem", sorted(STATED))
def test_every_system_has_a_net_of_its_size(stem: str) -> None:
    recipe = recipes([stem])[stem]
    if recipe.net in BACKBONES and find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed: pip install --no-deps torchvision==0.28.0")
    net = on_paper(recipe)
    pixels = torch.zeros(1, recipe.channels, recipe.size, recipe.size, device="meta")
    assert net(pixels).shape == (1, recipe.classes)


def test_nets_are_as_described() -> None:
    def layers(net: nn.Module, kind: type[nn.Module]) -> list[nn.Module]:
        return [part for part in net.modules() if isinstance(part, kind)]

    found = recipes()
    baseline = on_paper(found["emonet_baseline"])
    filters = [(c.out_channels, c.kernel_size) for c in layers(baseline, nn.Conv2d)]  # type: ignore[attr-defined]
    assert filters == [(10, (5, 5)), (20, (5, 5))]
    assert [d.out_features for d in layers(baseline, nn.Linear)] == [32, 6]  # type: ignore[attr-defined]
    cas = on_paper(found["cas_plain"])
    assert [c.out_channels for c in layers(cas, nn.Conv2d)] == [32, 64, 128, 128, 256, 256]  # type: ignore[attr-defined]
    assert [d.p for d in layers(cas, nn.Dropout)] == [0.25, 0.25, 0.25, 0.5]  # type: ignore[attr-defined]
    assert parameters(on_paper(found["cs639_plain"])) == pytest.approx(4.5e6, rel=0.02)
    # Keras counts 58,187,904 trainable parameters before the last layer.
    deep = on_paper(found["cpe428_resnet152v2"])
    assert parameters(deep) == 58_187_904 + 7 * 2049
    assert len(layers(deep, nn.MaxPool2d)) == 1 + 3  # three stages end in a halved side


@needs_torchvision
def test_emonets_head_on_resnet50() -> None:
    net = on_paper(recipes(["emonet_resnet50"])["emonet_resnet50"])
    kinds = [(type(part).__name__, getattr(part, "p", None)) for part in net.get_submodule("fc")]  # type: ignore[attr-defined]
    dense, relu, dropout = ("Linear", None), ("ReLU", None), ("Dropout", 0.2)
    assert kinds == [dense, relu, dropout, dense, relu, dropout, dense]
    assert last_layer(net) == "fc"


def test_names_and_values_that_are_wrong() -> None:
    with pytest.raises(ConfigError, match="No configuration for nobody"):
        recipes(["nobody"])
    with pytest.raises(ConfigError, match="The net 'x' is not known"):
        build("x", 7, 1, 48)
    for wrong, said in (
        ({"sampling": "some"}, "plain, over or under, not 'some'"),
        ({"classes": 5}, "classes must be 6 or 7"),
        ({"schedule": "steps"}, "schedule must be constant or cosine"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"fixed": 2}, "pretrained = true"),
        ({"changed": "added"}, "only sampling 'over' adds rows"),
    ):
        with pytest.raises(ConfigError, match=said):
            small(**wrong)
    with pytest.raises(ConfigError, match="at least 1 epoch, not 0"):
        Cap(epochs=0)
    with pytest.raises(ConfigError, match="above 0, not -1"):
        Cap(minutes=-1)


def test_sampling_balances_classes() -> None:
    labels = np.array([0] * 50 + [1] * 10 + [2] * 5)
    rng = np.random.default_rng(1)

    def counted(**changes: Any) -> tuple[list[int], int]:
        drawn = sample(labels, small(**changes), rng)
        # What was not added stands once.
        assert len(set(drawn.rows[~drawn.added])) == (~drawn.added).sum()
        return np.bincount(labels[drawn.rows], minlength=3).tolist(), int(drawn.added.sum())

    assert counted() == ([50, 10, 5], 0)
    assert counted(sampling="over") == ([50, 50, 50], 85)
    assert counted(sampling="under") == ([5, 5, 5], 0)
    assert counted(sampling="over", rows=20) == ([20, 20, 20], 25)


def test_emonets_merged_class_is_half_angry_and_half_disgust() -> None:
    labels = np.array([0] * 4000 + [1] * 436 + [3] * 7000)
    drawn = sample(labels, recipes(["emonet_baseline"])["emonet_baseline"], np.random.default_rng())
    counts = np.bincount(labels[drawn.rows], minlength=4)
    assert counts.tolist() == [1500, 1500, 0, 3000]
    assert np.bincount(labels[drawn.rows[drawn.added]], minlength=4).tolist() == [0, 1064, 0, 0]
    assert set(range(4000, 4436)) <= set(drawn.rows)


def test_turned_pictures_have_dark_corners() -> None:
    x = torch.arange(1, 82, dtype=torch.float32).view(1, 1, 9, 9)
    x = torch.cat([x, x, torch.full_like(x, 100)])
    y = turned(x, torch.tensor([0.0, 90.0, 30.0]))
    assert torch.allclose(y[0], x[0], atol=1e-3)
    assert torch.allclose(y[1], x[1].rot90(1, (1, 2)), atol=1e-3)
    assert (y[2, 0, ::8, ::8] < 1).all()  # outside is zero, not a repeated edge
    assert torch.allclose(y[2, 0, 2:7, 2:7], torch.tensor(100.0), atol=1e-3)


def test_only_the_added_rows_are_turned_and_in_steps() -> None:
    x = torch.from_numpy(make_faces(40, 7).part("train").images.astype(np.float32)).unsqueeze(1)
    added = torch.arange(len(x)) % 2 == 1
    recipe = small(sampling="over", changed="added", turns=(5, 30))
    y = changed(x, added, recipe)
    assert torch.equal(y[~added], x[~added])
    angles = torch.tensor([-30.0, -5.0, 5.0, 30.0])
    used = set()
    for before, after in zip(x[added], y[added], strict=True):
        tried = turned(before.expand(4, -1, -1, -1), angles)
        (match,) = [i for i in range(4) if torch.allclose(tried[i], after, atol=1e-3)]
        used.add(match)
    assert used == {0, 1, 2, 3}
    everywhere = changed(x, added, small(turns=(30,)))
    assert (everywhere[:, 0, 0, 0] == 0).all()
    assert torch.equal(changed(x, added, small()), x)


def test_pictures_are_brought_to_the_nets_size_and_range() -> None:
    x = torch.full((2, 1, 48, 48), 255.0)
    x[1] = 0
    three = prepared(x, small(size=96, channels=3, pixels="imagenet"))
    assert three.shape == (2, 3, 96, 96)
    assert three[0, :, 5, 5].tolist() == pytest.approx([2.249, 2.429, 2.640], abs=1e-3)
    assert prepared(x, small())[:, 0, 0, 0].tolist() == [1, 0]
    assert prepared(x, small(pixels="signed"))[:, 0, 0, 0].tolist() == [1, -1]


def test_the_rate_falls_where_the_recipe_says_so() -> None:
    assert [small(rate=0.5).rate_at(p) for p in (0, 0.5, 1)] == [0.5, 0.5, 0.5]
    falling = small(rate=0.5, schedule="cosine")
    assert [falling.rate_at(p) for p in (0, 0.5, 1, 1.2)] == pytest.approx([0.5, 0.25, 0, 0])


def test_a_system_is_trained_and_measured(faces: Faces) -> None:
    recipe = replace(recipes(["emonet_baseline"])["emonet_baseline"], rows=20)
    result = train(recipe, faces, Cap(epochs=1), CPU)
    assert result["epochs_run"] == 1
    assert result["ended"] == "the cap of epochs"
    assert result["seven"] is None
    assert result["history"] == [[1.0, result["six"]]]
    learnt = train(small(epochs=8, rate=2e-3, weighted=True), striped(), Cap(), CPU)
    assert learnt["ended"] == "the stated epochs"
    assert [passes for passes, _ in learnt["history"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert learnt["seven"] > 0.5  # a guess gets 0.14


def test_a_system_stops_after_its_minutes_within_an_epoch(tmp_path: Path, faces: Faces) -> None:
    recipe = replace(recipes(["emonet_baseline"])["emonet_baseline"], rows=20, batch=10)
    seconds = itertools.count()
    result = train(recipe, faces, Cap(minutes=0.1), CPU, clock=lambda: float(next(seconds)))
    assert 0 < result["epochs_run"] < 1
    assert result["ended"] == "the cap of minutes"
    assert len(result["history"]) == 1
    rows = [{"name": "drawn", **result}, ours(answers, faces, "ours")]
    text = table(rows)
    assert f"| {result['epochs_run']:.3g} (16) |" in text
    assert len({line.count("|") for line in text.splitlines() if "|" in line}) == 1
    assert chart(rows, tmp_path / "chart.png").stat().st_size > 5000


def test_patience_ends_a_training_that_learns_nothing(faces: Faces) -> None:
    result = train(small(epochs=9, rate=1e-12, patience=2), faces, Cap(), CPU)
    assert [passes for passes, _ in result["history"]] == [1, 2, 3]
    assert result["ended"] == "2 epochs without a better accuracy"


def test_data_without_labels_are_refused(faces: Faces) -> None:
    unlabelled = replace(faces, labels=np.full(len(faces), NO_LABEL, np.uint8))
    with pytest.raises(DataError, match="'train' has no rows with a FER2013 label"):
        train(small(), unlabelled, Cap(), CPU)


def test_weights_are_taken_up_to_the_last_layer(tmp_path: Path) -> None:
    giver, net = build("emonet_baseline", 6, 1, 48), build("emonet_baseline", 7, 1, 48)
    path = tmp_path / "weights.pth"
    for state in (
        giver.state_dict(),
        {"state_dict": {f"module.{k}": v for k, v in giver.state_dict().items()}},
    ):
        net = build("emonet_baseline", 7, 1, 48)
        before = net.get_submodule("9").weight.clone()
        torch.save(state, path)
        assert "6 of 6 tensors from weights.pth" in load_pretrained(net, path)
        for name in ("0", "3", "7"):
            own, its = net.get_submodule(name), giver.get_submodule(name)
            assert torch.equal(own.weight, its.weight)
            assert torch.equal(own.bias, its.bias)
        assert torch.equal(net.get_submodule("9").weight, before)


def test_weights_that_do_not_fit(tmp_path: Path) -> None:
    net = build("emonet_baseline", 7, 1, 48)
    path = tmp_path / "weights.pt"

    def refused(said: str) -> None:
        with pytest.raises(ModelFileError, match=said):
            load_pretrained(net, path)

    refused("does not exist")
    for content in (b"", b"no weights", b"PK\x03\x04"):
        path.write_bytes(content)
        refused("is no state dict of PyTorch")
    torch.save([torch.zeros(3)], path)
    refused("no table of tensors")
    torch.save(build("cas", 7, 1, 48).state_dict(), path)
    refused("another net: 0 of the 6 tensors")
    # Anything that would be run on loading is refused, not run.
    torch.save({"0.weight": Path("x")}, path)
    refused("is no state dict of PyTorch")


def test_fixed_layers_and_a_lone_head_do_not_change() -> None:
    net = build("cas", 7, 1, 16)
    x = torch.rand(4, 1, 16, 16)

    def moved(**how: Any) -> set[str]:
        set_learning(net, **how)
        before = {k: v.clone() for k, v in net.state_dict().items()}
        optimiser = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
        net.zero_grad()
        net(x).square().sum().backward()
        optimiser.step()
        return {k.split(".")[0] for k, v in net.state_dict().items() if not v.equal(before[k])}

    parts = {k.split(".")[0] for k in net.state_dict()}
    assert moved() == parts
    assert moved(fixed=3) == parts - {"0", "2"}  # the normalisation's statistics too
    assert moved(head_alone=True) == {last_layer(net)}
    assert moved() == parts


def test_the_head_learns_first_where_weights_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = striped(84, 42)
    path = tmp_path / "weights.pt"
    torch.save(build("emonet_baseline", 7, 1, 48).state_dict(), path)
    phases: list[bool] = []

    def noted(net: nn.Module, fixed: int, alone: bool) -> None:
        phases.append(alone)
        set_learning(net, fixed, alone)

    monkeypatch.setattr(comparing, "set_learning", noted)
    recipe = small(epochs=4, head_first=1, batch=42)
    train(recipe, faces, Cap(), CPU, path)
    assert phases == [True, True] + [False] * 6
    phases.clear()
    train(recipe, faces, Cap(epochs=2), CPU, path)
    assert phases == [True] + [False] * 3  # a quarter under a cap, too
    phases.clear()
    train(recipe, faces, Cap(epochs=1), CPU)
    assert phases == [False, False]


def test_figures_are_counted_by_hand() -> None:
    base = make_faces(0, 16)
    labels = np.array([0] * 4 + [1] * 2 + [3] * 10, np.uint8)
    votes = np.zeros((16, 10), np.uint8)
    votes[:6, 4] = 10  # anger
    votes[6:, 1] = 10  # happiness
    valid = replace(base, labels=labels, votes=votes)
    read = np.array([0] * 4 + [3] * 2 + [3] * 8 + [4] * 2)
    found = figures(read, 7, valid)
    assert found["seven"] == found["six"] == 12 / 16
    assert found["six_balanced"] == pytest.approx((0.5 + 0.8) / 2)
    assert found["ferplus"] == 12 / 16
    assert found["wrong_negatives_as_read"] == 2 / 10
    six = figures(np.array([0] * 6 + [2] * 8 + [3] * 2), 6, valid)
    assert six["seven"] is None
    assert six["six"] == 14 / 16
    assert six["six_balanced"] == pytest.approx((1 + 0.8) / 2)
    silent = replace(valid, votes=np.zeros_like(votes))
    assert as_shown(read, silent) == {"ferplus": None, "wrong_negatives_as_read": None}
    assert ours(answers, silent, "ours")["six"] == 10 / 16
    assert "| - | - |" in table([ours(answers, silent, "ours")])


def test_a_result_is_kept_for_the_same_work_alone(
    tmp_path: Path, faces: Faces, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    made: list[str] = []

    def noted(recipe: Recipe, *rest: Any) -> dict[str, Any]:
        made.append(recipe.name)
        return train(recipe, *rest)

    monkeypatch.setattr(comparing, "train", noted)

    def run(data: Faces = faces, cap: int = 1, **changes: Any) -> tuple[int, str, str]:
        made.clear()
        text = compare(data, {"a": small(**changes)}, tmp_path, Cap(cap), CPU, None)
        return len(made), capsys.readouterr().out, text

    assert run()[:2] == (1, "")
    assert run()[:2] == (0, "")
    count, said, text = run(stated="61 %")  # a text is no reason, but the table shows the new one
    assert (count, said) == (0, "")
    assert "| 61 % |" in text
    for changes, why in (
        ({"cap": 2}, "another cap;"),
        ({"cap": 2, "rate": 5e-3}, "another recipe;"),
        ({"cap": 2, "rate": 5e-3, "data": make_faces(70, 42)}, "another data;"),
    ):
        count, said, _ = run(**changes)
        assert count == 1
        assert f"{tmp_path / 'a.json'} was made with {why} the system is trained anew" in said
        assert run(**changes)[0] == 0
    for damage in ("", "[1]", '{"six": 0.5}'):
        (tmp_path / "a.json").write_text(damage)
        count, said, _ = run()
        assert count == 1
        assert "trained anew" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "compare.png", "table.md"]


def test_a_signal_leaves_what_is_finished(
    tmp_path: Path, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(recipe: Recipe, *rest: Any) -> dict[str, Any]:
        if recipe.rate == 0.5:
            os.kill(os.getpid(), signal.SIGTERM)
        return train(recipe, *rest)

    monkeypatch.setattr(comparing, "train", interrupted)
    chosen = {"a": small(), "b": small(rate=0.5), "c": small()}
    said = compare(faces, chosen, tmp_path, Cap(1), CPU, None)
    assert said.startswith(f"stopped; finished and kept in {tmp_path}: a.")
    assert "goes on with b, c" in said
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    monkeypatch.setattr(comparing, "train", train)
    assert compare(faces, chosen, tmp_path, Cap(1), CPU, None).count("| small |") == 3


def test_weights_that_do_not_fit_end_the_work_before_it_begins(
    tmp_path: Path, faces: Faces
) -> None:
    path = tmp_path / "weights.pt"
    torch.save(build("cas", 7, 1, 48).state_dict(), path)
    with pytest.raises(ModelFileError, match="another net"):
        compare(
            faces,
            {"a": small(), "b": small()},
            tmp_path / "out",
            Cap(1),
            CPU,
            None,
            {"b": path},
        )
    assert not (tmp_path / "out").exists()


def test_systems_and_weights_are_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    chosen, files = choose(None, ["cas_plain=a=b.pt"])
    assert files == {"cas_plain": Path("a=b.pt")}
    assert set(chosen) == set(STATED) - {"cpe428_resnet152v2_pretrained"}
    said = capsys.readouterr().out
    assert "left out: it needs --weights cpe428_resnet152v2_pretrained=FILE" in said
    bare = "cpe428_resnet152v2_pretrained"
    assert list(choose([bare], [f"{bare}=x.pt"])[0]) == [bare]
    for names, weights, wrong in (
        ([bare], None, "Give them with --weights cpe428_resnet152v2_pretrained=FILE"),
        (None, ["x.pt"], "write SYSTEM=FILE"),
        (["cas_plain"], ["cs354n=x.pt"], "add --system cs354n"),
    ):
        with pytest.raises(ConfigError, match=wrong):
            choose(names, weights)


def test_compare_from_the_command_line(
    tmp_path: Path, npz: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "weights.pt"
    torch.save(build("emonet_baseline", 6, 1, 48).state_dict(), weights)
    out = tmp_path / "out"
    command = ["compare", "--data", str(npz), "--out", str(out), "--minutes", "0.002"]
    command += ["--device", "cpu", "--system", "emonet_baseline"]
    assert main([*command, "--weights", f"emonet_baseline={weights}"]) == 0
    said = capsys.readouterr().out
    assert "emonet_baseline: 6 of 6 tensors from weights.pt" in said
    assert "| EmoNet baseline CNN, six classes (starting from weights.pt) | 36.1 % |" in said
    kept = json.loads((out / "emonet_baseline.json").read_text())
    assert kept["made_from"]["cap"] == {"epochs": None, "minutes": 0.002}
    assert (out / "table.md").read_text().strip() in said
    assert main([*command, "--model", str(ROOT / "models" / "expression.tflite")]) == 0
    assert "another weights; the system is trained anew" in capsys.readouterr().out
    assert "| EmoCam, int8 | - |" in (out / "table.md").read_text()
    assert main([*command, "--weights", "emonet_baseline=none.pt"]) == 1
    assert "none.pt does not exist. Name a state dict" in capsys.readouterr().err
